"""What the canvas sends becomes strokes and a picture, or an error."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from digit_detector.drawing import Stroke
from digit_detector.page.components.canvas import FRONT_END, SIDE, rasterize, to_pen

WEB = Path(__file__).parents[2] / "web/src/streamlit"
STROKE = {"width": 14, "points": [10, 10, 20, 30]}
UNREADABLE = "ImageError: the browser sent strokes that cannot be read"


def read() -> None:
    import streamlit as st

    from digit_detector.errors import ImageError
    from digit_detector.page.components.canvas import read_canvas

    try:
        state = read_canvas()
        st.session_state["strokes"] = state.strokes
        st.text(f"{state.revision}, {state.sheet}, {len(state.strokes)} strokes")
    except ImageError as error:
        st.text(f"ImageError: {error}")


def sent(strokes: object, revision: object = 3, sheet: object = 1) -> AppTest:
    page = AppTest.from_function(read)
    page.session_state["canvas"] = {"drawing": {"revision": revision, "sheet": sheet, "strokes": strokes}}
    page.run(timeout=120)
    assert not page.exception, page.exception
    return page


@pytest.mark.parametrize(
    ("strokes", "answer"),
    [
        ([], "3, 1, 0 strokes"),
        ([STROKE, STROKE], "3, 1, 2 strokes"),
        (None, UNREADABLE),
        ({}, "3, 1, 0 strokes"),
        ([7], UNREADABLE),
        ([{"width": 14}], UNREADABLE),
        ([STROKE | {"points": []}], UNREADABLE),
        ([STROKE | {"points": [1, 2, 3]}], UNREADABLE),
        ([STROKE | {"points": [1, "nan"]}], UNREADABLE),
        ([STROKE | {"points": [1, 10**400]}], UNREADABLE),
        ([STROKE | {"points": [1, 5000]}], UNREADABLE),
        ([STROKE | {"points": "12"}], "3, 1, 1 strokes"),
        ([STROKE | {"width": -3}], UNREADABLE),
        ([STROKE | {"width": 1e9}], UNREADABLE),
        ([STROKE | {"points": [1.0] * 60_000}] * 2, "ImageError: the drawing has more than 40,000 points"),
    ],
)
def test_message_is_a_drawing_or_an_error(strokes: object, answer: str) -> None:
    assert sent(strokes).text[0].value.startswith(answer)


def test_message_without_revision_is_an_error() -> None:
    assert sent([STROKE], revision=None).text[0].value.startswith(UNREADABLE)


numbers = st.floats(-50, 450)
drawings = st.lists(
    st.builds(Stroke, points=st.lists(st.tuples(numbers, numbers), min_size=1).map(tuple), width=st.floats(4, 40)),
    max_size=4,
)


@settings(deadline=None, derandomize=True, max_examples=20)
@given(drawings)
def test_strokes_survive_the_message(drawing: list[Stroke]) -> None:
    assert sent([to_pen(stroke) for stroke in drawing]).session_state["strokes"] == tuple(drawing)


@pytest.mark.parametrize("width", [4, 14, 27, 40])
def test_lines_have_the_width_of_the_pen(width: float) -> None:
    column = 255.0 - rasterize([Stroke(((50, 200), (150, 200), (350, 200)), width)])[:, 200]
    rows = np.arange(SIDE) + 0.5
    assert column.sum() / 255 == pytest.approx(width, abs=1.2)
    assert (column * rows).sum() / column.sum() == pytest.approx(200, abs=0.3)


def test_a_single_point_is_a_dot() -> None:
    ink = 255.0 - rasterize([Stroke(((200, 100),), 14)])
    rows, columns = np.nonzero(ink > 127)
    assert (rows.mean() + 0.5, columns.mean() + 0.5) == pytest.approx((100, 200), abs=0.5)
    assert ink.sum() / 255 == pytest.approx(np.pi * 7**2, rel=0.1)


def test_lines_are_smooth_curves() -> None:
    """The pen's places are control points: the line passes between the ends, and not through a sharp corner."""
    ink = rasterize([Stroke(((100, 300), (200, 100), (300, 300)), 4)])
    assert ink[102, 200] == 255
    assert ink[150, 200] < 128


def test_front_end_has_every_hook() -> None:
    """What `drawable_canvas.ts` uses of streamlit-drawable-canvas is all there, in one module."""
    used = (WEB / "drawable_canvas.ts").read_text(encoding="utf-8")
    settings = re.search(r"FIXED_SETTINGS = {(.*?)}", used, re.DOTALL)
    assert settings is not None
    names = re.findall(r"^  (\w+):", settings[1], re.MULTILINE)
    assert len(names) == 15
    (module,) = FRONT_END.glob("index-*.js")
    code = module.read_text(encoding="utf-8")
    for name in (*names, "strokeWidth", "initialDrawing"):
        assert re.search(rf"\.{name}\b", code), f"data.{name}"
    for text in (
        'querySelector(".canvas-root")',
        '"dc-container"',
        "upper-canvas",
        '"dc-toolbar"',
        '"Update the app with this drawing"',
        'setStateValue("drawing", {',
        "raw: ",
    ):
        assert text in code, text
    assert "as default" in code
