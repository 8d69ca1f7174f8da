"""What people can set on the page, and what they see of it without scrolling."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect
from visitor import INK, Visitor

pytestmark = pytest.mark.browser


def test_the_score_threshold_acts_on_the_answer_that_is_there(newcomer: Visitor) -> None:
    newcomer.draw("3")
    newcomer.expect_reading("3")
    status = newcomer.page.get_by_text(re.compile(r"found in [\d.]+ ms"))
    before = status.inner_text()
    newcomer.page.get_by_role("slider", name="Score threshold").press("End")
    newcomer.expect_reading("")
    newcomer.expect_boxes(shown=False)
    # The same time to the digit: the network did not run a second time.
    expect(status).to_have_text(before.replace("1 found", "0 found"))


def test_a_wider_pen_draws_a_wider_line(newcomer: Visitor) -> None:
    def draw_line(y: float) -> int:
        newcomer.stroke(np.array([[100, y], [200, y], [300, y]]))
        return int((newcomer.pixels(INK)[:, 200, 3] > 127).sum())

    narrow = draw_line(100)
    newcomer.page.get_by_role("slider", name="Pen width").press("End")
    for _ in range(40):  # until the page has answered to the slider
        if (both := draw_line(300)) > 2 * narrow:
            break
        newcomer.page.wait_for_timeout(250)
    assert narrow == pytest.approx(14, abs=1)
    assert both - narrow == pytest.approx(40, abs=1)


def test_the_device_can_be_chosen_and_is_shown(newcomer: Visitor) -> None:
    newcomer.draw("9")
    newcomer.expect_reading("9")
    newcomer.press("Device", "combobox")
    newcomer.press("CPU", "option")
    expect(newcomer.page.get_by_text(re.compile(r"1 found in [\d.]+ ms on CPU, ONNX Runtime"))).to_be_visible()
    newcomer.expect_reading("9")


def test_the_drawing_and_its_reading_fit_on_the_screen(newcomer: Visitor) -> None:
    newcomer.draw("4")
    newcomer.expect_reading("4")
    size = newcomer.page.viewport_size
    reading = newcomer.reading.bounding_box()
    assert size is not None
    assert reading is not None
    for area in (newcomer.frame, reading):
        assert area["x"] >= 0
        assert area["x"] + area["width"] <= size["width"]
        assert area["y"] + area["height"] <= size["height"]
    assert newcomer.page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_drawing_does_not_scroll_the_page(newcomer: Visitor) -> None:
    main = newcomer.page.locator(".stMain")
    newcomer.page.set_viewport_size({"width": 390, "height": 480})
    assert main.evaluate("node => node.scrollHeight - node.clientHeight") > 100
    newcomer.draw("1", x=180, y=40, height=330)
    newcomer.expect_reading("1")
    assert main.evaluate("node => node.scrollTop") == 0
