"""The API keeps to its description, whatever schemathesis sends, and the description to the code."""

import io
import json
from itertools import count
from pathlib import Path

import pytest
import schemathesis
from hypothesis import settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator
from PIL import Image, ImageDraw

from digit_detector import Detector, limits
from digit_detector.classes import CLASSES
from digit_detector.cli import main
from digit_detector.detect.backends import BACKENDS, DEVICES
from digit_detector.detect.detections import TOP
from digit_detector.server.api import FIELD, FORM, KINDS, OPENAPI, THRESHOLDS

SCHEMAS = OPENAPI["components"]["schemas"]
DETECT = OPENAPI["paths"]["/detect"]["post"]


@st.composite
def pictures(draw: st.DrawFn, file_format: str) -> bytes:
    side = st.integers(1, 64)
    picture = Image.new("L", (draw(side), draw(side)), 255)
    ImageDraw.Draw(picture).line([(draw(side), draw(side)) for _ in range(draw(side) // 8)], fill=0, width=3)
    buffer = io.BytesIO()
    picture.save(buffer, file_format)
    return buffer.getvalue()


for file_format in ("PNG", "JPEG", "WEBP"):
    schemathesis.openapi.media_type(f"image/{file_format.lower()}", pictures(file_format))
schema = schemathesis.openapi.from_dict(OPENAPI)
number = count()


@schema.parametrize()
@settings(max_examples=50, deadline=None, derandomize=True)
def test_answers_as_described(case: schemathesis.Case, url: str) -> None:
    # Each from elsewhere, as a proxy on the server's machine tells it: one client's rate would soon be exceeded.
    elsewhere = {"X-Forwarded-For": f"fd00:{next(number):x}::1"}
    case.call_and_validate(base_url=f"{url}/api", headers=elsewhere, timeout=120)  # 10 s is short for a busy machine


def test_labels_and_names_are_those_of_the_code() -> None:
    detection, model = SCHEMAS["Detection"]["properties"], SCHEMAS["Model"]["properties"]
    assert SCHEMAS["Label"]["enum"] == model["classes"]["const"] == list(CLASSES)
    assert detection["top"]["minItems"] == detection["top"]["maxItems"] == TOP
    assert model["device"]["enum"] == list(DEVICES)
    assert model["runtime"]["enum"] == list(BACKENDS)
    assert [parameter["name"] for parameter in DETECT["parameters"]] == list(THRESHOLDS)
    content = DETECT["requestBody"]["content"]
    assert list(content) == [*KINDS, FORM]
    assert list(content[FORM]["schema"]["properties"]) == [FIELD]


@pytest.mark.parametrize(
    ("status", "numbers"),
    [
        ("408", [limits.UPLOAD_SECONDS]),
        ("413", [limits.MAX_FILE_BYTES, limits.MAX_PIXELS]),
        ("429", [limits.API.burst, limits.API.per_second, limits.API.client_concurrency]),
    ],
)
def test_limits_are_those_of_the_code(status: str, numbers: list[float]) -> None:
    words = DETECT["responses"][status]["description"].replace(",", "").split()
    assert [float(word) for word in words if word.isdecimal()] == numbers


def test_library_and_cli_share_the_schema(
    drawing_png: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    closed = {"$ref": "#/components/schemas/Detections", "unevaluatedProperties": False}
    validator = Draft202012Validator(closed | {"components": OPENAPI["components"]})
    path = tmp_path / "drawing.png"
    path.write_bytes(drawing_png)
    assert main(["detect", str(path), "--device", "cpu"]) == 0
    (printed,) = json.loads(capsys.readouterr().out)
    assert printed.pop("file") == str(path)
    for answer in (printed, Detector.load(device="cpu").detect(drawing_png).to_json()):
        assert answer["detections"]
        validator.validate(answer)
