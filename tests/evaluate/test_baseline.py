"""The baseline: contours, crops as MNIST has them, a small classifier, and its training."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
import train_baseline
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.torch import save_file
from support.strokes import strokes

from digit_detector.classes import CLASSES, DIGITS
from digit_detector.errors import WeightsError
from digit_detector.evaluate.baseline import (
    CNN,
    INNER,
    METADATA_KEY,
    SIDE,
    Baseline,
    clean,
    crop,
    crop_drawing,
    extent,
    find_boxes,
)

ROOT = Path(__file__).parents[2]


def canvas(*shapes: tuple[str, float, float, float], pen: int = 8) -> NDArray[np.uint8]:
    """White paper of 400 x 400 with shapes: name, x, y, height."""
    image = np.full((400, 400), 255, np.uint8)
    for name, x, y, height in shapes:
        lines = [np.rint(stroke).astype(np.int32) for stroke in strokes(name, x, y, height)]
        cv2.polylines(image, lines, isClosed=False, color=0, thickness=pen, lineType=cv2.LINE_AA)
    return image


def test_cnn_labels_each_picture_by_itself() -> None:
    torch.manual_seed(0)
    network = CNN().eval()
    pictures = torch.rand(3, 1, SIDE, SIDE)
    together = network(pictures)
    assert together.shape == (3, len(CLASSES))
    assert torch.allclose(network(pictures[1:2]), together[1:2], atol=1e-5)
    assert not torch.allclose(together[0], together[1], atol=1e-5)


BOXES = st.lists(
    st.tuples(st.integers(0, 80), st.integers(0, 80), st.integers(4, 40), st.integers(4, 40)), min_size=1, max_size=6
)


@given(BOXES)
def test_boxes_hold_all_ink_and_none_overlaps_another(rectangles: list[tuple[int, int, int, int]]) -> None:
    ink = np.zeros((120, 120), np.uint8)
    for x, y, width, height in rectangles:
        cv2.rectangle(ink, (x, y), (x + width - 1, y + height - 1), 255, 1)
    found = find_boxes(ink)
    covered = np.zeros((120, 120), int)
    for x0, y0, x1, y1 in found:
        covered[y0:y1, x0:x1] += 1
        assert ink[y0, x0:x1].any()
        assert ink[y0:y1, x1 - 1].any()
    assert covered.max() == 1
    assert covered[ink > 0].all()


def test_pieces_are_objects_and_specks_are_not() -> None:
    image = canvas(("0", 40, 40, 120), ("7", 240, 200, 120))
    image[350:355, 30:35] = 0
    ink = clean(255 - image)
    boxes = find_boxes(ink)
    assert len(boxes) == 2
    assert sorted(boxes[:, 0].tolist()) == pytest.approx([40 + 6 * 1.2 - 4, 240 + 6 * 1.2 - 4], abs=3)


def test_faint_ink_is_paper() -> None:
    ink = np.array([[200, 51, 49, 0]], np.uint8)
    assert clean(ink).tolist() == [[200, 51, 0, 0]]
    assert not clean(np.full((3, 3), 20, np.uint8)).any()


@pytest.mark.parametrize("name", ["0", "1 plain", "4", "7", "9"])
@pytest.mark.parametrize("height", [60, 330])
def test_crops_are_as_mnist_has_them(name: str, height: int) -> None:
    ink = clean(255 - canvas((name, 40, 30, height), pen=max(2, height // 16)))
    picture = crop(ink, extent(ink))
    rows, columns = np.nonzero(picture > 0.02)
    assert picture.shape == (SIDE, SIDE)
    assert picture.max() == pytest.approx(1)
    assert picture.min() == 0
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == INNER
    down, across = np.indices(picture.shape)
    for axis in (down, across):
        assert (picture * axis).sum() / picture.sum() == pytest.approx((SIDE - 1) / 2, abs=0.51)


def test_crop_drawing_leaves_out_faint_ink() -> None:
    image = canvas(("7", 40, 30, 330), pen=20)
    expected = crop(ink := clean(255 - image), extent(ink))
    image[380:390, 5:15] = 230
    assert crop_drawing(image) == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize("width", range(1, 6))
def test_slim_ink_is_centred_too(width: int) -> None:
    ink = np.zeros((300, 300), np.uint8)
    ink[20:220, 30 : 30 + width] = 255
    picture = crop(ink, extent(ink))
    assert np.isfinite(picture).all()
    assert picture[:, 12:16].sum() == pytest.approx(picture.sum())


def test_other_files_are_refused(tmp_path: Path, safetensors_file: Path) -> None:
    with pytest.raises(WeightsError, match=r"missing\.safetensors"):
        Baseline.load(tmp_path / "missing.safetensors")
    with pytest.raises(WeightsError, match="metadata"):
        Baseline.load(safetensors_file)
    cases = [
        ({"a": torch.zeros(1)}, {"classes": CLASSES}, "does not fit the baseline"),
        (CNN().state_dict(), {"classes": DIGITS}, "has other classes"),
        (CNN().state_dict(), {}, "does not fit the baseline"),
    ]
    for tensors, facts, message in cases:
        save_file(tensors, tmp_path / "other.safetensors", {METADATA_KEY: json.dumps(facts)})
        with pytest.raises(WeightsError, match=message):
            Baseline.load(tmp_path / "other.safetensors")


def constant(best: int, probability: float) -> Baseline:
    """A baseline that always gives one class this probability, and the others equal parts of the rest."""
    network = CNN()
    rest = (1 - probability) / (len(CLASSES) - 1)
    with torch.no_grad():
        network[-1].weight.zero_()
        network[-1].bias.fill_(float(np.log(rest)))
        network[-1].bias[best] = float(np.log(probability))
    return Baseline(network)


def test_an_answer_is_the_detectors_kind() -> None:
    found = constant(7, 0.9).detect(canvas(("7", 240, 200, 120), ("7", 40, 40, 120)))
    assert found.reading() == "7\n7"
    assert found.scores == pytest.approx([0.9, 0.9])
    assert len(constant(7, 0.9).detect(np.full((50, 60, 3), 255, np.uint8))) == 0


def test_training_writes_usable_weights(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "baseline.safetensors"
    small = ["--drawings", "8", "--validation-drawings", "4", "--batch-size", "4", "--epochs", "1"]
    train_baseline.main(["--data-root", str(root), "--output", str(path), *small])
    assert "of the validation drawings read right" in capsys.readouterr().out
    with safe_open(path, framework="pt") as file:
        training = json.loads(file.metadata()[METADATA_KEY])["training"]
    assert (training["epochs"], training["steps"]) == (1, 2)
    assert 0 <= training["val/accuracy"] <= 1
    assert np.isfinite(Baseline.load(path).probabilities(np.zeros((1, SIDE, SIDE), np.float32))).all()


def test_the_bundled_baseline_is_small_and_reads_digits() -> None:
    assert (ROOT / "models/baseline.safetensors").stat().st_size < 1_000_000
    baseline = Baseline.load()
    shapes = ["0", "1", "2", "3", "4 closed", "5 in one", "6", "7", "8", "9"]
    read = [baseline.detect(canvas((shape, 130, 80, 230), pen=14)).reading() for shape in shapes]
    assert sum(text == shape[0] for text, shape in zip(read, shapes, strict=True)) >= 8, read
