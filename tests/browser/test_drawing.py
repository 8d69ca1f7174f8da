"""People draw on the page, with a mouse and with a finger, and read there what they drew."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect
from support.visitor import Visitor


def test_box_around_digit_until_cleared(visitor: Visitor) -> None:
    visitor.draw("3", x=100, y=100, height=200)
    visitor.expect_reading("3")
    visitor.expect_boxes("3")
    (box,) = visitor.boxes()
    assert np.abs(box - [105, 104, 214, 296]).max() < 20  # what the shape fills
    visitor.press("Clear")
    visitor.expect_reading("")
    visitor.expect_boxes()
    assert not visitor.ink().any()


def test_tap_on_hidden_buttons_erases_nothing(visitor: Visitor) -> None:
    visitor.draw("8")
    visitor.expect_reading("8")
    before = visitor.ink()
    for x in range(200, 400, 12):
        visitor.tap(x, 8)
    after = visitor.ink()
    assert (after[20:] == before[20:]).all()
    assert after[:20].any()


def test_reading_keeps_its_node(visitor: Visitor) -> None:
    visitor.reading.evaluate("node => { node.stays = true; }")
    visitor.draw("2 looped")
    visitor.expect_reading("2")
    assert visitor.reading.evaluate("node => node.stays && node.getAttribute('aria-live')") == "polite"


def test_buttons_and_keys_undo_redo_and_clear(visitor: Visitor) -> None:
    visitor.write("3", "7")
    visitor.press("Undo")
    visitor.expect_reading("3")
    visitor.press("Redo")
    visitor.expect_reading("3 7")
    visitor.page.keyboard.press("Control+z")
    visitor.expect_reading("3")
    visitor.page.keyboard.press("Control+Shift+z")
    visitor.expect_reading("3 7")
    visitor.page.keyboard.press("Control+z")
    visitor.expect_reading("3")
    visitor.page.keyboard.press("Control+y")
    visitor.expect_reading("3 7")
    visitor.page.keyboard.press("Delete")
    visitor.expect_reading("")
    assert not visitor.ink().any()


def test_list_of_objects(visitor: Visitor) -> None:
    visitor.draw("7 crossed", x=220, y=100, height=180)
    visitor.draw("1", x=60, y=100, height=180)
    visitor.expect_reading("1 7")  # from left to right
    rows = visitor.page.locator("#objects li")
    expect(rows.locator(".chip")).to_have_text(["1", "7"])
    for row in rows.all():
        best = row.locator(".class").all_inner_texts()
        scores = [float(re.fullmatch(r"\S+ <?(\d+)%", text.strip()).group(1)) for text in best]
        assert len(scores) == 3
        assert scores == sorted(scores, reverse=True)


def test_tap_makes_dot(visitor: Visitor) -> None:
    visitor.tap(200, 200)
    rows, columns = np.nonzero(visitor.ink() > 127)
    assert (rows.mean(), columns.mean()) == pytest.approx((200, 200), abs=1.5)
    assert 10 <= np.ptp(rows) <= 18
