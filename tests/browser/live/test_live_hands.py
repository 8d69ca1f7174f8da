"""Fingers, palms, pens and the mouse wheel."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser
from support.live_visitor import DEVICES, Guest, enter
from support.visitor import SIDE

by_touch = pytest.mark.parametrize("guest", ["touch"], indirect=True)


def on_screen(guest: Guest, x: float, y: float) -> dict[str, float]:
    frame = guest.frame
    return {"x": frame["x"] + x * frame["width"] / SIDE, "y": frame["y"] + y * frame["width"] / SIDE}


@pytest.fixture
def writer(browser: Browser, plain: str) -> Iterator[Guest]:
    """One with a pen, on a fresh page: touches soon after a pen count as the palm, even those of the next test."""
    context = browser.new_context(**DEVICES["touch"], service_workers="block")
    yield enter(context, plain, "touch")
    context.close()


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


@by_touch
def test_second_finger_ignored(guest: Guest) -> None:
    touch(guest, "touchStart", (100, 100))
    touch(guest, "touchStart", (100, 100), (300, 300))
    touch(guest, "touchMove", (150, 100), (300, 200))
    touch(guest, "touchMove", (200, 100), (300, 100))
    touch(guest, "touchEnd")
    assert inked(guest, 150, 100)
    assert not inked(guest, 300, 200)
    assert not inked(guest, 300, 300)


def test_pen_pressure(writer: Guest) -> None:
    for x, force in ((100, 0.2), (300, 0.9)):
        pen(writer, "mousePressed", x, 60, force)
        for y in range(80, 340, 20):
            pen(writer, "mouseMoved", x, y, force)
        pen(writer, "mouseReleased", x, 340, force)
    ink = writer.ink()
    row = np.array_split(ink[len(ink) // 2] > 127, 2)
    light, hard = (half.sum() * SIDE / len(ink) for half in row)
    assert light == pytest.approx(14 * (0.4 + 1.2 * 0.2), abs=1.5)
    assert hard == pytest.approx(14 * (0.4 + 1.2 * 0.9), abs=1.5)


def test_palm_before_pen_removed_and_after_ignored(writer: Guest) -> None:
    touch(writer, "touchStart", (300, 300))
    touch(writer, "touchMove", (310, 300))
    pen(writer, "mousePressed", 100, 100, 0.5)
    pen(writer, "mouseMoved", 200, 100, 0.5)
    pen(writer, "mouseReleased", 200, 100, 0.5)
    touch(writer, "touchEnd")
    assert inked(writer, 150, 100)
    assert not inked(writer, 300, 300)

    pen(writer, "mousePressed", 100, 200, 0.5)
    touch(writer, "touchStart", (300, 300))
    pen(writer, "mouseMoved", 150, 200, 0.5)
    touch(writer, "touchEnd")
    pen(writer, "mouseMoved", 200, 200, 0.5)
    pen(writer, "mouseReleased", 200, 200, 0.5)
    assert inked(writer, 150, 200)
    assert not inked(writer, 300, 300)


@by_touch
def test_phone_turned_while_drawing(guest: Guest) -> None:
    size = guest.page.viewport_size
    assert size is not None
    touch(guest, "touchStart", (100, 100))
    touch(guest, "touchMove", (100, 200))
    guest.page.set_viewport_size({"width": size["height"], "height": size["width"]})
    touch(guest, "touchMove", (100, 300))
    touch(guest, "touchMove", (200, 300))
    touch(guest, "touchEnd")
    try:
        assert inked(guest, 100, 150)
        assert inked(guest, 150, 300)
    finally:
        guest.page.set_viewport_size(size)


@pytest.mark.parametrize("guest", ["mouse"], indirect=True)
def test_wheel_while_drawing(guest: Guest) -> None:
    size = guest.page.viewport_size
    assert size is not None
    guest.page.set_viewport_size({"width": 800, "height": 420})
    try:
        guest.page.evaluate("scrollTo(0, 0)")
        guest.hold(np.array([[100.0, 100], [200, 100]]))
        guest.page.mouse.wheel(0, 120)
        guest.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert guest.page.evaluate("scrollY") == 0
        guest.lift()
        guest.page.evaluate("void (window.scrolled = new Promise((done) => addEventListener('scroll', done)))")
        guest.page.mouse.wheel(0, 120)
        assert guest.page.evaluate("scrolled.then(() => scrollY)") > 0
    finally:
        guest.page.set_viewport_size(size)
