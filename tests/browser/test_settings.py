"""What people can set on the page, and how it comes back with the link."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect
from support.visitor import Arrive, Visitor


def test_score_threshold_needs_no_new_run_and_travels_in_the_link(newcomer: Visitor, arrive: Arrive) -> None:
    newcomer.draw("3")
    newcomer.expect_reading("3")
    status = newcomer.page.locator("#status")
    expect(status).to_have_text(re.compile(r"1 found in [\d.]+ ms on .+, .+\."))  # the device
    before = status.inner_text()
    newcomer.unfold("Adjust")
    newcomer.page.get_by_role("slider", name="Score threshold").press("End")
    newcomer.expect_reading("")
    newcomer.expect_boxes()
    expect(newcomer.page.locator("#remark")).to_have_text(re.compile(r"Nothing is certain. Perhaps 3 \(\d+%\)"))
    # The same time to the digit: the network did not run a second time.
    expect(status).to_have_text(before.replace("1 found", "0 found"))

    expect(newcomer.page).to_have_url(re.compile(r"\?score=1"))
    friend = arrive(newcomer.page.url)
    friend.draw("3")
    expect(friend.page.locator("#status")).to_contain_text("0 found")


def test_a_wider_pen_draws_a_wider_line(newcomer: Visitor) -> None:
    def draw_line(y: float) -> int:
        newcomer.stroke(np.array([[100, y], [200, y], [300, y]]))
        return int((newcomer.ink()[:, 200] > 127).sum())

    narrow = draw_line(100)
    newcomer.page.get_by_role("slider", name="Pen width").press("End")
    both = draw_line(300)
    assert narrow == pytest.approx(14, abs=1)
    assert both - narrow == pytest.approx(40, abs=1)


def test_left_out_boxes_have_reasons(newcomer: Visitor) -> None:
    newcomer.write("3", "5")
    newcomer.unfold("Adjust")
    newcomer.choose(newcomer.page.get_by_text("Show boxes that were left out"))
    reasons = newcomer.page.locator("#left-out li")
    overlaps = re.compile(r"^\S+ \d+% – overlaps the [35] by \d+%, which scores higher$")
    expect(reasons.filter(has_text=overlaps)).not_to_have_count(0)
    expect(newcomer.page.locator(".box.left-out")).not_to_have_count(0)
    newcomer.expect_boxes("3", "5")
    newcomer.page.get_by_role("slider", name="Score threshold").press("End")
    expect(reasons.filter(has_text="below the score threshold of 100%")).not_to_have_count(0)
