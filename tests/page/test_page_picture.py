"""What the page makes of the pictures that a visitor hands over."""

import sys

import numpy as np
import pytest
from PIL import Image, ImageDraw
from streamlit.testing.v1 import AppTest
from support.strokes import strokes

from digit_detector.detect.detector import Detector
from digit_detector.page import settings
from digit_detector.page.visit import Visit, Work
from digit_detector.show.render import to_png

ABSENT = "cuda" if sys.platform == "darwin" else "mps"


def show_picture() -> None:
    import streamlit as st

    from digit_detector.page import picture

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


def upload(page: AppTest, file: bytes) -> None:
    page.file_uploader[0].upload("a.png", file, "image/png").run()
    assert not page.exception, page.exception


def read(file: bytes) -> Work:
    return Work(file, Detector.load(device="cpu", threads=1).predict(file))


def covers(page: AppTest) -> list[str]:
    return [button.label for button in page.button if "covered" in button.label]


def test_to_uncover_one_rude_picture_uncovers_no_other(page: AppTest) -> None:
    upload(page, drawn("rude"))
    (button,) = [button for button in page.button if button.label == "Show what is covered"]
    button.click().run()
    assert not covers(page)
    upload(page, drawn("rude", x=160))
    assert covers(page)


def test_another_device_looks_anew_at_what_the_visit_holds(page: AppTest) -> None:
    works = drawing, picture = read(drawn("3")), read(drawn("7"))
    page.session_state["visit"] = visit = Visit(drawing=drawing, upload=picture)
    page.run()
    before = [work.prediction for work in works]
    page.button_group(key="device").set_value("cpu").run()
    assert not page.exception, page.exception
    assert (visit.drawing, visit.upload) == works
    for work, prediction in zip(works, before, strict=True):
        assert work.prediction is not None
        assert work.prediction is not prediction


def test_a_device_that_fails_is_named_and_gives_way(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "available_devices", lambda: ("cpu", ABSENT))  # as where its driver alone is there
    page.session_state["visit"] = visit = Visit(upload=read(drawn("3")))
    page.run()
    page.button_group(key="device").set_value(ABSENT).run()
    assert not page.exception, page.exception
    assert "choose the device cpu" in page.toast[0].value
    assert page.button_group(key="device").value == "auto"
    assert visit.upload is not None
    assert visit.upload.prediction is not None


def test_a_picture_that_was_taken_away_is_looked_at_no_longer(page: AppTest) -> None:
    upload(page, drawn("3"))
    visit = page.session_state["visit"]
    assert visit.latest is visit.upload is not None
    page.file_uploader[0].set_value(None).run()
    assert visit.upload is visit.latest is None
