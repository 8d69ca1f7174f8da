"""The drawing canvas: the one place that knows streamlit-drawable-canvas and its insides."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import streamlit as st

from digit_detector.detect.images import read_image
from digit_detector.detect.render import to_png
from digit_detector.errors import ImageError

SIDE: Final = 400  # px of the drawing, whatever its size on the screen

_HERE: Final = Path(__file__).parent
_show_tools = st.components.v2.component(
    "digit_detector_canvas_tools",
    html="""
        <div role="group" aria-label="Drawing">
          <button type="button" id="undo">Undo</button>
          <button type="button" id="redo">Redo</button>
          <button type="button" id="clear">Clear</button>
        </div>
    """,
    css=(_HERE / "canvas_tools.css").read_text(encoding="utf-8"),
    js=(_HERE / "canvas_tools.js").read_text(encoding="utf-8"),
)


def show_canvas(key: str, paper: npt.NDArray[np.uint8], pen_width: int, on_change: Callable[[], None]) -> None:
    """Show the canvas, with its buttons below; the ink lies over `paper`, an RGB picture (SIDE, SIDE, 3).

    `on_change` runs before the page does, after each stroke, undo, redo and clear; `drawing(key)` then has the new ink.
    """
    from streamlit_drawable_canvas import st_canvas  # raises where Streamlit is not running

    st_canvas(
        key=key,
        width=SIDE,
        height=SIDE,
        stroke_width=pen_width,
        stroke_color="#000000",
        # Always a picture, and always of one size: so the ink alone is what comes back, and undo survives. As a data
        # URL, because pictures go through a cache that all visitors share without a lock.
        background_image="data:image/png;base64," + base64.b64encode(to_png(paper)).decode(),
        background_color="",
        return_image_data=True,
        on_change=on_change,
    )
    _show_tools(key=f"{key}_tools", data={"canvas": key})


def drawing(key: str) -> npt.NDArray[np.uint8] | None:
    """The ink on the canvas, RGBA (SIDE, SIDE, 4) on transparency; None where there is none.

    Raises ImageError where a visitor's browser sent something else than a picture.
    """
    url = st.session_state[key]["drawing"]["data"]
    if url is None:
        return None
    try:
        ink = read_image(base64.b64decode(url.partition(",")[2], validate=True))
    except (ValueError, AttributeError, TypeError) as error:
        raise ImageError("the browser sent no picture of the drawing: reload the page") from error
    if ink.ndim != 3 or ink.shape[2] != 4:
        raise ImageError("the browser sent a drawing without transparency: reload the page")
    return ink if ink[..., 3].any() else None
