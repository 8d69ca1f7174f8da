"""Faint ink: the bundled detector reads a pencil beside a pen, and a drawing has no second look."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digit_detector import Detector
from digit_detector.detect.detector import Prediction
from digit_detector.detect.faint import MIN_SCORE, keep_confident_digits
from digit_detector.detect.images import read_image
from digit_detector.detect.letterbox import letterbox
from digit_detector.detect.postprocess import View
from digit_detector.evaluate.benchmark import BUNDLED, Canvas, load


@pytest.fixture(scope="module")
def drawings() -> list[Canvas]:
    """Two drawings of one digit each."""
    return [canvas for canvas in load(BUNDLED) if canvas.condition == "one digit"][:2]


def side_by_side(drawings: list[Canvas], strength: float) -> NDArray[np.uint8]:
    """Return the ink of the drawings, the left one's fainter."""
    left, right = (255 - read_image(canvas.image) for canvas in drawings)
    return np.concatenate([np.rint(left * strength).astype(np.uint8), right], axis=1)


def whole_looks(prediction: Prediction) -> int:
    """Return how often the network looked at the whole picture: twice if it has faint ink."""
    regions = [view.letterbox.region for view in prediction.views]
    return regions.count(regions[0])


@pytest.mark.parametrize("strength", [1.0, 0.4, 0.25])
def test_pencil_is_read_beside_a_pen(detector: Detector, drawings: list[Canvas], strength: float) -> None:
    prediction = detector.predict(255 - side_by_side(drawings, strength))
    assert sorted(prediction.detections().labels) == sorted(int(canvas.labels[0]) for canvas in drawings)
    assert whole_looks(prediction) == (1 if strength == 1 else 2)


def test_black_ink_on_transparency_has_one_look(detector: Detector, drawings: list[Canvas]) -> None:
    """As a canvas sends it, with edges smoothed by coverage."""
    ink = side_by_side(drawings, 1.0)
    picture = np.zeros((*ink.shape, 4), np.uint8)
    picture[..., 3] = ink
    assert whole_looks(detector.predict(picture)) == 1


def test_only_confident_digits_are_kept() -> None:
    rows = np.zeros((4, 17), np.float32)
    rows[:, 4] = 1, 1, 0.9, 1  # objectness
    rows[0, 5] = rows[2, 6] = rows[3, 15] = 1  # a confident 0, a less confident 1, a confident `other`
    rows[1, 7] = MIN_SCORE - 0.01
    view = keep_confident_digits(View(rows, letterbox(np.zeros((9, 9), np.uint8), 192)))
    assert view.outputs.tolist() == rows[:1].tolist()
