"""People put right what was misread: by a tap on the digit, with the eraser, and in their own language."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect
from support.visitor import Arrive, Visitor


def test_tapped_digit_gets_the_right_label(visitor: Visitor) -> None:
    visitor.draw("3", x=100, y=80, height=230)
    visitor.expect_reading("3")
    visitor.expect_boxes("3")  # the box that is tapped
    visitor.tap(170, 150)
    expect(visitor.page.locator(".box.chosen")).to_have_count(1)
    expect(visitor.page.get_by_role("button", name="rude doodle", exact=True)).to_be_in_viewport()
    visitor.press("8")
    visitor.expect_reading("8")
    expect(visitor.page.locator(".tag")).to_have_text("8 ✓")
    expect(visitor.page.get_by_text("corrected")).to_have_count(1)


def test_tapped_digit_is_written_again(visitor: Visitor) -> None:
    visitor.write("3", "4")
    visitor.expect_boxes("3", "4")
    visitor.tap(110, 150)
    visitor.press("Write again")
    visitor.expect_reading("4")
    visitor.draw("7", x=60, y=100, height=180)
    visitor.expect_reading("7 4")
    visitor.press("Undo")
    visitor.press("Undo")
    visitor.expect_reading("3 4")


def test_eraser_removes_whole_strokes(visitor: Visitor) -> None:
    visitor.write("3", "4")
    visitor.press("Erase")
    visitor.stroke(np.array([[200.0, 190.0], [280.0, 190.0], [390.0, 190.0]]))
    visitor.press("Erase")
    visitor.expect_reading("3")
    assert not visitor.ink()[:, 210:].any()
    visitor.press("Undo")
    visitor.expect_reading("3 4")


@pytest.mark.parametrize("visitor", ["mouse"], indirect=True)
def test_keys_wait_for_the_eraser(visitor: Visitor) -> None:
    visitor.write("3", "4")
    visitor.press("Erase")
    visitor.hold(np.array([[200.0, 190.0], [280.0, 190.0], [390.0, 190.0]]))
    visitor.page.keyboard.press("Delete")
    visitor.page.keyboard.press("Control+z")
    visitor.lift()
    visitor.press("Erase")
    visitor.expect_reading("3")
    visitor.press("Undo")
    visitor.expect_reading("3 4")


@pytest.mark.parametrize("visitor", ["mouse"], indirect=True)
def test_delete_clears_the_canvas_once_something_else_is_drawn(visitor: Visitor) -> None:
    visitor.draw("3", x=60, y=100, height=180)
    visitor.expect_boxes("3")
    visitor.tap(110, 150)
    expect(visitor.page.locator(".box.chosen")).to_have_count(1)
    visitor.draw("4", x=220, y=100, height=180)
    visitor.expect_reading("3 4")
    expect(visitor.page.locator(".box.chosen")).to_have_count(0)
    visitor.page.keyboard.press("Delete")
    visitor.expect_reading("")
    assert not visitor.ink().any()


@pytest.mark.parametrize("visitor", ["mouse"], indirect=True)
def test_reading_is_copied(visitor: Visitor) -> None:
    visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.write("3", "4")
    visitor.press("Copy")
    expect(visitor.page.get_by_text("Copied.")).to_be_visible()
    assert visitor.page.evaluate("navigator.clipboard.readText()") == "34"


def test_label_is_chosen_by_keyboard(visitor: Visitor) -> None:
    visitor.draw("3")
    visitor.expect_boxes("3")
    keys = visitor.page.keyboard
    visitor.page.locator("#objects button").focus()
    for key in ("Enter", "Shift+Tab", "Enter"):  # from the 3, which is pressed, to the 2
        keys.press(key)
    visitor.expect_reading("2")
    for key in ("Enter", "Delete"):  # in the list again; takes the chosen object away
        keys.press(key)
    visitor.expect_reading("")
    assert not visitor.ink().any()


def test_broken_link_is_told(arrive: Arrive, url: str) -> None:
    visitor = arrive(f"{url}/#d1=AAAA")
    alert = visitor.page.get_by_role("alert").filter(has_text="This link cannot be opened")
    expect(alert).to_be_visible()
    visitor.draw("1")
    expect(alert).to_have_count(0)


def test_language_of_browser_and_choice(arrive: Arrive, url: str) -> None:
    german = arrive(url, locale="de-AT")
    german.draw("3")
    german.expect_reading("3")
    german.press("Leeren")
    german.expect_reading("")
    expect(german.page.get_by_text("Zeichne eine Ziffer oder mehrere.")).to_be_visible()
    german.choose(german.page.get_by_text("Français", exact=True))
    expect(german.page.get_by_text("Dessinez un chiffre, ou plusieurs.")).to_be_visible()
    german.draw("3")
    german.expect_reading("3")
    german.press("Effacer")
    german.expect_reading("")
    expect(german.page).to_have_url(re.compile(r"\?language=fr$"))
