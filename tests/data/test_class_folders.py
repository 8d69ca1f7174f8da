"""Test the boxes that contours give to single drawings."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digit_detector.data.formats.class_folders import contour_box


@given(st.integers(0, 300), st.integers(0, 200), st.integers(20, 99), st.integers(20, 99))
def test_contour_box_of_outline(x: int, y: int, width: int, height: int) -> None:
    image = np.full((300, 400), 255, np.uint8)
    cv2.rectangle(image, (x, y), (x + width - 1, y + height - 1), 0, 3)
    # Half of the pen is outside, as far as the picture reaches.
    expected = [max(0, x - 1), max(0, y - 1), min(400, x + width + 1), min(300, y + height + 1)]
    assert contour_box(image) == pytest.approx(expected, abs=1)


def test_contour_box_joins_parts_and_ignores_specks() -> None:
    image = np.zeros((200, 200, 4), np.uint8)
    image[40:140, 50:60, 3] = 255
    image[30:34, 50:110, 3] = 255
    image[180:185, 180:185, 3] = 255
    assert contour_box(image) == (50, 30, 110, 140)


def test_contour_box_on_dark_background() -> None:
    image = np.full((80, 60, 3), 40, np.uint8)
    image[20:50, 10:20] = (90, 70, 60)
    assert contour_box(image) == (10, 20, 20, 50)


def test_no_contour_box_without_ink() -> None:
    assert contour_box(np.full((80, 60), 200, np.uint8)) is None
    assert contour_box(np.zeros((80, 60, 4), np.uint8)) is None
