"""A rude drawing is covered until its author wants to see it."""

import numpy as np
import pytest
from playwright.sync_api import Locator, expect
from support.visitor import SIDE, Visitor


def cover(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("button", name="Covered: tap to show")


def test_rude_drawing_is_covered_until_tapped(visitor: Visitor) -> None:
    visitor.draw("rude", x=80, y=90, height=170)
    visitor.draw("4", x=230, y=90, height=170)
    visitor.expect_reading("4")
    expect(cover(visitor)).to_be_visible()
    visitor.expect_boxes("4")
    expect(visitor.page.locator("#remark")).to_have_text("Also found: 1 rude doodle.")

    area, frame = cover(visitor).bounding_box(), visitor.frame
    assert area is not None
    left, top = (np.array([area["x"] - frame["x"], area["y"] - frame["y"]]) * SIDE / frame["width"]).round()
    width, height = np.array([area["width"], area["height"]]) * SIDE / frame["width"]
    rows, columns = np.nonzero(visitor.ink()[:, : (230 - 15)] > 127)
    under = (columns >= left) & (columns < left + width) & (rows >= top) & (rows < top + height)
    assert under.mean() > 0.99
    assert "rgba" not in cover(visitor).evaluate(
        "node => getComputedStyle(node).backgroundImage"
    )  # nothing shines through

    visitor.choose(cover(visitor))
    expect(cover(visitor)).to_have_count(0)
    visitor.expect_boxes("4", "rude doodle")
    visitor.draw("1 plain", x=-20, y=90, height=170)
    visitor.expect_boxes("1", "4", "rude doodle")

    visitor.press("Clear")
    visitor.expect_reading("")
    visitor.draw("rude", x=80, y=90, height=170)
    expect(cover(visitor)).to_be_visible()


@pytest.mark.parametrize("newcomer", ["mouse"], indirect=True)
def test_what_is_covered_can_be_saved_only_covered(newcomer: Visitor) -> None:
    newcomer.draw("rude")
    expect(cover(newcomer)).to_be_visible()
    newcomer.unfold("Share and save")
    newcomer.unfold("Report a misread drawing")
    bundle = newcomer.page.get_by_role("button", name="Save the bundle")
    expect(bundle).to_be_disabled()
    expect(newcomer.page.get_by_role("button", name="Picture with boxes")).to_be_enabled()
    newcomer.press("Inside", "link")
    expect(newcomer.page.get_by_text("What you drew is covered.")).to_be_visible()
    expect(newcomer.page.locator(".picture img")).to_have_count(0)

    newcomer.press("Show it")
    expect(newcomer.page.locator(".picture img")).to_have_count(1)
    newcomer.press("Draw", "link")
    newcomer.expect_boxes("rude doodle")
    newcomer.unfold("Report a misread drawing")
    expect(bundle).to_be_enabled()
