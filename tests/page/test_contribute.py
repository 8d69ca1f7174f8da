"""What the page takes of those who give drawings, and of those who say that they are the maintainer."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from numpy.typing import NDArray
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest
from support.page import pen_strokes, press
from support.stores import a_drawing

from digit_detector import Detector
from digit_detector.collect.collector import hash_of, new_receipt
from digit_detector.collect.store import Store
from digit_detector.detect.images import read_image
from digit_detector.drawing import Annotation
from digit_detector.errors import DigitDetectorError
from digit_detector.page import contribute
from digit_detector.page.components.box_editor import read_boxes
from digit_detector.page.components.canvas import rasterize
from digit_detector.page.contribute import PROMPTED_SOURCE, REVIEW_PASSWORD, hidden_pages
from digit_detector.page.session import Contribution, Picture, Session, Thresholds
from digit_detector.page.views import review
from digit_detector.server.rate_limit import RateLimit
from digit_detector.show.texts import Texts

BOX = [1, 2.5, 30, 40]
UNREADABLE = "the browser sent boxes that cannot be read ("


def read(answer: object) -> tuple[Annotation, ...] | None:
    """Read what the browser has sent."""
    st.session_state["correction"] = {"answer": answer}
    return read_boxes("correction", 400, 300)


@pytest.mark.parametrize(
    ("sent", "annotations"),
    [
        ([{"label": "7", "box": BOX}], (Annotation("7", (1.0, 2.5, 30.0, 40.0)),)),
        ([{"label": "7", "box": [-5, -5, 900, 900]}], (Annotation("7", (0.0, 0.0, 400.0, 300.0)),)),
        ([{"label": "7", "box": "1234"}], (Annotation("7", (1.0, 2.0, 3.0, 4.0)),)),
        ([], ()),
        (None, None),
    ],
)
def test_correction_is_boxes_in_the_picture(sent: object, annotations: object) -> None:
    assert read({"boxes": sent}) == annotations


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        (None, UNREADABLE),
        ([], UNREADABLE),
        ({"boxes": [{"label": "ten", "box": BOX}]}, UNREADABLE),
        ({"boxes": [{"label": "7", "box": [1, 2, 1, 2]}]}, UNREADABLE),
        ({"boxes": [{"label": "7", "box": [0, 0, float("nan"), 9]}]}, UNREADABLE),
        ({"boxes": [{"label": "7", "box": [0, 0, 10**400, 9]}]}, UNREADABLE),
        ({"boxes": [{"label": "7"}]}, UNREADABLE),
        ({"boxes": [7]}, UNREADABLE),
        ({"boxes": [{"label": "7", "box": BOX}] * 201}, "the correction has 201 boxes, more than 200: delete some"),
    ],
)
def test_unreadable_correction_is_an_error(sent: object, problem: str) -> None:
    with pytest.raises(DigitDetectorError) as error:
        read(sent)
    assert str(error.value).startswith(problem)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    """The store of this server."""
    monkeypatch.setenv("DIGIT_DETECTOR_STORE", address := str(tmp_path / "drawings.db"))
    return Store(address)


@pytest.mark.parametrize(
    ("password", "tried", "opens"),
    [("sesame", "sesame", True), ("sesame", "sesam", False), ("sesame", "", False), ("", "", False), ("ß", "ß", True)],
)
def test_review_password(monkeypatch: pytest.MonkeyPatch, password: str, tried: str, opens: bool) -> None:
    monkeypatch.setenv(REVIEW_PASSWORD, password)
    assert review.is_password(tried) is opens


def test_hidden_pages_need_store_and_password(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def count() -> int:
        return len(hidden_pages(Texts("en")))

    monkeypatch.delenv("DIGIT_DETECTOR_STORE", raising=False)
    monkeypatch.setenv(REVIEW_PASSWORD, "sesame")
    assert count() == 0
    monkeypatch.setenv("DIGIT_DETECTOR_STORE", str(tmp_path / "drawings.db"))
    assert count() == 2  # the receipt's page, too
    monkeypatch.setenv(REVIEW_PASSWORD, "")
    assert count() == 1


def show_picture() -> None:
    import streamlit as st

    from digit_detector.page.views import picture, receipt
    from digit_detector.show.texts import Texts

    def both() -> None:
        picture.show()
        receipt.show()

    st.navigation([st.Page(both, default=True), receipt.page(Texts("en"))], position="hidden").run()


def test_picture_is_kept_after_consent(store: Store, detector: Detector, drawing: NDArray[np.uint8]) -> None:
    page = AppTest.from_function(show_picture, default_timeout=300)
    page.session_state["session"] = Session(upload=Picture(drawing, detector.predict(drawing)))
    page.run()
    assert "Right" not in [button.label for button in page.button]
    for label in ("I agree", "Right"):
        press(page, label)
    assert [said.value for said in page.success] == ["Thank you! Your picture is kept."]
    (record,) = store.drawings()
    assert (record.width, record.height) == (320, 240)
    assert (read_image(record.read()) == drawing).all()
    assert record.strokes is None
    assert record.detections is not None
    assert [found.box for found in record.detections] == [said.box for said in record.annotations]


def test_network_that_contributes_too_fast_must_wait(
    store: Store, detector: Detector, drawing: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contribute, "_contributions", RateLimit(1, 0.1, lambda: 0))
    monkeypatch.setattr(ContextProxy, "ip_address", "192.0.2.1")
    for stored, said in ((1, []), (1, ["Too many contributions from your network: try again in 10 s."])):
        page = AppTest.from_function(show_picture, default_timeout=300)
        page.session_state["session"] = Session(upload=Picture(drawing, detector.predict(drawing)))
        page.run()
        for label in ("I agree", "Right"):
            press(page, label)
        assert [error.value for error in page.error] == said
        assert len(list(store.drawings())) == stored


def send_correction() -> None:
    from digit_detector.page import contribute
    from digit_detector.page.session import current_session
    from digit_detector.page.views import picture

    upload = current_session().upload
    assert upload is not None
    contribute._correct(upload)
    picture.show()


def test_malformed_correction_keeps_editor(store: Store, detector: Detector, drawing: NDArray[np.uint8]) -> None:
    page = AppTest.from_function(send_correction, default_timeout=300)
    picture = Picture(drawing, detector.predict(drawing))
    mine = Contribution(agreed=True, editing=picture.id)
    page.session_state["session"] = Session(upload=picture, thresholds=Thresholds(0.4, 0.4), contribution=mine)
    page.session_state["correction"] = {"answer": {"boxes": [{"label": "ten", "box": BOX}]}}
    page.run()
    assert not page.exception, page.exception
    assert page.error[0].value.startswith("Not saved: the browser sent boxes that cannot be read (")
    assert mine.editing == picture.id
    assert not list(store.drawings())


def test_deleted_picture_can_be_kept_again(store: Store, detector: Detector, drawing: NDArray[np.uint8]) -> None:
    page = AppTest.from_function(show_picture, default_timeout=300)
    mine = Contribution(agreed=True)
    picture = Picture(drawing, detector.predict(drawing))
    page.session_state["session"] = Session(upload=picture, contribution=mine)
    page.run()
    press(page, "Right")
    code = mine.code
    page.text_input(key="receipt").input(code).run()
    press(page, "Delete all of it")
    assert [message.value for message in page.success] == [Texts("en")("page.receipt.deleted", count=1)]
    assert not page.info  # such as that nothing is kept under the code
    press(page, "Right")
    assert "Thank you! Your picture is kept." in [said.value for said in page.success]
    assert code not in " ".join(said.value for said in page.markdown)
    (record,) = store.drawings()
    assert record.session == mine.writer


def show_receipt() -> None:
    from digit_detector.page.views import receipt

    receipt.show()


def test_damaged_picture_hides_no_other_of_a_receipt(store: Store) -> None:
    code = new_receipt()
    for drawing in (replace(a_drawing(0, label="3"), image=b"no picture"), a_drawing(1, label="7")):
        store.keep(drawing, hash_of(code))
    page = AppTest.from_function(show_receipt, default_timeout=300).run()
    page.text_input(key="receipt").input(code).run()
    assert not page.exception, page.exception
    assert [error.value[:2] for error in page.error] == ["3,"]
    assert "Your drawing: 7" in str(page.get("html")[-1].proto.body)


def show_prompt(drawing: "Picture") -> None:
    import streamlit as st

    from digit_detector.page.contribute import show_contribution
    from digit_detector.page.session import current_session
    from digit_detector.page.views import receipt
    from digit_detector.show.texts import Texts

    session = current_session()
    session.drawing = session.drawing or drawing
    st.navigation(
        [
            st.Page(lambda: show_contribution(session, session.drawing, is_drawing=True), default=True, url_path="a"),
            receipt.page(Texts("en")),
        ],
        position="hidden",
    ).run()


def show_latest() -> None:
    import streamlit as st

    from digit_detector.page.contribute import show_consent, show_contribution
    from digit_detector.page.session import current_session
    from digit_detector.page.views import receipt
    from digit_detector.show.texts import Texts

    def show() -> None:
        session = current_session()
        show_contribution(session, session.latest, is_drawing=True)
        show_consent(session)

    st.navigation([st.Page(show, default=True), receipt.page(Texts("en"))], position="hidden").run()


@pytest.mark.usefixtures("store")
def test_problem_is_told_below_its_own_picture(detector: Detector) -> None:
    pixels = rasterize(pen_strokes("3", 40) + pen_strokes("7", 220))
    drawing, more, upload = (Picture(pixels, detector.predict(pixels)) for _ in range(3))
    mine = Contribution(agreed=True, prompt="8")
    session = Session(thresholds=Thresholds(0.4, 0.4), contribution=mine, drawing=drawing, latest=drawing)
    page = AppTest.from_function(show_latest, default_timeout=300)
    page.session_state["session"] = session
    page.run()
    press(page, "Written")

    def problems(latest: Picture) -> list[str]:
        session.latest = latest
        page.run()
        assert not page.exception, page.exception
        return [error.value.partition(".")[0] for error in page.error]

    assert problems(upload) == []
    assert problems(drawing) == ["2 found, but the number is 8"]
    session.drawing = more
    assert problems(more) == []
    session.drawing = drawing
    for label in ("Stop contributing", "I agree"):
        press(page, label)
    assert problems(drawing) == []


def test_prompted_number_labels_the_drawing(store: Store, detector: Detector) -> None:
    pixels = rasterize(pen_strokes("3", 40) + pen_strokes("7", 220))
    drawing = Picture(pixels, detector.predict(pixels))
    mine = Contribution(agreed=True, prompt="8")
    page = AppTest.from_function(show_prompt, default_timeout=300, kwargs={"drawing": drawing})
    page.session_state["session"] = Session(thresholds=Thresholds(0.4, 0.4), contribution=mine)
    page.run()
    press(page, "Written")
    assert page.error[0].value.startswith("2 found, but the number is 8.")
    assert not list(store.drawings())
    mine.prompt = "8 1"
    press(page, "Written")
    (record,) = store.drawings()
    assert [annotation.label for annotation in record.annotations] == ["8", "1"]
    assert record.annotations[0].box[0] < record.annotations[1].box[0]
    assert record.source == PROMPTED_SOURCE
    assert set(mine.prompt) <= set("0123456789 ")
    assert mine.prompts_written == 1
