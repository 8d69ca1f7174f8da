"""Fingers, palms, pens and the mouse wheel."""

from typing import Any

import numpy as np
import pytest
from support.live_visitor import Guest
from support.visitor import SIDE

pytestmark = pytest.mark.browser
touch_only = pytest.mark.parametrize("hand", ["touch"], indirect=True)


def on_screen(guest: Guest, x: float, y: float) -> dict[str, float]:
    frame = guest.frame
    return {"x": frame["x"] + x * frame["width"] / SIDE, "y": frame["y"] + y * frame["width"] / SIDE}


@pytest.fixture
def guest(newcomer: Guest) -> Guest:
    """A fresh page: touches soon after a pen count as the palm, even those of the next test."""
    return newcomer


def pen(guest: Guest, kind: str, x: float, y: float, force: float) -> None:
    """Send a pen event."""
    assert guest.finger is not None
    event: dict[str, Any] = {"type": kind, "pointerType": "pen", "button": "left", "buttons": 1, "clickCount": 1}
    guest.finger.send("Input.dispatchMouseEvent", event | on_screen(guest, x, y) | {"force": force})


def touch(guest: Guest, kind: str, *points: tuple[float, float]) -> None:
    assert guest.finger is not None
    touches = [on_screen(guest, x, y) | {"id": index} for index, (x, y) in enumerate(points)]
    guest.finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})


def inked(guest: Guest, x: float, y: float) -> bool:
    ink = guest.ink()
    return bool(ink[round(y * len(ink) / SIDE), round(x * len(ink) / SIDE)])


@touch_only
def test_second_finger_ignored(guest: Guest) -> None:
    touch(guest, "touchStart", (100, 100))
    touch(guest, "touchStart", (100, 100), (300, 300))
    touch(guest, "touchMove", (150, 100), (300, 200))
    touch(guest, "touchMove", (200, 100), (300, 100))
    touch(guest, "touchEnd")
    assert inked(guest, 150, 100)
    assert not inked(guest, 300, 200)
    assert not inked(guest, 300, 300)


@touch_only
def test_pen_pressure(guest: Guest) -> None:
    for x, force in ((100, 0.2), (300, 0.9)):
        pen(guest, "mousePressed", x, 60, force)
        for y in range(80, 340, 20):
            pen(guest, "mouseMoved", x, y, force)
        pen(guest, "mouseReleased", x, 340, force)
    ink = guest.ink()
    row = np.array_split(ink[len(ink) // 2] > 127, 2)
    light, hard = (half.sum() * SIDE / len(ink) for half in row)
    assert light == pytest.approx(14 * (0.4 + 1.2 * 0.2), abs=1.5)
    assert hard == pytest.approx(14 * (0.4 + 1.2 * 0.9), abs=1.5)


@touch_only
def test_palm_after_pen_ignored(guest: Guest) -> None:
    pen(guest, "mousePressed", 100, 100, 0.5)
    touch(guest, "touchStart", (300, 300))
    pen(guest, "mouseMoved", 150, 100, 0.5)
    touch(guest, "touchEnd")
    pen(guest, "mouseMoved", 200, 100, 0.5)
    pen(guest, "mouseReleased", 200, 100, 0.5)
    assert inked(guest, 150, 100)
    assert not inked(guest, 300, 300)


@touch_only
def test_palm_before_pen_removed(guest: Guest) -> None:
    touch(guest, "touchStart", (300, 300))
    touch(guest, "touchMove", (310, 300))
    pen(guest, "mousePressed", 100, 100, 0.5)
    pen(guest, "mouseMoved", 200, 100, 0.5)
    pen(guest, "mouseReleased", 200, 100, 0.5)
    touch(guest, "touchEnd")
    assert inked(guest, 150, 100)
    assert not inked(guest, 300, 300)


@touch_only
def test_phone_turned_while_drawing(guest: Guest) -> None:
    touch(guest, "touchStart", (100, 100))
    touch(guest, "touchMove", (100, 200))
    guest.page.set_viewport_size({"width": 664, "height": 390})
    touch(guest, "touchMove", (100, 300))
    touch(guest, "touchMove", (200, 300))
    touch(guest, "touchEnd")
    assert inked(guest, 100, 150)
    assert inked(guest, 150, 300)


@pytest.mark.parametrize("hand", ["mouse"], indirect=True)
def test_wheel_while_drawing(newcomer: Guest) -> None:
    newcomer.page.set_viewport_size({"width": 800, "height": 420})
    newcomer.page.evaluate("scrollTo(0, 0)")
    newcomer.hold(np.array([[100.0, 100], [200, 100]]))
    newcomer.page.mouse.wheel(0, 120)
    newcomer.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert newcomer.page.evaluate("scrollY") == 0
    newcomer.lift()
    newcomer.page.evaluate("void (window.scrolled = new Promise((done) => addEventListener('scroll', done)))")
    newcomer.page.mouse.wheel(0, 120)
    assert newcomer.page.evaluate("scrolled.then(() => scrollY)") > 0
