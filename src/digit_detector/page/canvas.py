"""The drawing canvas: the one place that knows streamlit-drawable-canvas and its insides."""

import base64
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import streamlit as st
from PIL import Image

from digit_detector.detect.images import Pixels
from digit_detector.drawing import Stroke
from digit_detector.errors import ImageError
from digit_detector.page.strokes import read_strokes, to_drawing

SIDE: Final = 400  # px of the drawing, whatever its size on the screen
PEN_WIDTHS: Final = (4, 40)

_MAX_BYTES: Final = 5 * SIDE * SIDE  # more than the pixels need without compression: a browser's file may hold anything

_KEY: Final = "canvas"
# Always a picture, and always the same: so the ink alone is what comes back, and undo survives.
_PAPER: Final = "data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs="

_HERE: Final = Path(__file__).parent
_show_tools = st.components.v2.component(
    "digit_detector_canvas_tools",
    html="""
        <div role="group" aria-label="Drawing">
          <button type="button" id="undo" aria-keyshortcuts="Control+Z" title="Undo (Ctrl+Z)">Undo</button>
          <button type="button" id="redo" aria-keyshortcuts="Control+Y" title="Redo (Ctrl+Y)">Redo</button>
          <button type="button" id="clear" aria-keyshortcuts="Delete" title="Clear (Delete)">Clear</button>
          <label title="Pen width"><svg viewBox="0 0 40 40" aria-hidden="true"><circle cx="20" cy="20"/></svg>
            <input type="range" id="pen" aria-label="Pen width"></label>
        </div>
    """,
    css=(_HERE / "canvas_tools.css").read_text(encoding="utf-8"),
    js=(_HERE / "canvas_tools.js").read_text(encoding="utf-8"),
)


class CanvasState(NamedTuple):
    """What the browser sent."""

    png: bytes
    """Black ink on transparency, SIDE x SIDE."""
    ink: Pixels
    """The same, uint8 (SIDE, SIDE, 4)."""
    strokes: tuple[Stroke, ...]


def show_canvas(
    base: Sequence[Stroke],
    load: int,
    pen_width: int,
    boxes: Sequence[dict[str, Any]],
    on_draw: Callable[[], None],
    on_command: Callable[[], None],
) -> None:
    """Show the canvas with boxes over the ink, and its buttons below.

    Args:
        base: what the canvas begins with; its own undo does not reach below it.
        load: another number makes the canvas start over.
        pen_width: px of the drawing.
        boxes: as `overlay.boxes` makes them.
        on_draw: runs before the page does, after each stroke, undo, redo and clear; `sent()` then has the drawing.
        on_command: runs before the page does when `command()` has something that the canvas cannot do by itself.
    """
    from streamlit_drawable_canvas import st_canvas  # raises where Streamlit is not running

    st_canvas(
        key=_KEY,
        width=SIDE,
        height=SIDE,
        stroke_width=pen_width,
        stroke_color="#000000",
        background_image=_PAPER,
        background_color="",
        initial_drawing={**to_drawing(base), "load": load},
        return_image_data=True,
        on_change=on_draw,
    )
    _show_tools(
        key=f"{_KEY}_tools",
        data={"canvas": _KEY, "boxes": boxes, "pen": pen_width, "pens": PEN_WIDTHS},
        on_command_change=on_command,
    )


def is_there() -> bool:
    """Whether the canvas was on the page in the run before this one."""
    return _KEY in st.session_state


def command() -> tuple[str, Any]:
    """What the buttons ask for: `undo`, `redo`, `clear`, `show`, or `pen` with its width; and a value."""
    asked = st.session_state[f"{_KEY}_tools"]["command"]
    return (str(asked.get("name")), asked.get("value")) if isinstance(asked, dict) else ("", None)


def sent() -> CanvasState | None:
    """The drawing on the canvas; None where it is empty.

    Raises ImageError where a visitor's browser sent something else than a drawing.
    """
    state = st.session_state[_KEY]["drawing"]
    try:
        if state["data"] is None:
            return None
        png = base64.b64decode(state["data"].partition(",")[2], validate=True)
        # The header is read before the pixels are: a small file may hold an enormous picture.
        with Image.open(io.BytesIO(png), formats=("PNG",)) as picture:
            if picture.mode != "RGBA" or picture.size != (SIDE, SIDE):
                raise ImageError(f"the browser sent a drawing of {picture.size}, {picture.mode}: reload the page")
            if len(png) > _MAX_BYTES or getattr(picture, "is_animated", False):
                raise ImageError("the browser sent more than a drawing: reload the page")
            ink = np.asarray(picture)
    except ImageError:
        raise
    except Exception as error:  # Pillow's decoders raise nearly anything on damaged data
        raise ImageError("the browser sent no picture of the drawing: reload the page") from error
    return CanvasState(png, ink, read_strokes(state["raw"])) if ink[..., 3].any() else None
