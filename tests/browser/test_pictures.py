"""Pictures from files, the clipboard, other windows and the camera, sent over the page's web socket."""

import io
import re
from pathlib import Path
from typing import Literal

import pytest
from PIL import ExifTags, Image
from playwright.sync_api import Locator, WebSocket, expect
from support.strokes import paint, strokes
from support.visitor import Arrive, NewPage, Visitor

from digit_detector.limits import MAX_SENT_BYTES


class Guest(Visitor):
    def open(self, name: str, content: bytes) -> None:
        """Choose a file of this name."""
        file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        self.page.locator("input[type=file]:not([capture])").set_input_files([file])

    @property
    def alert(self) -> Locator:
        return self.page.get_by_role("alert")

    @property
    def picture(self) -> Locator:
        return self.page.get_by_alt_text("Your picture with a box around each object")

    def picture_size(self) -> list[int]:
        """Width and height of the picture that is shown, in its own px."""
        expect(self.picture).to_be_visible()
        return list(self.picture.evaluate("image => [image.naturalWidth, image.naturalHeight]"))


@pytest.fixture
def guest(request: pytest.FixtureRequest, arrive: Arrive, url: str) -> Guest:
    """One on the page for pictures, with a mouse, or as the test's parameter says."""
    visitor = arrive(url + "/picture", getattr(request, "param", "mouse"), ready="text=Choose a picture")
    return Guest(visitor.page, visitor.finger)


def photo(shape: str, size: tuple[int, int] = (1600, 1200)) -> Image.Image:
    """A shape in blue on grey paper."""
    image = Image.new("RGB", size, (225, 222, 215))
    unit = size[1] / 1200
    paint(image, strokes(shape, 500 * unit, 200 * unit, 800 * unit), round(50 * unit), "#1e2878")
    return image


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize("guest", ["mouse", "small"], indirect=True)
def test_picture_from_a_file(guest: Guest) -> None:
    guest.open("a.jpg", saved(photo("3"), "JPEG"))
    guest.expect_reading("3")
    assert guest.picture_size() == [1024, 768]
    size = guest.page.viewport_size
    assert size is not None
    assert guest.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    for name in ("Choose a picture", "Camera"):
        area = guest.page.get_by_role("button", name=name).bounding_box()
        assert area is not None
        assert area["x"] + area["width"] <= size["width"]
        assert area["height"] >= 44
    guest.press("Remove the picture")
    guest.expect_reading("")
    expect(guest.picture).to_have_count(0)


def test_picture_is_turned_by_its_exif_data(guest: Guest) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6  # the camera was held turned to the left
    for size in ((1600, 1200), (800, 600)):  # shrunk by the browser, and enlarged by the server
        turned = photo("4", size).transpose(Image.Transpose.ROTATE_90)
        guest.open("a.jpg", saved(turned, "JPEG", exif=exif))
        guest.expect_reading("4")
        assert guest.picture_size() == [1024, 768]
        guest.press("Remove the picture")
        guest.expect_reading("")


def test_picture_is_sent_once(guest: Guest) -> None:
    sizes: list[int] = []
    with guest.page.expect_websocket() as opened:
        guest.page.reload()
    socket: WebSocket = opened.value
    socket.on("framesent", lambda message: sizes.append(len(message)))
    noisy = Image.effect_noise((2000, 1500), 90).convert("RGB")
    guest.open("a.png", saved(noisy, "PNG"))
    expect(guest.picture).to_be_visible()
    assert 100_000 < max(sizes) < MAX_SENT_BYTES * 4 / 3
    sizes.clear()
    guest.unfold("Adjust")
    with socket.expect_event("framesent"):
        guest.page.get_by_role("slider", name="Score threshold").press("Home")
    expect(guest.page).to_have_url(re.compile(r"score=0\.05"))
    assert max(sizes) < 10_000


@pytest.mark.parametrize("how", ["paste", "drop"])
def test_picture_pasted_or_dropped(guest: Guest, how: Literal["paste", "drop"]) -> None:
    guest.hand_over(saved(photo("2"), "PNG"), how)
    guest.expect_reading("2")


def test_file_that_the_browser_cannot_open(guest: Guest) -> None:
    guest.open("scan.tif", saved(photo("3"), "TIFF", compression="tiff_lzw"))
    guest.expect_reading("3")
    assert guest.picture_size() == [1024, 768]
    guest.open("broken.png", b"no picture")
    expect(guest.alert).to_contain_text("the file is damaged or of a kind unknown here; save it as JPEG or PNG")
    guest.expect_reading("")
    guest.press("Draw", "link")
    guest.page.locator("canvas.upper-canvas").wait_for()
    expect(guest.alert).to_have_count(0)


def test_file_that_is_gone_when_it_is_read(guest: Guest, tmp_path: Path) -> None:
    (file := tmp_path / "gone.png").write_bytes(saved(photo("3"), "PNG"))
    guest.page.evaluate(
        "document.body.append(Object.assign(document.createElement('input'), {id: 'own', type: 'file'}))"
    )
    guest.page.locator("#own").set_input_files(file)
    file.unlink()
    guest.page.evaluate(
        """() => {
             const transfer = new DataTransfer();
             const own = document.querySelector("#own");
             transfer.items.add(own.files[0]);
             own.remove();
             document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true }));
           }"""
    )
    told = guest.page.get_by_text("gone.png cannot be read: it may be a folder")
    expect(told).to_be_visible()
    guest.open("a.png", saved(photo("3"), "PNG"))
    guest.expect_reading("3")
    expect(told).to_have_count(0)


