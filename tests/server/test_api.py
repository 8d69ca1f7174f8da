"""The API as programs use it, by real requests to the page's own server."""

import hashlib
import io
import json
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from shutil import copy, copytree, ignore_patterns
from urllib.parse import urlsplit

import pytest
import requests
from PIL import Image, ImageDraw
from support.server import ROOT, serve

from digit_detector import Detector
from digit_detector.detect.backends import bundled
from digit_detector.limits import API_BURST, MAX_FILE_BYTES, MAX_PIXELS
from digit_detector.server.api_schema import OPENAPI

PNG = {"Content-Type": "image/png"}
addresses = count(1)


class Client(requests.Session):
    """A client with an address of its own, as a proxy on the server's machine tells it."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.headers["X-Forwarded-For"] = f"192.0.2.{next(addresses)}"

    def request(self, method: str, path: str, **options: object) -> requests.Response:  # type: ignore[override]
        return super().request(method, f"{self.url}/api/{path}", timeout=60, **options)  # type: ignore[arg-type]


@pytest.fixture
def client(url: str) -> Iterator[Client]:
    with Client(url) as client:
        yield client


def seven(file_format: str = "PNG") -> bytes:
    picture = Image.new("L", (300, 260), 255)
    ImageDraw.Draw(picture).line([(100, 60), (200, 60), (140, 200)], fill=0, width=12, joint="curve")
    buffer = io.BytesIO()
    picture.save(buffer, file_format)
    return buffer.getvalue()


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_answered_with_what_the_detector_finds_in_it(client: Client, file_format: str) -> None:
    picture = seven(file_format)
    answer = client.post("detect", data=picture, headers={"Content-Type": f"image/{file_format.lower()}"})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    expected = Detector.load(device="cpu").detect(picture).to_json()
    assert {key: found[key] for key in ("width", "height")} == {"width": 300, "height": 260}
    assert [entry["label"] for entry in found["detections"]] == ["7"]
    for entry, same in zip(found["detections"], expected["detections"], strict=True):
        assert entry["box"] == pytest.approx(same["box"], abs=0.5)
        assert entry["score"] == pytest.approx(same["score"], abs=1e-3)
        assert [best["label"] for best in entry["top"]] == [best["label"] for best in same["top"]]
    assert set(found) == {*expected, "model", "milliseconds"}


def test_a_form_is_answered_as_the_raw_picture_is(client: Client) -> None:
    raw = client.post("detect", data=seven(), headers=PNG).json()
    form = client.post("detect", files={"image": ("seven.png", seven())}).json()
    assert form["detections"] == raw["detections"]


def test_the_thresholds_act(client: Client) -> None:
    def found(**thresholds: float) -> int:
        answer = client.post("detect", params=thresholds, data=seven(), headers=PNG)
        return len(answer.json()["detections"])

    assert found(score_threshold=1) == 0
    assert found(score_threshold=0, iou_threshold=1) > found(score_threshold=0, iou_threshold=0) > found()


def tall_png() -> bytes:
    buffer = io.BytesIO()
    Image.new("1", (1000, MAX_PIXELS // 1000 + 1)).save(buffer, "PNG")
    return buffer.getvalue()


def animated_webp() -> bytes:
    buffer = io.BytesIO()
    frames = [Image.new("L", (8, 8), shade) for shade in (0, 255)]
    frames[0].save(buffer, "WEBP", save_all=True, append_images=frames[1:])
    return buffer.getvalue()


def gif() -> bytes:
    return seven("GIF")


FAULTS = {
    "nothing": ({"headers": PNG}, 400, "the picture is empty"),
    "a form without a boundary": ({"headers": {"Content-Type": "multipart/form-data"}}, 400, "cannot be read"),
    "a form with another field": ({"files": {"photo": seven()}}, 400, "send it as a file in the field 'image'"),
    "a form with two pictures": (
        {"files": [("image", ("1.png", seven())), ("image", ("2.png", seven()))]},
        400,
        "Too many files",
    ),
    "a form with an empty file": ({"files": {"image": ("1.png", b"")}}, 400, "the picture is empty"),
    "too many bytes": ({"data": bytes(MAX_FILE_BYTES + 1), "headers": PNG}, 413, "make the picture smaller"),
    "too many bytes, unannounced": (
        {"data": (bytes(1 << 20) for _ in range(21)), "headers": PNG},
        413,
        "make the picture smaller",
    ),
    "too many bytes in a form": ({"files": {"image": bytes(MAX_FILE_BYTES + 9999)}}, 413, "make"),
    "too many pixels": ({"data": tall_png(), "headers": PNG}, 413, "1000 x 25001 pixels"),
    "no type": ({"data": seven()}, 415, "the Content-Type is ''"),
    "the type of a web form": ({"data": {"image": "seven"}}, 415, "application/x-www-form-urlencoded"),
    "a GIF by its name": ({"data": gif(), "headers": {"Content-Type": "image/gif"}}, 415, "image/gif"),
    "a GIF by its content": ({"data": gif(), "headers": PNG}, 415, "no picture of the kinds read here"),
    "text": ({"data": b"seven", "headers": PNG}, 415, "no picture of the kinds read here"),
    "a damaged picture": ({"data": seven()[:-30], "headers": PNG}, 422, "damaged or cut short"),
    "an animation": ({"data": animated_webp(), "headers": PNG}, 422, "animated"),
    "a threshold above 1": ({"params": "score_threshold=1.5"}, 422, "give a number from 0 to 1"),
    "a threshold that is no number": ({"params": "iou_threshold=nan"}, 422, "give a number from 0 to 1"),
    "a threshold given twice": ({"params": "iou_threshold=0.1&iou_threshold=0.2"}, 422, "give it once"),
    "a misspelt threshold": ({"params": "treshold=0.1"}, 422, "use score_threshold or iou_threshold"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_with_its_status(client: Client, fault: str) -> None:
    request, status, words = FAULTS[fault]
    answer = client.post("detect", **request)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    assert list(answer.json()) == ["error"]
    assert words in answer.json()["error"]
    assert "\n" not in answer.json()["error"]


def test_who_asks_too_much_must_wait_and_others_need_not(url: str) -> None:
    eager, other = Client(url), Client(url)
    statuses = {eager.post("detect", data=seven(), headers=PNG).status_code for _ in range(API_BURST)}
    assert statuses <= {200, 429}
    while (answer := eager.post("detect", headers=PNG)).status_code != 429:  # a slow machine gives allowance back
        assert answer.status_code == 400
    assert int(answer.headers["Retry-After"]) >= 1
    assert "ask again in" in answer.json()["error"]
    assert other.post("detect", data=seven(), headers=PNG).status_code == 200
    assert eager.get("health").status_code == 200


def test_what_is_not_there_is_said_in_json(client: Client) -> None:
    for method, path, status in (("GET", "detect", 405), ("POST", "model", 405), ("GET", "digits", 404)):
        answer = client.request(method, path)
        assert answer.status_code == status
        assert answer.json() == {"error": f"there is no {method} /api/{path}: see /api/openapi.json"}


def test_no_page_of_another_site_can_read_the_answers(client: Client) -> None:
    foreign = {"Origin": "https://example.org"}
    preflight = client.options("detect", headers=foreign | {"Access-Control-Request-Method": "POST"})
    answer = client.post("detect", data=seven(), headers=foreign | PNG)
    assert preflight.status_code == 405
    assert answer.status_code == 200
    for headers in (preflight.headers, answer.headers):
        assert not {name.lower() for name in headers} & {"access-control-allow-origin", "set-cookie"}


def test_the_model_says_what_it_is(client: Client) -> None:
    model = client.get("model").json()
    weights = bundled(model["runtime"])
    assert model["sha256"] == hashlib.sha256(weights.read_bytes()).hexdigest()
    facts = json.loads(Detector.load(weights).metadata.to_json())
    assert {name: model[name] for name in facts if name != "format"} == {
        name: value for name, value in facts.items() if name != "format"
    }
    detected = client.post("detect", data=seven(), headers=PNG).json()
    assert detected["model"] == {"version": model["version"], "sha256": model["sha256"]}


def test_the_description_is_served(client: Client) -> None:
    assert client.get("openapi.json").json() == OPENAPI


@pytest.mark.parametrize("language", ["sh", "python"])
def test_the_examples_in_the_readme_work(url: str, tmp_path: Path, language: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    example = next(code for code in re.findall(rf"```{language}\n(.+?)```", readme, re.DOTALL) if "/api/detect" in code)
    example = example.replace("http://localhost:8501", url)
    (tmp_path / "drawing.png").write_bytes(seven())
    command = shlex.split(example) if language == "sh" else [sys.executable, "-c", example]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert '"label":"7"' in run.stdout.replace(" ", "").replace("'", '"')


def test_an_upload_that_breaks_off_leaves_the_server_well(client: Client, url: str) -> None:
    address = urlsplit(url)
    lines = ("POST /api/detect HTTP/1.1", f"Host: {address.netloc}", "Content-Type: image/png", "Content-Length: 9999")
    head = "\r\n".join((*lines, "", ""))
    for sent in (head[:40], head, head + "\x89PNG"):
        with socket.create_connection((address.hostname or "", address.port or 80)) as connection:
            connection.sendall(sent.encode("latin-1"))
    assert client.post("detect", data=seven(), headers=PNG).status_code == 200


def test_api_recovers_from_missing_weights(tmp_path: Path) -> None:
    copytree(ROOT / "src", tmp_path / "src", ignore=ignore_patterns("__pycache__"))
    copytree(ROOT / ".streamlit", tmp_path / ".streamlit")
    copy(ROOT / "app.py", tmp_path)
    weights = tmp_path / "src/digit_detector/models"  # instead of the installed package of this name
    weights.mkdir()
    with serve(tmp_path, tmp_path / "log") as url, Client(url) as client:
        for answer in (client.get("health"), client.get("model"), client.post("detect", data=seven(), headers=PNG)):
            assert answer.status_code == 503
            assert "digit-detector.onnx are missing: install" in answer.json()["error"]
        copy(ROOT / "models" / "digit-detector.onnx", weights)
        assert client.get("health").json() == {"status": "ok"}
        assert client.post("detect", data=seven(), headers=PNG).status_code == 200
