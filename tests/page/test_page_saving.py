"""What a visitor saves: a bundle repeats its result on the command line, and what is covered stays covered."""

import hashlib
import io
import json
import shlex
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import Image, ImageDraw
from support.strokes import strokes

from digit_detector.cli import main
from digit_detector.detect.backends import bundled
from digit_detector.detect.detector import Detector
from digit_detector.detect.images import read_image
from digit_detector.drawing import Stroke
from digit_detector.page.saving import LEAST_SIDE, boxed, bundle
from digit_detector.page.visit import Thresholds, Work


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector.load(device="cpu", threads=1)


def drawn(detector: Detector, *shapes: str) -> Work:
    """Shapes side by side, in black ink on transparency as a browser sends it."""
    ink = Image.new("RGBA", (400, 400))
    pen = ImageDraw.Draw(ink)
    lines = [line for i, shape in enumerate(shapes) for line in strokes(shape, 30 + 120 * i, 120, 150)]
    for line in lines:
        pen.line([tuple(point) for point in line], fill="black", width=12, joint="curve")
    file = io.BytesIO()
    ink.save(file, "PNG")
    work = Work(file.getvalue(), strokes=tuple(Stroke(tuple(map(tuple, line.tolist())), 12.0) for line in lines))
    work.prediction = detector.predict(work.png)
    return work


def test_a_bundle_repeats_its_result_on_the_command_line(
    detector: Detector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    work = drawn(detector, "4", "7", "2")
    thresholds = Thresholds(0.3, 0.6)
    assert work.prediction is not None
    found = work.prediction.detections(*thresholds)
    with ZipFile(io.BytesIO(bundle(work, found, thresholds, detector))) as file:
        file.extractall(tmp_path)
    assert len(found) >= 3
    assert json.loads((tmp_path / "detections.json").read_text()) == found.to_json()
    kept = json.loads((tmp_path / "strokes.json").read_text())
    assert [np.shape(stroke["points"]) for stroke in kept] == [np.shape(stroke.points) for stroke in work.strokes]

    monkeypatch.chdir(tmp_path)
    model = json.loads(Path("model.json").read_text())
    program, *words = shlex.split(model["command"])
    assert program == "digit-detector"
    assert main(words) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert entry.pop("file") == "drawing.png"
    assert entry["detections"] == found.to_json()["detections"]
    assert model["sha256"] == hashlib.sha256(bundled("onnx").read_bytes()).hexdigest()


def test_a_saved_picture_is_large_enough_to_read_and_shows_nothing_that_is_covered(detector: Detector) -> None:
    work = drawn(detector, "rude")
    assert work.prediction is not None
    found = work.prediction.detections()
    assert [top[0].label for top in found.top] == ["censored"]
    covered, shown = boxed(work, found, covered=True), boxed(work, found, covered=False)
    assert covered.shape == shown.shape == (LEAST_SIDE, LEAST_SIDE, 3)
    assert (shown < 30).all(axis=2).sum() > 5000
    assert not (covered < 30).all(axis=2).any()


def test_a_large_picture_keeps_its_size(detector: Detector) -> None:
    file = io.BytesIO()
    Image.new("RGB", (1200, 300), "white").save(file, "PNG")
    work = Work(file.getvalue())
    assert boxed(work, detector.detect(work.png), covered=False).shape == (300, 1200, 3)
    assert read_image(work.png).shape == (300, 1200, 3)
