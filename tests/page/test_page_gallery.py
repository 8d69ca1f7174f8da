"""The row of earlier drawings, without a browser."""

import json

from streamlit.testing.v1 import AppTest

from digit_detector.drawing import Stroke
from digit_detector.page.visit import Past


def show(past: "list[Past]") -> None:
    from digit_detector.page import gallery

    gallery.show_gallery(past, on_choose=lambda: None)


def choose(past: "list[Past]", name: object) -> None:
    import streamlit as st

    from digit_detector.page import gallery

    st.session_state["gallery"] = {"chosen": name}
    found = gallery.chosen(past)
    st.text("none" if found is None else found.reading)


def drawn(reading: str) -> Past:
    return Past((Stroke(((float(reading), 1.0),), 14.0),), reading, "data:,")


def test_a_tap_opens_what_was_seen_though_the_row_has_moved_on_and_nothing_else() -> None:
    seen = [drawn(reading) for reading in "123"]
    (row,) = AppTest.from_function(show, kwargs={"past": seen}).run(timeout=120).get("bidi_component")
    names = [drawing["name"] for drawing in json.loads(row.proto.json)["drawings"]]
    moved = [drawn("4"), *seen[:2]]
    for name, reading in zip([*names, 0, None, {}], ["1", "2", *["none"] * 4], strict=True):
        test = AppTest.from_function(choose, kwargs={"past": moved, "name": name}).run(timeout=120)
        assert not test.exception, test.exception
        assert test.text[0].value == reading
