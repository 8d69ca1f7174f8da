"""`Your hand` on the Streamlit page: the model runs on the server, and the browser draws."""

from playwright.sync_api import expect
from support.visitor import Arrive


def test_hand_of_drawn_digits(arrive: Arrive, url: str) -> None:
    visitor = arrive(url)
    hand = visitor.page.get_by_role("region", name="Your hand")
    expect(hand).to_be_hidden()
    visitor.draw("4", x=30, y=120, height=150)
    visitor.press("Show my hand")
    expect(hand.get_by_text("A guess from one digit.")).to_be_visible()
    expect(hand.get_by_role("img", name="your 4, as you drew it")).to_be_visible()
    expect(hand.locator(".generated")).to_have_count(9)

    visitor.draw("7 crossed", x=160, y=120, height=150)
    expect(hand.get_by_text("A guess from 2 digits.")).to_be_visible()
    expect(hand.locator(".drawn")).to_have_count(2)

    # The form that the visitor chooses for one digit changes the others.
    chosen, *others = hand.locator("button.digit").all()
    name = chosen.get_attribute("aria-label")
    line = hand.get_by_role("button", name=others[0].get_attribute("aria-label")).locator("path").first
    before = line.get_attribute("d")
    chosen.click()
    expect(line).not_to_have_attribute("d", before or "")
    expect(hand.get_by_role("button", name=name)).to_be_focused()

    hand.get_by_role("textbox", name="Write a number in my hand").fill("4077")
    expect(hand.get_by_role("img", name="4077 in your hand")).to_be_visible()
    assert visitor.save("Save SVG").suggested_filename == "4077.svg"
    visitor.press("Clear")
    expect(hand).to_be_hidden()
