"""Drawing with a mouse and with a finger, and the answer while the pen is down."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect
from support.live_visitor import Guest
from support.strokes import strokes
from support.visitor import SIDE


def test_number_and_list(guest: Guest) -> None:
    guest.draw("2 looped", x=220, y=110, height=170)
    guest.draw("4", x=60, y=100, height=180)
    guest.expect_reading("4 2")
    guest.expect_settled("4", "2")
    four = min(guest.boxes(), key=lambda box: box[0])
    # The shape spans 69 to 181 by 102 to 280, and the pen adds 7 on each side.
    assert four == pytest.approx([66, 95, 186, 285], abs=16)
    expect(guest.page.locator("#boxes .tag").filter(has_text=re.compile(r"^4 \d+%$"))).to_have_count(1)
    classes = guest.found.first.locator(".class")
    expect(classes).to_have_count(3)
    expect(classes.first).to_have_text(re.compile(r"^4 \d+%$"))


def test_boxes_while_pen_down(guest: Guest) -> None:
    guest.draw("3", x=40)
    guest.expect_settled("3")
    guest.hold(strokes("1", 250, 80, 230)[0][::3])
    expect(guest.found).to_have_count(2)
    guest.lift()
    guest.expect_reading("3 1")


def test_clear_and_undo(guest: Guest) -> None:
    guest.draw("0")
    guest.expect_reading("0")
    before = guest.ink()
    guest.press("Clear")
    guest.expect_reading("")
    guest.expect_settled()
    assert not guest.ink().any()
    expect(guest.page.get_by_role("button", name="Clear")).to_be_disabled()
    guest.press("Undo")
    guest.expect_reading("0")
    assert (guest.ink() == before).all()


def test_undo_redo_buttons_and_keys(guest: Guest) -> None:
    guest.write("7", "1")
    guest.press("Undo")
    guest.expect_reading("7")
    guest.page.keyboard.press("Control+Shift+Z")
    guest.expect_reading("7 1")
    guest.page.keyboard.press("Control+Z")
    guest.expect_reading("7")
    guest.press("Redo")
    guest.expect_reading("7 1")


def test_canvas_has_screen_resolution(guest: Guest) -> None:
    pixels = guest.page.evaluate("devicePixelRatio") * guest.frame["width"]
    assert guest.ink().shape == (round(pixels), round(pixels))


def test_pen_width(guest: Guest) -> None:
    def width_at(x: float) -> float:
        guest.stroke(np.array([[x, 50], [x, 200], [x, 350]]))
        ink = guest.ink()
        row = ink[len(ink) // 2] > 127
        return row[round((x - 40) / SIDE * len(ink)) : round((x + 40) / SIDE * len(ink))].sum() * SIDE / len(ink)

    slider = guest.page.get_by_role("slider", name="Pen width")
    assert width_at(100) == pytest.approx(14, abs=1)
    slider.press("End")
    assert width_at(300) == pytest.approx(40, abs=1)
    slider.fill("14")


def test_no_points_lost_while_detecting(guest: Guest) -> None:
    guest.draw("8", x=150)  # keeps the worker busy
    across = np.linspace(20, 380, 80)
    points = np.stack([across, np.where(np.arange(80) % 2, 60.0, 340.0)], axis=1)
    guest.stroke(points)
    ink = guest.ink()
    # The line passes through the midpoints of its segments: a lost point would move two of them.
    for x, y in (points[1:] + points[:-1]) / 2 / SIDE * len(ink):
        assert ink[round(y), round(x)] > 0


def test_tap_is_dot(guest: Guest) -> None:
    guest.tap(200, 200)
    ink = guest.ink()
    rows, columns = np.nonzero(ink > 127)
    assert np.array([np.ptp(rows), np.ptp(columns)]) * SIDE / len(ink) == pytest.approx([13, 13], abs=1.5)


def test_drawing_does_not_scroll(guest: Guest) -> None:
    with guest.screen(height=420):
        guest.page.evaluate("scrollTo(0, 0)")
        assert guest.page.evaluate("document.documentElement.scrollHeight") > 420
        guest.draw("1", x=180, y=40, height=300)
        guest.expect_reading("1")
        assert guest.page.evaluate("scrollY") == 0


def test_tools_fit_on_screen(guest: Guest) -> None:
    size = guest.page.viewport_size
    assert size is not None
    for part in ("#reading", "#canvas", ".tools"):
        area = guest.page.locator(part).bounding_box()
        assert area is not None
        assert area["x"] >= 0
        assert area["y"] >= 0
        assert area["x"] + area["width"] <= size["width"]
        assert area["y"] + area["height"] <= size["height"]
    assert guest.page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_canvas_does_not_move(guest: Guest) -> None:
    before = guest.frame
    for row in range(3):
        guest.draw("1 plain", x=60, y=20 + 125 * row, height=100)
    guest.expect_reading("1\n1\n1")
    assert guest.frame == before
