"""The row of earlier drawings."""

import json

from streamlit.testing.v1 import AppTest

from digit_detector.drawing import Stroke
from digit_detector.page.components.parts import PastDrawing


def show(past: "list[PastDrawing]") -> None:
    from digit_detector.page.components.parts import show_gallery
    from digit_detector.show.texts import Texts

    show_gallery(Texts("en"), past, on_choose=lambda: None)


def choose(past: "list[PastDrawing]", name: object) -> None:
    import streamlit as st

    from digit_detector.page.components.parts import chosen_drawing

    st.session_state["gallery"] = {"chosen": name}
    chosen = chosen_drawing(past)
    st.text("none" if chosen is None else chosen.reading)


def drawn(reading: str) -> PastDrawing:
    return PastDrawing((Stroke(((float(reading), 1.0),), 14.0),), reading, "data:,")


def test_tap_opens_the_drawing_seen_though_the_row_has_moved() -> None:
    seen = [drawn(reading) for reading in "123"]
    (row,) = AppTest.from_function(show, kwargs={"past": seen}).run(timeout=120).get("bidi_component")
    names = [drawing["name"] for drawing in json.loads(row.proto.json)["drawings"]]
    moved = [drawn("4"), *seen[:2]]
    for name, reading in zip([*names, 0, None, {}], ["1", "2", *["none"] * 4], strict=True):
        test = AppTest.from_function(choose, kwargs={"past": moved, "name": name}).run(timeout=120)
        assert not test.exception, test.exception
        assert test.text[0].value == reading
