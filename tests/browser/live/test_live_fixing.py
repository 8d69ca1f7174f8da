"""Fixing what was misread, and taking the number away: by mouse, finger and keyboard."""

import numpy as np
import pytest
from playwright.sync_api import expect
from support.live_visitor import Guest

by_mouse = pytest.mark.parametrize("guest", ["mouse"], indirect=True)


@pytest.fixture
def number(guest: Guest) -> Guest:
    """A 4 and a 7 side by side."""
    guest.draw("4", x=40, y=100, height=180)
    guest.draw("7 crossed", x=240, y=100, height=180)
    guest.expect_reading("4 7")
    guest.expect_settled("4", "7")
    return guest


def test_tapped_digit_is_written_again(number: Guest) -> None:
    number.tap(60, 180)
    expect(number.page.get_by_role("group", name="4 – what is it?")).to_be_visible()
    number.press("Write again")
    number.expect_reading("7")
    number.draw("1", x=60, y=100, height=180)
    number.expect_reading("1 7")
    number.press("Undo")
    number.press("Undo")
    number.expect_reading("4 7")


def test_label_chosen_by_touch_and_swapped_back(number: Guest) -> None:
    number.choose(number.found.first.get_by_role("button"))
    number.choose(number.page.get_by_role("group", name="4 – what is it?").get_by_role("button", name="9"))
    number.expect_reading("9 7")
    expect(number.found.first).to_contain_text("corrected")
    number.choose(number.page.locator("#reading").get_by_role("button", name="9"))
    number.expect_reading("4 7")
    number.press("Undo")
    number.expect_reading("9 7")
    number.press("Undo")
    number.expect_reading("4 7")


@by_mouse
def test_fixing_by_keyboard(number: Guest) -> None:
    keys = number.page.keyboard
    number.found.last.get_by_role("button").focus()
    keys.press("Enter")
    keys.press("Shift+Tab")  # from the 7, which is pressed, to the 6
    keys.press("Enter")
    number.expect_reading("4 6")
    number.page.locator("#reading").get_by_role("button", name="6").focus()
    keys.press("Enter")
    number.expect_reading("4 7")
    keys.press("Enter")  # the focus stays on the digit
    number.expect_reading("4 1")
    for _ in range(3):
        keys.press("Control+z")
    number.expect_reading("4 7")
    number.found.first.get_by_role("button").focus()
    keys.press("Enter")
    keys.press("Escape")
    expect(number.page.get_by_role("group", name="4 – what is it?")).to_have_count(0)
    expect(number.found.first.get_by_role("button")).to_be_focused()
    keys.press("Enter")
    keys.press("Delete")
    number.expect_reading("7")


def test_eraser_removes_whole_strokes(number: Guest) -> None:
    number.press("Erase")
    number.stroke(np.array([[230.0, 190], [270, 195], [330, 200]]))
    number.expect_reading("4")
    assert not number.ink()[:, number.ink().shape[1] // 2 :].any()
    number.page.keyboard.press("e")
    expect(number.page.get_by_role("button", name="Erase")).to_have_attribute("aria-pressed", "false")
    number.press("Undo")
    number.expect_reading("4 7")


@by_mouse
def test_copy_keeps_lines(guest: Guest) -> None:
    guest.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for x, y in ((60, 20), (200, 20), (60, 210)):
        guest.draw("1 plain", x=x, y=y, height=150)
    guest.expect_reading("1 1\n1")
    guest.press("Copy")
    expect(guest.page.get_by_text("Copied.")).to_be_visible()
    assert guest.page.evaluate("navigator.clipboard.readText()") == "11\n1"


@by_mouse
def test_speak_in_the_page_language(number: Guest) -> None:
    number.page.evaluate("void (speechSynthesis.speak = ({ text, lang }) => (globalThis.spoken = [text, lang]))")
    number.press("Speak")
    assert number.page.evaluate("spoken") == ["4 7", "en"]
    number.page.evaluate("delete speechSynthesis.speak")
