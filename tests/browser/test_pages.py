"""Saving, the look inside and the page about it."""

import io
import json
import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image
from playwright.sync_api import expect
from support.visitor import Arrive, Visitor


@pytest.fixture
def guest(arrive: Arrive, url: str) -> Visitor:
    return arrive(url)


def test_downloads(guest: Visitor, tmp_path: Path) -> None:
    guest.draw("4")
    guest.expect_reading("4")
    guest.unfold("Share and save")
    guest.unfold("Report a misread drawing")
    saved = {}
    for button, name in (
        ("Picture", "digits.png"),
        ("Boxes and scores", "digits.json"),
        ("Save the bundle", "digits.zip"),
    ):
        with guest.page.expect_download() as download:
            guest.page.get_by_role("button", name=button).click()
        assert download.value.suggested_filename == name
        saved[name] = download.value.path().read_bytes()
    assert Image.open(io.BytesIO(saved["digits.png"])).size == (1024, 1024)
    (entry,) = json.loads(saved["digits.json"])
    assert [found["label"] for found in entry["detections"]] == ["4"]
    with ZipFile(io.BytesIO(saved["digits.zip"])) as bundle:
        assert json.loads(bundle.read("detections.json")) == [entry]
        assert len(json.loads(bundle.read("strokes.json"))) == 2


def test_shared_link_holds_thresholds_and_drawing(guest: Visitor, arrive: Arrive) -> None:
    guest.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    guest.write("3", "4")
    guest.unfold("Adjust")
    guest.page.get_by_role("slider", name="Score threshold").press("Home")
    expect(guest.page).to_have_url(re.compile(r"score=0\.05"))
    guest.unfold("Share and save")
    guest.press("Share the link")
    expect(guest.page.get_by_text("The link is in your clipboard.")).to_be_visible()
    link = guest.page.evaluate("navigator.clipboard.readText()")
    assert link.partition("#")[0] == guest.page.url
    friend = arrive(link, "touch")
    friend.expect_reading("3 4")
    assert ((friend.ink() > 127) == (guest.ink() > 127)).mean() > 0.999
    expect(friend.page).to_have_url(re.compile(r"score=0\.05$"))


def test_inside_shows_each_step(guest: Visitor) -> None:
    guest.press("Inside", "link")
    expect(guest.page.get_by_text("here is a drawing of ours")).to_be_visible()
    guest.press("Draw", "link")
    guest.write("4", "2")
    guest.press("Inside", "link")
    for step, words, pictures in (
        ("1 Ink", "192 × 192 squares", 1),
        ("2 Grids", "is the middle of something here?", 3),
        ("3 Anchors", "three boxes in stock", 1),
        ("4 Boxes", re.compile(r"[\d,]+ boxes, one for each anchor"), 1),
        ("5 Threshold", "the score threshold decides", 1),
        ("6 Overlap", re.compile(r"Of \d+ boxes, 2 are left"), 1),
    ):
        guest.choose(guest.page.get_by_text(step, exact=True))
        expect(guest.page.get_by_text(words).first).to_be_visible()
        expect(guest.page.locator(".picture img")).to_have_count(pictures)
    expect(guest.page.get_by_text("Read from left to right: 4 2")).to_be_visible()
    expect(guest.page).to_have_url(re.compile(r"/inside\?step=overlap$"))


def test_about_shows_the_models_figures(guest: Visitor) -> None:
    guest.press("About", "link")
    expect(guest.page.get_by_text("test canvases")).to_be_visible()
    expect(guest.page.locator(".picture img")).to_have_count(2)
    expect(guest.page.get_by_text("stored nowhere")).to_be_visible()
    guest.choose(guest.page.get_by_text("All figures, from the model card"))
    expect(guest.page.get_by_role("cell", name="one digit", exact=True).first).to_be_visible()
