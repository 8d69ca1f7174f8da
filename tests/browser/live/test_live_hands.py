"""Fingers, palms, pens and the mouse wheel."""

import numpy as np
import pytest
from support.live_visitor import Enter, Guest
from support.visitor import SIDE

by_touch = pytest.mark.parametrize("guest", ["touch"], indirect=True)


@pytest.fixture
def writer(enter: Enter, plain: str) -> Guest:
    """One with a pen, on a fresh page: touches soon after a pen count as the palm, even those of the next test."""
    return enter(plain, "touch")


@by_touch
def test_second_finger_ignored(guest: Guest) -> None:
    guest.touch("touchStart", (100, 100))
    guest.touch("touchStart", (100, 100), (300, 300))
    guest.touch("touchMove", (150, 100), (300, 200))
    guest.touch("touchMove", (200, 100), (300, 100))
    guest.touch("touchEnd")
    assert guest.inked(150, 100)
    assert not guest.inked(300, 200)
    assert not guest.inked(300, 300)


def test_pen_pressure(writer: Guest) -> None:
    for x, force in ((100, 0.2), (300, 0.9)):
        writer.pen("mousePressed", x, 60, force)
        for y in range(80, 340, 20):
            writer.pen("mouseMoved", x, y, force)
        writer.pen("mouseReleased", x, 340, force)
    ink = writer.ink()
    row = np.array_split(ink[len(ink) // 2] > 127, 2)
    light, hard = (half.sum() * SIDE / len(ink) for half in row)
    assert light == pytest.approx(14 * (0.4 + 1.2 * 0.2), abs=1.5)
    assert hard == pytest.approx(14 * (0.4 + 1.2 * 0.9), abs=1.5)


def test_palm_before_pen_removed_and_after_ignored(writer: Guest) -> None:
    writer.touch("touchStart", (300, 300))
    writer.touch("touchMove", (310, 300))
    writer.pen("mousePressed", 100, 100, 0.5)
    writer.pen("mouseMoved", 200, 100, 0.5)
    writer.pen("mouseReleased", 200, 100, 0.5)
    writer.touch("touchEnd")
    assert writer.inked(150, 100)
    assert not writer.inked(300, 300)

    writer.pen("mousePressed", 100, 200, 0.5)
    writer.touch("touchStart", (300, 300))
    writer.pen("mouseMoved", 150, 200, 0.5)
    writer.touch("touchEnd")
    writer.pen("mouseMoved", 200, 200, 0.5)
    writer.pen("mouseReleased", 200, 200, 0.5)
    assert writer.inked(150, 200)
    assert not writer.inked(300, 300)


@by_touch
def test_phone_turned_while_drawing(guest: Guest) -> None:
    size = guest.page.viewport_size
    assert size is not None
    guest.touch("touchStart", (100, 100))
    guest.touch("touchMove", (100, 200))
    with guest.screen(width=size["height"], height=size["width"]):
        guest.touch("touchMove", (100, 300))
        guest.touch("touchMove", (200, 300))
        guest.touch("touchEnd")
        assert guest.inked(100, 150)
        assert guest.inked(150, 300)


@pytest.mark.parametrize("guest", ["mouse"], indirect=True)
def test_wheel_while_drawing(guest: Guest) -> None:
    with guest.screen(width=800, height=420):
        guest.page.evaluate("scrollTo(0, 0)")
        guest.hold(np.array([[100.0, 100], [200, 100]]))
        guest.page.mouse.wheel(0, 120)
        guest.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert guest.page.evaluate("scrollY") == 0
        guest.lift()
        guest.page.evaluate("void (window.scrolled = new Promise((done) => addEventListener('scroll', done)))")
        guest.page.mouse.wheel(0, 120)
        assert guest.page.evaluate("scrolled.then(() => scrollY)") > 0
