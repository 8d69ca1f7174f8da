"""Palms and pens on the canvas."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser
from support.visitor import SIDE, Visitor, arrive

by_touch = pytest.mark.parametrize("visitor", ["touch"], indirect=True)


@pytest.fixture
def guest(browser: Browser, url: str) -> Iterator[Visitor]:
    """A fresh page: touches soon after a pen count as the palm, even those of the next test."""
    guest = arrive(browser, url, "touch")
    yield guest
    guest.page.context.close()


def on_screen(guest: Visitor, x: float, y: float) -> dict[str, float]:
    frame = guest.frame
    return {"x": frame["x"] + x * frame["width"] / SIDE, "y": frame["y"] + y * frame["width"] / SIDE}


def pen(guest: Visitor, kind: str, x: float, y: float) -> None:
    assert guest.finger is not None
    event: dict[str, Any] = {"type": kind, "pointerType": "pen", "button": "left", "buttons": 1, "clickCount": 1}
    guest.finger.send("Input.dispatchMouseEvent", event | on_screen(guest, x, y) | {"force": 0.5})


def touch(guest: Visitor, kind: str, *points: tuple[float, float]) -> None:
    assert guest.finger is not None
    touches = [on_screen(guest, x, y) | {"id": index} for index, (x, y) in enumerate(points)]
    guest.finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})


def write_seven(guest: Visitor) -> None:
    pen(guest, "mousePressed", 100, 80)
    for x in range(100, 260, 10):
        pen(guest, "mouseMoved", x, 80)
    for step in range(24):
        pen(guest, "mouseMoved", 260 - 4 * step, 80 + 10 * step)
    pen(guest, "mouseReleased", 164, 320)


def inked(guest: Visitor, x: int, y: int) -> bool:
    return bool(guest.ink()[y - 3 : y + 4, x - 3 : x + 4, 3].any())


def test_palm_before_pen_draws_nothing(guest: Visitor) -> None:
    touch(guest, "touchStart", (330, 340))
    touch(guest, "touchMove", (350, 350))
    write_seven(guest)
    touch(guest, "touchEnd")
    guest.expect_reading("7")
    assert inked(guest, 180, 80)
    assert not inked(guest, 330, 340)
    assert not inked(guest, 350, 350)
    guest.press("Undo")
    guest.expect_reading("")
    assert not guest.ink().any()


def test_palm_after_pen_draws_nothing(guest: Visitor) -> None:
    pen(guest, "mousePressed", 100, 80)
    touch(guest, "touchStart", (330, 340))
    pen(guest, "mouseMoved", 200, 80)
    touch(guest, "touchMove", (350, 350))
    pen(guest, "mouseReleased", 200, 80)
    touch(guest, "touchEnd")
    assert inked(guest, 150, 80)
    assert not inked(guest, 350, 350)


@by_touch
def test_second_finger_draws_nothing(visitor: Visitor) -> None:
    touch(visitor, "touchStart", (100, 100))
    touch(visitor, "touchStart", (100, 100), (300, 300))
    touch(visitor, "touchMove", (200, 100), (300, 200))
    touch(visitor, "touchEnd")
    assert inked(visitor, 150, 100)
    assert not inked(visitor, 300, 250)


@by_touch
def test_cancelled_touch_draws_nothing(visitor: Visitor) -> None:
    touch(visitor, "touchStart", (100, 100))
    touch(visitor, "touchMove", (200, 100))
    touch(visitor, "touchCancel")
    visitor.draw("3")
    visitor.expect_reading("3")
    visitor.press("Undo")
    visitor.expect_reading("")
    assert not visitor.ink().any()


@pytest.mark.parametrize("visitor", ["mouse"], indirect=True)
def test_canvas_moved_during_stroke(visitor: Visitor) -> None:
    """As Streamlit does when it builds the page again: the stroke goes on, and ends where the button is lifted."""
    mouse = visitor.page.mouse
    start, outside = on_screen(visitor, 100, 100), on_screen(visitor, -20, 300)
    mouse.move(**start)
    mouse.down()
    visitor.page.locator(".canvas-root").evaluate(
        "root => root.parentElement.parentElement.prepend(root.parentElement)"
    )
    mouse.move(**on_screen(visitor, 200, 100), steps=5)
    mouse.move(**outside, steps=5)
    mouse.up()
    mouse.move(**on_screen(visitor, 300, 300))
    assert inked(visitor, 150, 100)
    assert not inked(visitor, 300, 300)
    visitor.draw("1", x=250, y=60, height=100)
    assert inked(visitor, 150, 100)
