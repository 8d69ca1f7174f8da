"""Pictures from files, the clipboard and other windows."""

import json
from typing import Literal

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import FilePayload, expect
from support.live_visitor import Guest
from support.strokes import paint, strokes

from digit_detector.show.render import to_png

by_mouse = pytest.mark.parametrize("guest", ["mouse"], indirect=True)


@pytest.fixture(scope="module")
def note() -> bytes:
    """A wide PNG file with a blue 2 on cream paper."""
    picture = Image.new("RGB", (600, 300), "#f6efdd")
    paint(picture, strokes("2", 350, 60, 180), 14, "#1c3f94")
    return to_png(np.asarray(picture))


def open_picture(guest: Guest, name: str, content: bytes) -> None:
    picture = FilePayload(name=name, mimeType="image/png", buffer=content)
    guest.page.locator("#file").set_input_files(picture)


@by_mouse
def test_picture_from_file(guest: Guest, note: bytes) -> None:
    guest.draw("4")
    guest.expect_reading("4")
    open_picture(guest, "note.png", note)
    guest.expect_reading("2")
    guest.expect_settled("2")
    # The picture is as wide as the canvas, in the middle of its height.
    (box,) = guest.boxes()
    assert box == pytest.approx(np.array([350, 60 + 150, 350 + 117, 240 + 150]) * 400 / 600, abs=16)
    expect(guest.page.get_by_role("button", name="Share")).to_be_disabled()
    (entry,) = json.loads(guest.save("Save JSON").path().read_text())
    assert (entry["file"], entry["width"], entry["height"], entry["turned"]) == ("note.png", 600, 300, 0)
    assert entry["detections"][0]["box"] == pytest.approx([350, 60, 467, 240], abs=16)
    assert Image.open(guest.save("Save picture").path()).size == (1024, 512)
    guest.press("Undo")
    guest.expect_reading("4")


@by_mouse
def test_pen_replaces_picture(guest: Guest, note: bytes) -> None:
    open_picture(guest, "note.png", note)
    guest.expect_reading("2")
    guest.draw("1", x=60)
    guest.expect_reading("1")


@by_mouse
@pytest.mark.parametrize("how", ["paste", "drop"])
def test_picture_pasted_or_dropped(guest: Guest, note: bytes, how: Literal["paste", "drop"]) -> None:
    guest.hand_over(note, how)
    guest.expect_reading("2")


@by_mouse
def test_unreadable_file_is_named(guest: Guest) -> None:
    open_picture(guest, "broken.png", b"no picture")
    expect(guest.status).to_have_text("broken.png cannot be read: save it as PNG or JPEG")
    guest.draw("4")
    guest.expect_reading("4")
