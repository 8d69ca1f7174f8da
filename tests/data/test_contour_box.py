"""Boxes that are proposed for single drawings are those of the ink."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digit_detector.data.formats.contour_box import propose


@given(st.integers(0, 300), st.integers(0, 200), st.integers(20, 99), st.integers(20, 99))
def test_the_box_of_an_outline(x: int, y: int, width: int, height: int) -> None:
    image = np.full((300, 400), 255, np.uint8)
    cv2.rectangle(image, (x, y), (x + width - 1, y + height - 1), 0, 3)
    # The pen's half outside, as far as the picture reaches.
    expected = [max(0, x - 1), max(0, y - 1), min(400, x + width + 1), min(300, y + height + 1)]
    assert propose(image) == pytest.approx(expected, abs=1)


def test_parts_that_do_not_touch_belong_to_it_and_specks_do_not() -> None:
    image = np.zeros((200, 200, 4), np.uint8)
    image[40:140, 50:60, 3] = 255
    image[30:34, 50:110, 3] = 255
    image[180:185, 180:185, 3] = 255
    assert propose(image) == (50, 30, 110, 140)


def test_dark_paper_and_faint_ink() -> None:
    image = np.full((80, 60, 3), 40, np.uint8)
    image[20:50, 10:20] = (90, 70, 60)
    assert propose(image) == (10, 20, 20, 50)


def test_no_ink_no_box() -> None:
    assert propose(np.full((80, 60), 200, np.uint8)) is None
    assert propose(np.zeros((80, 60, 4), np.uint8)) is None
