"""The comparison with OCR engines: which canvases it takes, and when a text is right."""

import numpy as np
import pytest
from peers import DIGITS_ONLY, first_of_each, is_right, line_of, readable

from digit_detector.evaluate.benchmark import BUNDLED, Canvas, load

BOXES = np.array([[40, 30, 60, 70], [80, 40, 100, 80]], np.float32)


def canvas(text: str | None) -> Canvas:
    return Canvas(b"", BOXES, np.array([4, 7]), "any", text)


@pytest.mark.parametrize(
    ("text", "on_line", "anywhere"),
    [("4 7", True, True), ("4-7.", True, True), ("7 4", False, True), ("47 7", False, False), ("", False, False)],
)
def test_right_texts(text: str, on_line: bool, anywhere: bool) -> None:
    assert is_right(text, canvas("47")) == on_line
    assert is_right(text, canvas(None)) == anywhere


def test_line_has_a_margin_inside_the_picture() -> None:
    picture = np.zeros((85, 200, 3), np.uint8)
    assert line_of(picture, canvas("47")).shape == (85 - 20, 80, 3)


def test_canvases_have_a_text_or_digits_alone() -> None:
    picked = first_of_each(readable(load(BUNDLED)), 2)
    conditions = [canvas.condition for canvas in picked]
    assert all(conditions.count(name) == 2 for name in conditions)
    assert all(canvas.text is not None or canvas.condition in DIGITS_ONLY for canvas in picked)
    assert set(DIGITS_ONLY) < set(conditions)
