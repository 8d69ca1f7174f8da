"""Drawings of this visit come back: from the history, and after a look at another page."""

import numpy as np
import pytest
from playwright.sync_api import expect
from support.visitor import Arrive, Visitor


@pytest.fixture
def guest(arrive: Arrive, url: str) -> Visitor:
    return arrive(url, "touch")


def test_gallery_opens_an_earlier_drawing(guest: Visitor) -> None:
    guest.write("3", "7")
    drawn = guest.ink() > 127
    guest.press("Clear")
    guest.expect_reading("")
    guest.draw("2")
    guest.expect_reading("2")
    guest.press("Clear")
    past = guest.page.get_by_role("button", name="Open again")
    expect(past).to_have_count(2)
    guest.press("Open again: 3 7")
    guest.expect_reading("3 7")
    assert ((guest.ink() > 127) == drawn).mean() > 0.999

    guest.press("Undo")
    guest.expect_reading("3")
    guest.press("Redo")
    guest.expect_reading("3 7")
    assert ((guest.ink() > 127) == drawn).mean() > 0.999
    guest.press("Clear")
    guest.expect_reading("")
    guest.expect_boxes()
    assert not guest.ink().any()
    expect(past).to_have_count(2)  # each drawing once
    guest.draw("3")
    guest.expect_reading("3")


def test_undo_brings_back_what_was_cleared(guest: Visitor) -> None:
    guest.write("3", "7")
    drawn = guest.ink() > 127
    for _ in range(2):  # also what was brought back
        guest.press("Clear")
        guest.expect_reading("")
        guest.press("Undo")
        guest.expect_reading("3 7")
        assert ((guest.ink() > 127) == drawn).mean() > 0.999
    guest.press("Undo")
    guest.expect_reading("3")


def test_undo_to_the_beginning(guest: Visitor) -> None:
    guest.draw("3", x=60, y=100, height=180)
    guest.expect_reading("3")
    guest.press("Undo")
    guest.expect_reading("")
    for name in ("Undo", "Clear", "Erase"):
        expect(guest.page.get_by_role("button", name=name)).to_be_disabled()
    guest.draw("7", x=220, y=100, height=180)
    guest.expect_reading("7")
    expect(guest.page.get_by_role("button", name="Open again")).to_have_count(0)


def test_drawing_survives_another_page(guest: Visitor) -> None:
    guest.draw("5 in one", x=60, y=100, height=180)  # whole once it is read
    guest.expect_reading("5")
    before = guest.ink() > 127
    guest.press("About", "link")
    expect(guest.page.get_by_text("What becomes of your drawing")).to_be_visible()
    guest.press("Draw", "link")
    guest.expect_reading("5")
    guest.expect_boxes("5")
    assert ((guest.ink() > 127) == before).mean() > 0.999
    guest.draw("1", x=240, y=100, height=180)
    guest.expect_reading("5 1")
    guest.press("Undo")
    guest.expect_reading("5")
    guest.press("Clear")
    guest.expect_reading("")


def test_an_opened_drawing_that_was_changed_opens_anew(guest: Visitor) -> None:
    guest.draw("4")
    guest.expect_reading("4")
    guest.press("Clear")
    guest.press("Open again: 4")
    guest.expect_reading("4")
    guest.stroke(np.array([[30.0, 20.0], [370.0, 20.0], [370.0, 380.0], [30.0, 380.0], [30.0, 20.0]]))
    expect(guest.page.get_by_role("button", name="Open again")).to_have_count(1)
    guest.press("Open again: 4")
    guest.expect_reading("4")
    guest.expect_boxes("4")
    assert not guest.ink()[:10].any()
