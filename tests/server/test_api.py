"""The API as programs use it: most tests without a server, and the rest with the page's own."""

import asyncio
import hashlib
import io
import json
import re
import shlex
import socket
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
import requests
from PIL import Image, ImageDraw
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.testclient import TestClient
from starlette.types import Message
from support.server import ROOT

from digit_detector import Detector
from digit_detector.detect.backends import bundled
from digit_detector.errors import WeightsError
from digit_detector.limits import API, MAX_FILE_BYTES, MAX_PIXELS
from digit_detector.server.api import OPENAPI, Api, read_picture
from digit_detector.server.app import routes
from digit_detector.show.render import to_png

PNG = {"Content-Type": "image/png"}
TALL = to_png(np.zeros((MAX_PIXELS // 1000 + 1, 1000), np.uint8))


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=routes()), base_url="http://localhost/api/")


def seven(file_format: str = "PNG") -> bytes:
    picture = Image.new("L", (300, 260), 255)
    ImageDraw.Draw(picture).line([(100, 60), (200, 60), (140, 200)], fill=0, width=12, joint="curve")
    buffer = io.BytesIO()
    picture.save(buffer, file_format)
    return buffer.getvalue()


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP"])
def test_detect_returns_the_detections(client: TestClient, file_format: str) -> None:
    picture = seven(file_format)
    answer = client.post("detect", content=picture, headers={"Content-Type": f"image/{file_format.lower()}"})
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


def test_form_equals_raw_picture(client: TestClient) -> None:
    raw = client.post("detect", content=seven(), headers=PNG).json()
    form = client.post("detect", files={"image": ("seven.png", seven())}).json()
    assert form["detections"] == raw["detections"]


def test_thresholds_act(client: TestClient) -> None:
    def found(**thresholds: float) -> int:
        answer = client.post("detect", params=thresholds, content=seven(), headers=PNG)
        return len(answer.json()["detections"])

    assert found(iou_threshold=1) > found() > found(score_threshold=1) == 0


def animated_webp() -> bytes:
    buffer = io.BytesIO()
    frames = [Image.new("L", (8, 8), shade) for shade in (0, 255)]
    frames[0].save(buffer, "WEBP", save_all=True, append_images=frames[1:])
    return buffer.getvalue()


ERRORS = {
    "nothing": ({"headers": PNG}, 400, "the picture is empty"),
    "a form without a boundary": ({"headers": {"Content-Type": "multipart/form-data"}}, 400, "cannot be read"),
    "a form in a charset that is none": (
        {
            "content": b'--x\r\nContent-Disposition: form-data; name="image"; filename="1.png"\r\n\r\n1\r\n--x--\r\n',
            "headers": {"Content-Type": "multipart/form-data; boundary=x; charset=undefined"},
        },
        400,
        "cannot be read",
    ),
    "a form with another field": ({"files": {"photo": seven()}}, 400, "send it as a file in the field 'image'"),
    "a form with two pictures": (
        {"files": [("image", ("1.png", seven())), ("image", ("2.png", seven()))]},
        400,
        "Too many files",
    ),
    "a form with an empty file": ({"files": {"image": ("1.png", b"")}}, 400, "the picture is empty"),
    "too many bytes": ({"content": bytes(MAX_FILE_BYTES + 1), "headers": PNG}, 413, "make the picture smaller"),
    "too many bytes, unannounced": (
        {"content": (bytes(1 << 20) for _ in range(21)), "headers": PNG},
        413,
        "make the picture smaller",
    ),
    "too many bytes in a form": ({"files": {"image": bytes(MAX_FILE_BYTES + 9999)}}, 413, "make"),
    "too many pixels": ({"content": TALL, "headers": PNG}, 413, "1000 x 25001 pixels"),
    "no type": ({"content": seven()}, 415, "the Content-Type is ''"),
    "the type of a web form": ({"data": {"image": "seven"}}, 415, "application/x-www-form-urlencoded"),
    "a GIF by its name": ({"content": seven("GIF"), "headers": {"Content-Type": "image/gif"}}, 415, "image/gif"),
    "a GIF by its content": ({"content": seven("GIF"), "headers": PNG}, 415, "no picture of the kinds read here"),
    "text": ({"content": b"seven", "headers": PNG}, 415, "no picture of the kinds read here"),
    "a damaged picture": ({"content": seven()[:-30], "headers": PNG}, 422, "damaged or cut short"),
    "an animation": ({"content": animated_webp(), "headers": PNG}, 422, "animated"),
    "a threshold above 1": ({"params": "score_threshold=1.5"}, 422, "give a number from 0 to 1"),
    "a threshold that is no number": ({"params": "iou_threshold=nan"}, 422, "give a number from 0 to 1"),
    "a threshold given twice": ({"params": "iou_threshold=0.1&iou_threshold=0.2"}, 422, "give it once"),
    "a misspelt threshold": ({"params": "treshold=0.1"}, 422, "use score_threshold or iou_threshold"),
}


@pytest.mark.parametrize("error", ERRORS)
def test_error_names_its_cause(client: TestClient, error: str) -> None:
    request, status, words = ERRORS[error]
    answer = client.post("detect", **request)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    assert list(answer.json()) == ["error"]
    assert words in answer.json()["error"]
    assert "\n" not in answer.json()["error"]


def test_eager_client_must_wait_and_others_need_not() -> None:
    app = Starlette(routes=routes())
    eager, other = [
        TestClient(app, base_url="http://localhost/api/", client=(host, 1)) for host in ("192.0.2.1", "192.0.2.2")
    ]
    statuses = [eager.post("detect", headers=PNG).status_code for _ in range(API.burst + 1)]
    assert statuses[: API.burst] == [400] * API.burst
    while (answer := eager.post("detect", headers=PNG)).status_code != 429:
        assert answer.status_code == 400  # a slow machine gives a token back
    assert int(answer.headers["Retry-After"]) >= 1
    assert "ask again in" in answer.json()["error"]
    assert other.post("detect", content=seven(), headers=PNG).status_code == 200
    assert eager.get("health").status_code == 200


def test_unknown_address_is_a_json_error(client: TestClient) -> None:
    for method, path, status in (("GET", "detect", 405), ("POST", "model", 405), ("GET", "digits", 404)):
        answer = client.request(method, path)
        assert answer.status_code == status
        assert answer.json() == {"error": f"there is no {method} /api/{path}: see /api/openapi.json"}


def test_other_sites_cannot_read_answers(client: TestClient) -> None:
    foreign = {"Origin": "https://example.org"}
    preflight = client.options("detect", headers=foreign | {"Access-Control-Request-Method": "POST"})
    answer = client.post("detect", content=seven(), headers=foreign | PNG)
    assert preflight.status_code == 405
    assert answer.status_code == 200
    for headers in (preflight.headers, answer.headers):
        assert not {name.lower() for name in headers} & {"access-control-allow-origin", "set-cookie"}


def test_model_describes_the_weights(client: TestClient) -> None:
    model = client.get("model").json()
    weights = bundled(model["runtime"])
    assert model["sha256"] == hashlib.sha256(weights.read_bytes()).hexdigest()
    facts = json.loads(Detector.load(weights).metadata.to_json())
    assert {name: model[name] for name in facts if name != "format"} == {
        name: value for name, value in facts.items() if name != "format"
    }
    detected = client.post("detect", content=seven(), headers=PNG).json()
    assert detected["model"] == {"version": model["version"], "sha256": model["sha256"]}


@pytest.mark.parametrize("base_path", ["", "/digits"])
def test_description_names_its_server(base_path: str) -> None:
    client = TestClient(Starlette(routes=routes(base_path)), base_url=f"http://localhost{base_path}/api/")
    assert client.get("openapi.json").json() == {**OPENAPI, "servers": [{"url": f"{base_path}/api"}]}
    missing = client.get("digits").json()["error"]
    assert missing == f"there is no GET {base_path}/api/digits: see {base_path}/api/openapi.json"


def test_readme_example(url: str, tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    example = next(code for code in re.findall(r"```sh\n(.+?)```", readme, re.DOTALL) if "/api/detect" in code)
    (tmp_path / "drawing.png").write_bytes(seven())
    command = shlex.split(example.replace("http://localhost:8501", url))
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert '"label":"7"' in run.stdout.replace(" ", "")


def test_broken_upload_leaves_the_server_well(url: str) -> None:
    address = urlsplit(url)
    lines = ("POST /api/detect HTTP/1.1", f"Host: {address.netloc}", "Content-Type: image/png", "Content-Length: 9999")
    head = "\r\n".join((*lines, "", ""))
    for sent in (head[:40], head, head + "\x89PNG"):
        with socket.create_connection((address.hostname or "", address.port or 80)) as connection:
            connection.sendall(sent.encode("latin-1"))
    headers = PNG | {"X-Forwarded-For": "192.0.2.210"}
    assert requests.post(f"{url}/api/detect", data=seven(), headers=headers, timeout=60).status_code == 200


def test_picture_that_does_not_arrive() -> None:
    scope = {"type": "http", "method": "POST", "headers": [(b"content-type", b"image/png")]}

    async def never() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(HTTPException) as refused:
        asyncio.run(read_picture(Request(scope, never), seconds=0.01))
    assert refused.value.status_code == 408


def test_uploads_stay_in_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    client = TestClient(Starlette(routes=routes()))
    assert client.post("/api/detect", files={"image": seven() + bytes(2_000_000)}).status_code in (200, 422)


def failing_once(error: Exception) -> Callable[[], Detector]:
    """Return a loader that works from the second time on."""
    errors = [error]

    def load() -> Detector:
        if errors:
            raise errors.pop()
        return Detector.load(device="cpu")

    return load


def client_of(api: Api) -> TestClient:
    app = Starlette(routes=[api.mount("/api")])
    return TestClient(app, base_url="http://localhost/api/", raise_server_exceptions=False)


def test_internal_error_has_the_id_of_the_log() -> None:
    error = RuntimeError("the sky fell")
    answer = client_of(Api(failing_once(error), API, 60)).get("health")
    assert answer.status_code == 500
    words, _, error_id = answer.json()["error"].rpartition(" ")
    assert words == "internal error: if it happens again, report it with the ID"
    assert error.__notes__ == [f"answered as error {error_id}"]


def test_api_recovers_from_missing_weights() -> None:
    client = client_of(Api(failing_once(WeightsError("the weights are missing: install the package")), API, 60))
    refusal = client.post("detect", content=seven(), headers=PNG)
    assert (refusal.status_code, refusal.headers["Retry-After"]) == (503, "60")
    assert refusal.json() == {"error": "the weights are missing: install the package"}
    assert client.post("detect", content=seven(), headers=PNG).status_code == 200