def test_picture_chosen_while_the_server_restarts(guest: Guest) -> None:
    # Without its ID, a session that comes back is a new one, as after a restart of the server.
    guest.page.add_init_script(
        """window.WebSocket = class extends WebSocket {
             constructor(url, protocols) {
               super(url, protocols.slice(0, 2));
               window.socket = this;
             }
           }"""
    )
    guest.page.reload()
    guest.open("a.png", saved(photo("3"), "PNG"))
    guest.expect_reading("3")
    guest.page.route("**/_stcore/h*", lambda route: route.abort())
    guest.page.evaluate("socket.close()")
    expect(guest.page.get_by_role("dialog", name="Connection error")).to_be_visible()
    guest.open("b.png", saved(photo("7"), "PNG"))
    expect(guest.page.get_by_text("Reading the picture")).to_be_visible()
    guest.page.unroute_all()
    guest.expect_reading("7")


def test_problems_are_told_in_the_visitors_language(guest: Guest) -> None:
    guest.page.goto(guest.page.url + "?language=de")
    guest.page.get_by_role("button", name="Ein Bild wählen").wait_for()
    guest.open("scan.tif", bytes(MAX_SENT_BYTES + 1))
    told = guest.page.get_by_text(
        "scan.tif ist zu groß: Dieser Browser kann es nicht öffnen und verkleinern, und nur 3.5"
    )
    expect(told).to_be_visible()
    guest.open("broken.png", b"no picture")
    expect(guest.alert).to_contain_text(
        "Die Datei ist beschädigt oder von unbekannter Art; als JPEG oder PNG speichern"
    )
    expect(told).to_have_count(0)


@pytest.mark.parametrize("guest", ["mouse", "touch"], indirect=True)
def test_camera_takes_a_picture(guest: Guest) -> None:
    guest.page.context.grant_permissions(["camera"])
    guest.press("Camera")
    guest.press("Close")
    expect(guest.page.locator("video")).to_be_hidden()
    guest.press("Camera")
    guest.press("Take the picture")
    expect(guest.page.locator("#status")).to_have_text(re.compile(r"\d+ found in [\d.]+ ms"))
    expect(guest.page.locator("video")).to_be_hidden()
    assert guest.page.locator("video").evaluate("video => video.srcObject === null")
    assert max(guest.picture_size()) <= 1024


def test_camera_is_off_after_close_and_on_other_pages(guest: Guest) -> None:
    guest.page.context.grant_permissions(["camera"])
    guest.page.evaluate(
        """() => {
          const devices = navigator.mediaDevices;
          const ask = devices.getUserMedia.bind(devices);
          window.tracks = [];
          window.allowed = Promise.resolve();
          devices.getUserMedia = async (wish) => {
            await window.allowed;
            const stream = await ask(wish);
            window.tracks.push(...stream.getTracks());
            return stream;
          };
        }"""
    )
    guest.press("Camera")
    guest.page.locator("video").wait_for()
    guest.press("Camera")
    guest.page.wait_for_function("tracks.length === 2")
    guest.press("Close")
    expect(guest.page.locator("video")).to_be_hidden()
    assert guest.page.evaluate("tracks.map((track) => track.readyState)") == ["ended", "ended"]
    # The visitor has left when the browser gets the permission.
    guest.page.evaluate("() => { window.allowed = new Promise((allow) => (window.allow = allow)) }")
    guest.press("Camera")
    guest.page.get_by_role("link", name="Draw").click()
    guest.page.locator("canvas.upper-canvas").wait_for()
    guest.page.evaluate("allow()")
    guest.page.wait_for_function("tracks.length === 3 && tracks[2].readyState === 'ended'")


def test_refused_camera_is_told(guest: Guest) -> None:
    guest.press("Camera")
    expect(guest.page.get_by_text("The browser gives this page no camera: allow it")).to_be_visible()


@pytest.mark.parametrize("guest", ["touch"], indirect=True)
def test_refused_camera_opens_the_phones_own(guest: Guest) -> None:
    with guest.page.expect_file_chooser() as chooser:
        guest.press("Camera")
    assert chooser.value.element.get_attribute("capture") == "environment"
    file = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": saved(photo("5"), "JPEG")}
    chooser.value.set_files([file])
    guest.expect_reading("5")


def test_page_works_in_another_sites_frame(new_page: NewPage, url: str) -> None:
    page = new_page()
    page.set_default_timeout(120_000)
    page.goto(url.replace("127.0.0.1", "localhost") + "/_stcore/health")  # of another site, by its name
    page.evaluate("url => { document.body.innerHTML = `<iframe src=${url} width=1000 height=700>` }", f"{url}/picture")
    frame = page.frame_locator("iframe")
    file = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": saved(photo("3"), "JPEG")}
    frame.locator("input[type=file]:not([capture])").set_input_files([file])
    expect(frame.locator("#reading")).to_have_text("3", use_inner_text=True)
    assert page.context.cookies() == []
