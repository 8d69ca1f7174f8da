"""What the canvas sends becomes strokes and a picture, or an error."""

import re
from pathlib import Path

import numpy as np
import pytest
import streamlit
from hypothesis import given, settings
from hypothesis import strategies as st

from digit_detector.drawing import Stroke
from digit_detector.errors import ImageError
from digit_detector.page.components.canvas import FRONT_END, SIDE, CanvasState, rasterize, read_canvas, to_pen

WEB = Path(__file__).parents[2] / "web/src/streamlit"
STROKE = {"width": 14, "points": [10, 10, 20, 30]}
UNREADABLE = "the browser sent strokes that cannot be read"


def read(strokes: object, revision: object = 3) -> CanvasState:
    """Read what the browser has sent."""
    streamlit.session_state["canvas"] = {"drawing": {"revision": revision, "sheet": 1, "strokes": strokes}}
    return read_canvas()


@pytest.mark.parametrize(
    ("strokes", "count"), [([], 0), ({}, 0), ([STROKE, STROKE], 2), ([STROKE | {"points": "12"}], 1)]
)
def test_message_is_a_drawing(strokes: object, count: int) -> None:
    revision, sheet, read_strokes = read(strokes)
    assert (revision, sheet, len(read_strokes)) == (3, 1, count)


@pytest.mark.parametrize(
    ("strokes", "error"),
    [
        (None, UNREADABLE),
        ([7], UNREADABLE),
        ([{"width": 14}], UNREADABLE),
        ([STROKE | {"points": []}], UNREADABLE),
        ([STROKE | {"points": [1, 2, 3]}], UNREADABLE),
        ([STROKE | {"points": [1, "nan"]}], UNREADABLE),
        ([STROKE | {"points": [1, 10**400]}], UNREADABLE),
        ([STROKE | {"points": [1, 5000]}], UNREADABLE),
        ([STROKE | {"width": -3}], UNREADABLE),
        ([STROKE | {"width": 1e9}], UNREADABLE),
        ([STROKE | {"points": [1.0] * 60_000}] * 2, "the drawing has more than 40,000 points"),
    ],
)
def test_message_is_an_error(strokes: object, error: str) -> None:
    with pytest.raises(ImageError, match=f"^{error}"):
        read(strokes)


def test_message_without_revision_is_an_error() -> None:
    with pytest.raises(ImageError, match=f"^{UNREADABLE}"):
        read([STROKE], revision=None)


numbers = st.floats(-50, 450)
drawings = st.lists(
    st.builds(Stroke, points=st.lists(st.tuples(numbers, numbers), min_size=1).map(tuple), width=st.floats(4, 40)),
    max_size=4,
)


@settings(deadline=None, derandomize=True, max_examples=20)
@given(drawings)
def test_strokes_survive_the_message(drawing: list[Stroke]) -> None:
    assert read([to_pen(stroke) for stroke in drawing]).strokes == tuple(drawing)


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
