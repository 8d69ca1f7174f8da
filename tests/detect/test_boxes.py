"""How boxes lie to one another: numbers known by hand."""

import numpy as np
import pytest

from digit_detector.detect.boxes import pairwise_iou


def test_overlaps_are_known_by_hand() -> None:
    boxes = np.array([[0, 0, 2, 2], [5, 5, 5, 5]], np.float32)
    others = np.array([[0, 0, 2, 2], [1, 0, 3, 2], [2, 2, 4, 4]], np.float32)
    assert pairwise_iou(boxes, others) == pytest.approx(np.array([[1, 1 / 3, 0], [0, 0, 0]]))
