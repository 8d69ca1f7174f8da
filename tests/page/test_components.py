"""The page's small components: the row of earlier drawings, and choices that a link holds."""

import json

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from digit_detector.drawing import Stroke
from digit_detector.page.components import PastDrawing, chosen_drawing


def show(past: "list[PastDrawing]") -> None:
    from digit_detector.page.components import show_gallery
    from digit_detector.show.texts import Texts

    show_gallery(Texts("en"), past, on_choose=lambda: None)


def drawn(reading: str) -> PastDrawing:
    return PastDrawing((Stroke(((float(reading), 1.0),), 14.0),), reading, "data:,")


def test_tap_opens_the_drawing_seen() -> None:
    seen = [drawn(reading) for reading in "123"]
    (row,) = AppTest.from_function(show, kwargs={"past": seen}).run(timeout=120).get("bidi_component")
    names = [drawing["name"] for drawing in json.loads(row.proto.json)[0]["drawings"]]
    moved = [drawn("4"), *seen[:2]]
    for name, drawing in zip([*names, 0, None, {}], [*seen[:2], *[None] * 4], strict=True):
        st.session_state["gallery"] = {"chosen": name}
        assert chosen_drawing(moved) == drawing


def show_choice() -> None:
    import streamlit as st

    from digit_detector.page.components import choose_by_code

    st.text(choose_by_code("step", "Step", {"ink": "1 Tinte", "boxes": "2 Rahmen"}, "ink"))


@pytest.mark.parametrize(
    ("linked", "chosen"), [("", "ink"), ("ink", "ink"), ("boxes", "boxes"), ("2 Rahmen", "ink"), ("<b>", "ink")]
)
def test_link_holds_the_code_of_a_choice(linked: str, chosen: str) -> None:
    page = AppTest.from_function(show_choice, default_timeout=120)
    if linked:
        page.query_params["step"] = linked
    assert page.run().text[0].value == chosen
    for code, parameters in (("boxes", {"step": "boxes"}), ("ink", {})):
        page.button_group(key="step_shown").set_value(code).run()
        assert not page.exception, page.exception
        assert page.text[0].value == code
        assert page.query_params == parameters
