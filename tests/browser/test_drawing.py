"""People draw on the page, with a mouse and with a finger, and read there what they drew."""

import numpy as np
import pytest
from strokes import SHAPES
from visitor import BOXES, INK, Visitor

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("shape", SHAPES)
def test_a_digit_is_read(visitor: Visitor, shape: str) -> None:
    visitor.draw(shape)
    visitor.expect_reading(shape[0])


def test_a_number_is_read_from_left_to_right(visitor: Visitor) -> None:
    visitor.draw("2", x=220, y=110, height=170)
    visitor.draw("4", x=60, y=100, height=180)
    visitor.expect_reading("4 2")


def test_a_box_appears_around_the_digit(visitor: Visitor) -> None:
    visitor.draw("3", x=100, y=100, height=200)
    visitor.expect_reading("3")
    visitor.expect_boxes(shown=True)
    rows, columns = np.nonzero((visitor.pixels(BOXES) != 255).any(axis=2))
    # The shape fills 105 to 214 by 104 to 296, and the tag with its name stands above or below.
    assert abs(columns.min() - 105) < 20
    assert abs(columns.max() - 214) < 20
    assert rows.min() > 60
    assert rows.max() < 340


def test_clear_leaves_nothing(visitor: Visitor) -> None:
    visitor.draw("6")
    visitor.expect_reading("6")
    visitor.press("Clear")
    visitor.expect_reading("")
    visitor.expect_boxes(shown=False)
    assert not visitor.pixels(INK).any()


def test_undo_takes_the_last_stroke_away_and_redo_brings_it_back(visitor: Visitor) -> None:
    visitor.draw("7", x=60, y=100, height=180)
    visitor.draw("1", x=220, y=100, height=180)
    visitor.expect_reading("7 1")
    visitor.press("Undo")
    visitor.expect_reading("7")
    visitor.press("Redo")
    visitor.expect_reading("7 1")


def test_a_tap_where_the_canvas_hides_its_own_buttons_erases_nothing(visitor: Visitor) -> None:
    visitor.draw("8")
    visitor.expect_reading("8")
    before = visitor.pixels(INK)[..., 3]
    for x in range(200, 400, 12):
        visitor.stroke(np.array([[x, 8.0]]))
    after = visitor.pixels(INK)[..., 3]
    assert (after[20:] == before[20:]).all()
    assert after[:20].any()


def test_the_node_with_the_reading_stays_while_its_text_changes(visitor: Visitor) -> None:
    visitor.reading.evaluate("node => { node.stays = true; }")
    visitor.draw("2")
    visitor.expect_reading("2")
    assert visitor.reading.evaluate("node => node.stays && node.getAttribute('aria-live')") == "polite"
