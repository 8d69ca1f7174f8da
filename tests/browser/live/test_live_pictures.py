"""Pictures from files, the clipboard and other windows."""

import json
from base64 import b64encode
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import FilePayload, expect
from support.live_visitor import Guest
from support.strokes import paint, strokes

from digit_detector.show.render import to_png

by_mouse = pytest.mark.parametrize("guest", ["mouse"], indirect=True)

FILE = "new File([Uint8Array.from(atob(png), (c) => c.charCodeAt(0))], 'note.png', { type: 'image/png' })"


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
def test_picture_from_file(guest: Guest, note: bytes, tmp_path: Path) -> None:
    guest.draw("4")
    guest.expect_reading("4")
    open_picture(guest, "note.png", note)
    guest.expect_reading("2")
    guest.expect_settled("2")
    # The picture is as wide as the canvas, in the middle of its height.
    (box,) = guest.boxes()
    assert box == pytest.approx(np.array([350, 60 + 150, 350 + 117, 240 + 150]) * 400 / 600, abs=16)
    expect(guest.page.get_by_role("button", name="Share")).to_be_disabled()
    with guest.page.expect_download() as download:
        guest.press("Save JSON")
    download.value.save_as(tmp_path / "digits.json")
    (entry,) = json.loads((tmp_path / "digits.json").read_text())
    assert (entry["file"], entry["width"], entry["height"], entry["turned"]) == ("note.png", 600, 300, 0)
    assert entry["detections"][0]["box"] == pytest.approx([350, 60, 467, 240], abs=16)
    with guest.page.expect_download() as download:
        guest.press("Save picture")
    download.value.save_as(tmp_path / "digits.png")
    assert Image.open(tmp_path / "digits.png").size == (1024, 512)
    guest.press("Undo")
    guest.expect_reading("4")


@by_mouse
def test_pen_replaces_picture(guest: Guest, note: bytes) -> None:
    open_picture(guest, "note.png", note)
    guest.expect_reading("2")
    guest.draw("1", x=60)
    guest.expect_reading("1")


@by_mouse
@pytest.mark.parametrize(
    "event",
    [
        "new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true })",
        "new DragEvent('drop', { dataTransfer: transfer, bubbles: true })",
    ],
)
def test_picture_pasted_or_dropped(guest: Guest, note: bytes, event: str) -> None:
    guest.page.evaluate(
        f"""(png) => {{
              const transfer = new DataTransfer();
              transfer.items.add({FILE});
              document.body.dispatchEvent({event});
            }}""",
        b64encode(note).decode(),
    )
    guest.expect_reading("2")


@by_mouse
def test_unreadable_file_is_named(guest: Guest) -> None:
    open_picture(guest, "broken.png", b"no picture")
    expect(guest.status).to_have_text("broken.png cannot be read: save it as PNG or JPEG")
    guest.draw("4")
    guest.expect_reading("4")
