"""`Your hand` on /live, by mouse on a desktop and by touch on a phone."""

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from PIL import Image
from playwright.sync_api import expect
from support.axe import violations
from support.live_visitor import Enter
from support.static_host import serve_live
from support.strokes import paint, strokes


def save_digit(path: Path) -> None:
    """Save a picture of a 3."""
    picture = Image.new("L", (200, 200), "white")
    paint(picture, strokes("3", 60, 30, 140), 8)
    picture.save(path)


def test_hand_by_mouse_and_keys(enter: Enter, built: Path, tmp_path: Path) -> None:
    with serve_live(built) as host:
        guest = enter(host.url, service_workers="allow", reduced_motion="reduce")
        page, hand = guest.page, guest.page.get_by_role("region", name="Your hand")
        guest.draw("7 crossed", x=40, y=120, height=150)
        guest.expect_settled("7")
        expect(hand).to_be_visible()
        assert not any("handwriting" in path for path in host.sent)  # the first visit does without the model
        guest.press("Show my hand")
        expect(hand.get_by_text("A guess from one digit.")).to_be_visible()
        assert [item.get_attribute("aria-label") for item in hand.locator(".digit").all()] == [
            "your 7, as you drew it" if digit == 7 else f"your {digit}, drawn by the model" for digit in range(10)
        ]

        def path(digit: int) -> str | None:
            return hand.locator("li").nth(digit).locator("path").first.get_attribute("d")

        # Another form of one digit, from the keyboard, makes the other digits follow it.
        generated = hand.locator("button.digit").first
        name = generated.get_attribute("aria-label")
        assert name is not None
        digit = int(name[5])
        before = [path(each) for each in range(10)]
        generated.press("Enter")
        follower = next(each for each in range(10) if each not in (digit, 7))
        expect(hand.locator("li").nth(follower).locator("path").first).not_to_have_attribute(
            "d", before[follower] or ""
        )
        assert path(digit) != before[digit]
        assert path(7) == before[7]

        hand.get_by_role("textbox", name="Write a number in my hand").fill("70-47")
        expect(hand.get_by_role("img", name="7047 in your hand")).to_be_visible()
        for format in ("SVG", "PNG"):
            file = guest.save(f"Save {format}")
            file.save_as(tmp_path / file.suggested_filename)
        lines = ElementTree.parse(tmp_path / "7047.svg").getroot().iter("{http://www.w3.org/2000/svg}path")
        assert len(list(lines)) >= 5  # the crossed 7 has two
        ink = np.asarray(Image.open(tmp_path / "7047.png").convert("L")) < 128
        assert 0.02 < ink.mean() < 0.5
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            assert violations(page) == []


def test_hand_by_touch(enter: Enter, plain: str, tmp_path: Path) -> None:
    guest = enter(plain, "touch")
    page, hand = guest.page, guest.page.get_by_role("region", name="Your hand")
    guest.draw_rude()
    guest.expect_settled("rude doodle")
    expect(hand).to_be_hidden()
    guest.press("Clear")
    guest.draw("4", x=40, y=150, height=150)
    guest.press("Show my hand")
    expect(hand.get_by_text("A guess from one digit.")).to_be_visible()
    guest.draw("2", x=150, y=160, height=150)
    expect(hand.get_by_text("A guess from 2 digits.")).to_be_visible()
    expect(hand.locator(".drawn")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    guest.choose(hand.locator("button.digit").first)
    expect(hand.locator("button.digit").first).to_be_visible()
    guest.press("Clear")
    expect(hand).to_be_hidden()
    save_digit(tmp_path / "picture.png")
    page.locator("#file").set_input_files(tmp_path / "picture.png")
    expect(hand.get_by_text("A picture has no strokes")).to_be_visible()
