"""What visitors can do with an answer: other thresholds, a look through the model's eyes, files, and rude drawings."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from support.live_visitor import Guest

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[3]


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA and its own best practices."""
    page.evaluate((ROOT / "web/node_modules/axe-core/axe.min.js").read_text())
    found = page.evaluate("axe.run().then(({ violations }) => violations)")
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


def test_thresholds_act_on_the_answer_that_is_there(guest: Guest) -> None:
    guest.draw("3")
    guest.expect_settled("3")
    facts = guest.page.locator("#facts")
    before = facts.text_content()
    guest.page.locator("summary").click()
    slider = guest.page.get_by_role("slider", name="Score threshold")
    usual = slider.input_value()
    slider.fill("1")
    guest.expect_reading("")
    guest.expect_settled()
    # The same time to the digit: the network did not run a second time.
    expect(facts).to_have_text(before.replace("1 found", "0 found"))
    slider.fill(usual)
    guest.expect_reading("3")
    guest.page.locator("summary").click()


def test_what_the_model_sees_is_the_drawing(guest: Guest) -> None:
    guest.draw("1 plain", x=280)
    guest.page.locator("summary").click()
    guest.expect_settled("1")
    sees = guest.page.get_by_role("img", name="What the model sees").element_handle()
    # It is painted after the answer; all its ink is then where the 1 is.
    guest.page.wait_for_function(
        """canvas => {
             const { data } = canvas.getContext("2d").getImageData(0, 0, 192, 192);
             const dark = (from) => data.filter((shade, at) => at % 4 === 0 && (at / 4) % 192 >= from && shade < 128);
             return dark(0).length > 300 && dark(120).length === dark(0).length;
           }""",
        arg=sees,
    )
    guest.page.locator("summary").click()


def test_picture_and_json_are_saved_and_belong_together(guest: Guest, tmp_path: Path) -> None:
    guest.draw("4", x=60, y=100, height=180)
    guest.draw("2", x=220, y=110, height=170)
    guest.expect_settled("4", "2")
    for button in ("Save picture", "Save JSON"):
        with guest.page.expect_download() as download:
            guest.press(button)
        download.value.save_as(tmp_path / download.value.suggested_filename)
    (entry,) = json.loads((tmp_path / "digits.json").read_text())
    picture = Image.open(tmp_path / entry["file"])
    assert picture.size == (entry["width"], entry["height"])
    assert sorted(one["label"] for one in entry["detections"]) == ["2", "4"]
    dark = np.asarray(picture.convert("L")) < 40
    for one in entry["detections"]:
        left, top, right, bottom = (round(side) for side in one["box"])
        assert one["top"][0] == {"label": one["label"], "score": one["score"]}
        assert len(one["top"]) == 3
        assert dark[top:bottom, left:right].mean() > 0.05


def test_a_rude_drawing_is_covered_until_it_is_tapped(guest: Guest) -> None:
    guest.draw_rude()
    cover = guest.page.get_by_role("button", name="Covered: perhaps rude. Show it")
    expect(cover).to_be_visible()
    guest.expect_settled("censored")
    guest.expect_reading("")
    listed = guest.found.first.evaluate("item => item.dataset.box.split(',').map(Number)")
    area = cover.bounding_box()
    assert area is not None
    x, y = guest.corner
    assert area["x"] - x <= listed[0]
    assert area["y"] - y <= listed[1]
    assert area["x"] - x + area["width"] >= listed[2]
    assert area["y"] - y + area["height"] >= listed[3]
    guest.choose(cover)
    expect(cover).to_have_count(0)
    guest.press("Clear")
    guest.draw_rude()
    expect(cover).to_be_visible()


def test_axe_finds_nothing_with_an_answer_and_settings_shown_light_and_dark(guest: Guest) -> None:
    guest.draw("5 in one")
    guest.expect_settled("5")
    guest.page.locator("summary").click()
    try:
        for scheme in ("dark", "light"):
            guest.page.emulate_media(color_scheme=scheme)
            assert violations(guest.page) == []
    finally:
        guest.page.emulate_media(color_scheme="null")
        guest.page.locator("summary").click()


def test_axe_finds_nothing_on_an_empty_page_or_a_rude_one(guest: Guest) -> None:
    assert violations(guest.page) == []
    guest.draw_rude()
    expect(guest.page.locator(".cover")).to_be_visible()
    assert violations(guest.page) == []
