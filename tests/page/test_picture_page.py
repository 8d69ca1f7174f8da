"""What the page makes of the pictures that a visitor hands over."""

import io
import sys
from base64 import b64encode

import numpy as np
import pytest
from PIL import Image, ImageDraw
from streamlit.testing.v1 import AppTest
from support.page import press
from support.strokes import strokes

from digit_detector.detect.detector import Detector
from digit_detector.detect.images import read_image
from digit_detector.evaluate.benchmark import BUNDLED, load
from digit_detector.page import adjust
from digit_detector.page.session import Contribution, Picture, Session
from digit_detector.show.render import to_png

ABSENT = "cuda" if sys.platform == "darwin" else "mps"


def show_picture() -> None:
    """Show the page, after the browser has sent the session's `arriving`, if there is one."""
    import streamlit as st

    from digit_detector.page.views import picture

    if "arriving" in st.session_state:
        st.session_state["picture"] = {"sent": st.session_state.pop("arriving")}
        picture._read()
        del st.session_state["picture"]
    st.navigation([st.Page(picture.show, default=True)], position="hidden").run()


def drawn(shape: str, x: float = 60) -> bytes:
    """A shape in black on white, as a PNG file."""
    image = Image.new("L", (400, 400), 255)
    pen = ImageDraw.Draw(image)
    for stroke in strokes(shape, x, 80, 240):
        pen.line([tuple(point) for point in stroke], fill=0, width=14, joint="curve")
    return to_png(np.asarray(image))


@pytest.fixture
def page() -> AppTest:
    page = AppTest.from_function(show_picture, default_timeout=300)
    return page.run()


def send(page: AppTest, sent: object) -> None:
    """Have the browser send a value instead of a picture."""
    page.session_state["arriving"] = sent
    page.run()
    assert not page.exception, page.exception


def upload(page: AppTest, file: bytes) -> None:
    send(page, "data:image/png;base64," + b64encode(file).decode())


def read(file: bytes) -> Picture:
    pixels = read_image(file)
    return Picture(pixels, Detector.load(device="cpu", threads=1).predict(pixels))


@pytest.fixture
def devices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two, of which the other one has a driver and no hardware."""
    monkeypatch.setattr(adjust, "available_devices", lambda: ("cpu", ABSENT))


def covers(page: AppTest) -> list[str]:
    return [button.label for button in page.button if "covered" in button.label]


def test_uncover_is_for_one_picture(page: AppTest) -> None:
    upload(page, drawn("rude"))
    (button,) = [button for button in page.button if button.label == "Show what is covered"]
    button.click().run()
    assert not covers(page)
    upload(page, drawn("rude", x=160))
    assert covers(page)


@pytest.mark.usefixtures("devices")
def test_another_device_detects_again(page: AppTest) -> None:
    pictures = drawing, picture = read(drawn("3")), read(drawn("7"))
    page.session_state["session"] = session = Session(drawing=drawing, upload=picture)
    page.run()
    before = [each.prediction for each in pictures]
    page.button_group(key="device").set_value("cpu").run()
    assert not page.exception, page.exception
    assert (session.drawing, session.upload) == pictures
    for each, prediction in zip(pictures, before, strict=True):
        assert each.prediction is not None
        assert each.prediction is not prediction


@pytest.mark.usefixtures("devices")
def test_failing_device_is_named_and_gives_way(page: AppTest) -> None:
    page.session_state["session"] = session = Session(upload=read(drawn("3")))
    page.run()
    page.button_group(key="device").set_value(ABSENT).run()
    assert not page.exception, page.exception
    assert "choose the device cpu" in page.toast[0].value
    assert page.button_group(key="device").value == "auto"
    assert session.upload is not None
    assert session.upload.prediction is not None


def test_each_picture_has_a_revision_of_its_own(page: AppTest) -> None:
    """So that a label meant for one is refused for the next."""
    upload(page, drawn("3"))
    first = page.session_state["session"].upload.revision
    upload(page, drawn("7"))
    assert page.session_state["session"].upload.revision > first


def test_page_without_a_canvas_asks_for_no_number(page: AppTest) -> None:
    page.session_state["session"] = Session(contribution=Contribution(agreed=True))
    page.run()
    assert not page.exception, page.exception
    assert "Write a number for us" not in [button.label for button in page.button]


def test_removed_upload_is_forgotten(page: AppTest) -> None:
    upload(page, drawn("3"))
    session = page.session_state["session"]
    assert session.latest is session.upload is not None
    press(page, "Remove the picture")
    assert session.upload is session.latest is None


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        (None, "the file is damaged or of a kind unknown here"),
        ({}, "the file is damaged or of a kind unknown here"),
        ("data:image/png;base64,", "the file is damaged or of a kind unknown here"),
        ("data:image/png;base64,A", "the file is damaged or of a kind unknown here"),
        ("data:image/png;base64,bm8gcGljdHVyZQ==", "the file is damaged or of a kind unknown here"),
        (f"data:,{b64encode(to_png(np.zeros((5001, 5000), np.uint8))).decode()}", "has more than 25 megapixels"),
    ],
)
def test_unreadable_picture_is_named_and_counted(page: AppTest, sent: object, problem: str) -> None:
    upload(page, drawn("3"))
    send(page, sent)
    session = page.session_state["session"]
    assert problem in page.error[0].value
    assert session.upload is None
    assert session.pictures_received == 2


def test_large_picture_is_kept_smaller(page: AppTest) -> None:
    file = io.BytesIO()
    Image.open(io.BytesIO(drawn("3"))).resize((2000, 1500)).save(file, "TIFF", compression="tiff_lzw")
    upload(page, file.getvalue())
    session = page.session_state["session"]
    assert session.upload.pixels.shape == (768, 1024)
    assert session.answer(session.upload).detections.reading() == "3"


def test_lying_page_is_shown_upright(page: AppTest) -> None:
    (canvas, *_) = [canvas for canvas in load(BUNDLED) if canvas.condition == "dense page"]
    upright = read_image(canvas.image)
    upload(page, to_png(np.rot90(upright, 1)))
    picture = page.session_state["session"].upload
    assert np.abs(picture.pixels.astype(int) - upright).max() <= 1
    assert picture.prediction.turned == 0


def test_single_device_is_not_a_choice(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adjust, "available_devices", lambda: ("cpu",))
    page.run()
    assert "device" not in [group.key for group in page.button_group]


@pytest.mark.usefixtures("devices")
def test_server_fixes_the_device(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(adjust.DEVICE, "cpu")
    page.run()
    assert not page.exception, page.exception
    assert "device" not in [group.key for group in page.button_group]


def test_picture_has_no_hand(page: AppTest) -> None:
    needed = "A picture has no strokes"
    upload(page, drawn("3"))
    assert any(needed in caption.value for caption in page.caption)
    upload(page, drawn("rude"))
    assert not any(needed in caption.value for caption in page.caption)
