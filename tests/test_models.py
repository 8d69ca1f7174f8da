"""The bundled weights: small, alike in both forms, and right about what people draw."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from support.strokes import SHAPES, strokes

from digit_detector import Detector
from digit_detector.classes import DIGITS
from digit_detector.cli import main

MODELS = Path(__file__).parents[1] / "models"
FILES = [MODELS / "digit-detector.safetensors", MODELS / "digit-detector.onnx"]


def canvas(*shapes: tuple[str, float, float, float], pen: int = 8, side: int = 400) -> NDArray[np.uint8]:
    """A square canvas with shapes (name, x, y, height), drawn large and shrunk, as smooth as a page."""
    image = Image.new("L", (side * 4, side * 4), 255)
    draw = ImageDraw.Draw(image)
    for name, x, y, height in shapes:
        for stroke in strokes(name, x, y, height):
            points = [(float(px * 4), float(py * 4)) for px, py in stroke]
            draw.line(points, fill=0, width=pen * 4, joint="curve")
            for px, py in points:
                reach = pen * 2
                draw.ellipse((px - reach, py - reach, px + reach, py + reach), fill=0)
    return np.asarray(image.resize((side, side), Image.Resampling.BOX))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.suffix)
def test_files_are_small_and_whole(path: Path) -> None:
    assert path.stat().st_size < 10_000_000
    assert not path.read_bytes().startswith(b"version https://git-lfs")


def test_both_forms_say_the_same_about_themselves() -> None:
    first, second = (Detector.load(path).metadata for path in FILES)
    assert first == second
    assert {"command", "data", "scenes", "hours"} <= set(first.training)
    assert {"AP50", "AP50:95", "exact"} <= set(first.metrics)


def test_torch_and_onnx_agree() -> None:
    torch_, onnx = (Detector.load(path, device="cpu") for path in FILES)
    assert (torch_.runtime, onnx.runtime) == ("torch", "onnx")
    differences = []
    # ONNX Runtime rounds between the layers, torch does not.
    for shape in SHAPES:
        raw = [each.predict(canvas((shape, 130, 80, 230))) for each in (torch_, onnx)]
        differences.append(np.abs(raw[0].outputs - raw[1].outputs)[..., 4:].mean())
        first, second = (each.detections() for each in raw)
        assert first.reading() == second.reading()
        assert first.boxes == pytest.approx(second.boxes, abs=4)
        assert first.scores == pytest.approx(second.scores, abs=0.1)
    assert np.mean(differences) < 0.003  # 0.005 between these weights and those before them


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_read_with_the_pages_pen(detector: Detector, shape: str) -> None:
    picture = canvas((shape, 130, 80, 230), pen=14)
    transparent = np.dstack([np.zeros((*picture.shape, 3), np.uint8), 255 - picture])  # black, where the ink is opaque
    for found in map(detector.detect, (picture, transparent)):
        assert found.reading() == shape[0]
        assert len(found) == 1


def test_digits_of_nearly_every_size_and_pen_are_read(detector: Detector) -> None:
    sizes = [(230, 8), (330, 16), (330, 40), (120, 5), (60, 4), (35, 3), (230, 2)]
    read = {
        (shape, height, pen): detector.detect(canvas((shape, 40, 30, height), pen=pen)).reading() == shape[0]
        for shape in SHAPES
        for height, pen in sizes
    }
    misread = [case for case, right in read.items() if not right]
    assert len(misread) <= 0.05 * len(read), misread


@pytest.mark.parametrize("number", ["47", "2026", "90135"])
def test_numbers_are_read_from_left_to_right(detector: Detector, number: str) -> None:
    picture = canvas(*((digit, 20 + 74 * place, 150, 90) for place, digit in enumerate(number)), pen=6)
    assert detector.detect(picture).reading() == " ".join(number)


def test_boxes_hold_the_ink(detector: Detector) -> None:
    picture = canvas(("8", 120, 90, 220))
    rows, columns = np.nonzero(picture < 128)
    found = detector.detect(picture)
    assert found.boxes[0] == pytest.approx([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1], abs=12)


@pytest.mark.parametrize("picture", [np.full((400, 400), 255, np.uint8), np.zeros((400, 400, 4), np.uint8)])
def test_nothing_on_an_empty_canvas(detector: Detector, picture: NDArray[np.uint8]) -> None:
    assert len(detector.detect(picture)) == 0


def test_white_on_black_reads_the_same(detector: Detector) -> None:
    picture = canvas(("5", 120, 90, 220))
    assert detector.detect(255 - picture).reading() == detector.detect(picture).reading() == "5"


def test_digits_by_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for index, digit in enumerate(DIGITS):
        image = Image.fromarray(canvas((digit, 30 + index % 7 * 20, 40 + index % 5 * 20, 150), side=300))
        image.save(tmp_path / f"{digit}.png")
    assert main(["detect", str(tmp_path), "--format", "json"]) == 0
    answers = json.load(io.StringIO(capsys.readouterr().out))
    read = {Path(answer["file"]).stem: [found["label"] for found in answer["detections"]] for answer in answers}
    assert read == {digit: [digit] for digit in DIGITS}
