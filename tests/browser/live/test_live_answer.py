"""The answer: thresholds, the model's input, downloads, covers and accessibility."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect
from support.axe import violations
from support.live_visitor import Guest

by_mouse = pytest.mark.parametrize("guest", ["mouse"], indirect=True)

ROOT = Path(__file__).parents[3]


@by_mouse
def test_thresholds_without_rerun(guest: Guest) -> None:
    guest.draw("3")
    guest.expect_settled("3")
    facts = guest.page.locator("#facts")
    before = facts.text_content()
    guest.page.locator("summary").click()
    slider = guest.page.get_by_role("slider", name="Score threshold")
    default = slider.input_value()
    slider.fill("1")
    guest.expect_reading("")
    guest.expect_settled()
    # The time is the same, so the network did not run again.
    expect(facts).to_have_text(before.replace("1 found", "0 found"))
    slider.fill(default)
    guest.expect_reading("3")
    guest.page.locator("summary").click()


@by_mouse
def test_model_input_view(guest: Guest) -> None:
    guest.draw("1 plain", x=280)
    guest.page.locator("summary").click()
    guest.expect_settled("1")
    view = guest.page.get_by_role("img", name="What the model sees").element_handle()
    # It is painted after the answer; then all its ink is where the 1 is.
    guest.page.wait_for_function(
        """canvas => {
             const { data } = canvas.getContext("2d").getImageData(0, 0, 192, 192);
             const dark = (from) => data.filter((shade, at) => at % 4 === 0 && (at / 4) % 192 >= from && shade < 128);
             return dark(0).length > 300 && dark(120).length === dark(0).length;
           }""",
        arg=view,
    )
    guest.page.locator("summary").click()


@by_mouse
def test_downloads_match(guest: Guest, tmp_path: Path) -> None:
    guest.draw("4", x=60, y=100, height=180)
    guest.draw("2", x=220, y=110, height=170)
    guest.expect_settled("4", "2")
    for button in ("Save picture", "Save JSON"):
        file = guest.save(button)
        file.save_as(tmp_path / file.suggested_filename)
    (entry,) = json.loads((tmp_path / "digits.json").read_text())
    picture = Image.open(tmp_path / entry["file"])
    assert picture.size == (entry["width"], entry["height"])
    assert [detection["label"] for detection in entry["detections"]] == ["4", "2"]
    dark = np.asarray(picture.convert("L")) < 40
    for detection in entry["detections"]:
        left, top, right, bottom = (round(side) for side in detection["box"])
        assert detection["top"][0] == {"label": detection["label"], "score": detection["score"]}
        assert len(detection["top"]) == 3
        assert dark[top:bottom, left:right].mean() > 0.05


def shows_ink(guest: Guest) -> bool:
    """Whether the saved picture is anywhere as black as ink, below its tag."""
    picture = Image.open(guest.save("Save picture").path())
    return bool((np.asarray(picture.convert("L"))[200:] < 40).any())


def test_rude_drawing_covered(guest: Guest) -> None:
    guest.draw_rude()
    cover = guest.page.get_by_role("button", name="Covered: tap to show")
    expect(cover).to_be_visible()
    guest.expect_settled("rude doodle")
    expect(guest.page.locator(".box")).to_have_count(0)
    expect(guest.page.locator("#remark")).to_have_text("Found: 1 rude doodle.")
    assert guest.page.evaluate("document.documentElement.scrollWidth <= innerWidth")  # long names wrap
    guest.expect_reading("")
    assert not shows_ink(guest)
    guest.choose(cover)
    expect(cover).to_have_count(0)
    assert shows_ink(guest)
    guest.press("Clear")
    guest.draw_rude()
    expect(cover).to_be_visible()


def test_axe_with_answer_and_settings(guest: Guest) -> None:
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


def test_axe_empty_and_covered(guest: Guest) -> None:
    assert violations(guest.page) == []
    guest.draw_rude()
    expect(guest.page.locator(".cover")).to_be_visible()
    guest.expect_settled("rude doodle")
    assert violations(guest.page) == []
