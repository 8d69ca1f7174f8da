"""What a visitor saves: a bundle repeats its result on the command line, and what is covered stays covered."""

import hashlib
import io
import json
import shlex
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import Image, ImageDraw
from support.page import pen_strokes

from digit_detector.cli import main
from digit_detector.detect.backends import bundled
from digit_detector.detect.detector import Detector
from digit_detector.page.downloads import MIN_SIDE, bundle, picture_with_boxes
from digit_detector.page.session import Picture, Thresholds


def drawn(detector: Detector, *shapes: str) -> Picture:
    """Shapes side by side, read as the page reads a drawing."""
    ink = Image.new("RGBA", (400, 400))
    pen = ImageDraw.Draw(ink)
    drawn = tuple(stroke for i, shape in enumerate(shapes) for stroke in pen_strokes(shape, 30 + 120 * i, 120, 150, 12))
    for stroke in drawn:
        pen.line(list(stroke.points), fill="black", width=12, joint="curve")
    pixels = 255 - np.asarray(ink)[..., 3]
    return Picture(pixels, detector.predict_ink(255 - pixels), drawn)


@pytest.mark.parametrize("on_its_side", [False, True])
def test_bundle_repeats_its_result(
    detector: Detector,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    on_its_side: bool,
) -> None:
    picture = drawn(detector, "4", "7", "2")
    if on_its_side:  # which the page does not look for
        pixels = np.ascontiguousarray(np.rot90(np.vstack([picture.pixels[100:300]] * 4)))
        assert detector.predict(pixels).turned
        picture = replace(picture, pixels=pixels, prediction=detector.predict_ink(255 - pixels))
    thresholds = Thresholds(0.3, 0.6)
    assert picture.prediction is not None
    found = picture.prediction.detections(*thresholds)
    with ZipFile(io.BytesIO(bundle(picture, thresholds, detector))) as file:
        file.extractall(tmp_path)
    assert len(found) >= 3
    assert json.loads((tmp_path / "detections.json").read_text()) == [{"file": "drawing.png", **found.to_json()}]
    kept = json.loads((tmp_path / "strokes.json").read_text())
    assert [len(stroke["points"]) for stroke in kept] == [2 * len(stroke.points) for stroke in picture.strokes]

    monkeypatch.chdir(tmp_path)
    model = json.loads(Path("model.json").read_text())
    program, *words = shlex.split(model["command"])
    assert program == "digit-detector"
    assert main(words) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert entry.pop("file") == "drawing.png"
    assert entry["detections"] == found.to_json()["detections"]
    assert model["sha256"] == hashlib.sha256(bundled("onnx").read_bytes()).hexdigest()


def test_saved_picture_is_large_and_covered(detector: Detector) -> None:
    picture = drawn(detector, "rude")
    assert picture.prediction is not None
    found = picture.prediction.detections()
    assert [top[0].label for top in found.top] == ["censored"]
    covered, shown = (picture_with_boxes(picture.pixels, found, covered) for covered in (True, False))
    assert covered.shape == shown.shape == (MIN_SIDE, MIN_SIDE, 3)
    assert (shown < 30).all(axis=2).sum() > 5000
    assert not (covered < 30).all(axis=2).any()
    assert np.ptp(covered, axis=2).max() < 40  # grey: no coloured box lies on the cover


def test_large_picture_keeps_its_size(detector: Detector) -> None:
    pixels = np.full((300, 1200, 3), 255, np.uint8)
    assert picture_with_boxes(pixels, detector.detect(pixels), is_covered=False).shape == (300, 1200, 3)
