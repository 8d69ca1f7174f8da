"""Palms and pens on the canvas."""

import numpy as np
import pytest
from playwright.sync_api import expect
from support.visitor import Arrive, Visitor

by_touch = pytest.mark.parametrize("visitor", ["touch"], indirect=True)


@pytest.fixture
def guest(arrive: Arrive, url: str) -> Visitor:
    """A fresh page: touches soon after a pen count as the palm, even those of the next test."""
    return arrive(url, "touch")


def write_seven(guest: Visitor) -> None:
    guest.pen("mousePressed", 100, 80)
    for x in range(100, 260, 10):
        guest.pen("mouseMoved", x, 80)
    for step in range(24):
        guest.pen("mouseMoved", 260 - 4 * step, 80 + 10 * step)
    guest.pen("mouseReleased", 164, 320)


def test_palm_before_pen_draws_nothing(guest: Visitor) -> None:
    guest.touch("touchStart", (330, 340))
    guest.touch("touchMove", (350, 350))
    write_seven(guest)
    guest.touch("touchEnd")
    guest.expect_reading("7")
    assert guest.inked(180, 80)
    assert not guest.inked(330, 340)
    assert not guest.inked(350, 350)
    guest.press("Undo")
    guest.expect_reading("")
    assert not guest.ink().any()


def test_palm_after_pen_draws_nothing(guest: Visitor) -> None:
    guest.pen("mousePressed", 100, 80)
    guest.touch("touchStart", (330, 340))
    guest.pen("mouseMoved", 200, 80)
    guest.touch("touchMove", (350, 350))
    guest.pen("mouseReleased", 200, 80)
    guest.touch("touchEnd")
    assert guest.inked(150, 80)
    assert not guest.inked(350, 350)


@pytest.mark.parametrize("visitor", ["mouse"], indirect=True)
def test_stroke_far_off_the_canvas(visitor: Visitor) -> None:
    visitor.write("3", "4")
    visitor.stroke(np.array([[390.0, 390.0], [900.0, 395.0], [1500.0, 395.0]]))
    expect(visitor.page.locator(".boxes:not(.stale)")).to_have_count(1)  # answered
    expect(visitor.page.get_by_text("cannot be read")).to_have_count(0)
    visitor.press("Undo")
    visitor.expect_reading("3 4")


@by_touch
def test_second_finger_draws_nothing(visitor: Visitor) -> None:
    visitor.touch("touchStart", (100, 100))
    visitor.touch("touchStart", (100, 100), (300, 300))
    visitor.touch("touchMove", (200, 100), (300, 200))
    visitor.touch("touchEnd")
    assert visitor.inked(150, 100)
    assert not visitor.inked(300, 250)


@by_touch
def test_cancelled_touch_draws_nothing(visitor: Visitor) -> None:
    visitor.touch("touchStart", (100, 100))
    visitor.touch("touchMove", (200, 100))
    visitor.touch("touchCancel")
    visitor.draw("3")
    visitor.expect_reading("3")
    visitor.press("Undo")
    visitor.expect_reading("")
    assert not visitor.ink().any()


@pytest.mark.parametrize("visitor", ["mouse"], indirect=True)
def test_canvas_moved_during_stroke(visitor: Visitor) -> None:
    """As Streamlit does when it builds the page again: the stroke goes on, and ends where the button is lifted."""
    mouse = visitor.page.mouse
    start, across, outside, below = visitor.on_screen([(100, 100), (200, 100), (-20, 300), (300, 300)])
    mouse.move(*start)
    mouse.down()
    visitor.page.locator(".canvas-root").evaluate(
        "root => root.parentElement.parentElement.prepend(root.parentElement)"
    )
    mouse.move(*across, steps=5)
    mouse.move(*outside, steps=5)
    mouse.up()
    mouse.move(*below)
    assert visitor.inked(150, 100)
    assert not visitor.inked(300, 300)
    visitor.draw("1", x=250, y=60, height=100)
    assert visitor.inked(150, 100)
