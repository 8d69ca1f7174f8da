"""The drawing canvas: what the browser sends becomes strokes and a picture.

Its pen is the front end of streamlit-drawable-canvas, which `web/src/streamlit/drawable_canvas.ts` renders: that file
says why Python does not call `st_canvas()`.
"""

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, NamedTuple

import cv2
import numpy as np
import streamlit as st

from digit_detector.detect.images import Pixels
from digit_detector.drawing import Stroke
from digit_detector.errors import ImageError
from digit_detector.page.components import Opened, load_component
from digit_detector.page.components.answer import Answer, left_out_views, object_views
from digit_detector.show.texts import Texts

SIDE: Final = 400  # px of the drawing, whatever its size on the screen
MAX_PEN_WIDTH: Final = 40
MAX_POINTS: Final = 40_000
"""Of a whole drawing; a pen that never leaves the canvas needs ten minutes for as many."""

_KEY: Final = "canvas"
# Coordinates in OpenCV's fixed point.
_SHIFT: Final = 4
_CURVE_PARTS: Final = 4
"""Straight lines by which a curve between two places of the pen is drawn; these are a few px apart."""


_SPEC: Final = find_spec("streamlit_drawable_canvas")
assert _SPEC is not None  # a dependency; to import it would register it as a component
assert _SPEC.origin is not None
FRONT_END: Final = Path(_SPEC.origin).parent / "frontend/build"
_MODULE: Final = next(FRONT_END.glob("index-*.js")).name
_show = load_component(_KEY, css=(FRONT_END / "index-style.css").read_text(encoding="utf-8"))


class CanvasState(NamedTuple):
    """What the browser sent."""

    revision: int
    """Counts the changes of the drawing since the canvas appeared."""
    sheet: int
    """Another number after each Clear and after each drawing that was opened."""
    strokes: tuple[Stroke, ...]


def show_canvas(
    texts: Texts,
    opened: Opened,
    answer: Answer,
    revision: int,
    session: str,
    on_draw: Callable[[], None],
    on_uncover: Callable[[], None],
) -> None:
    """Show the canvas with boxes over the ink, and its buttons below.

    Args:
        texts: of the visitor's language.
        opened: a drawing that the canvas puts on a new sheet, once for each ID.
        answer: what was found, for boxes and covers.
        revision: of the drawing that the answer is about.
        session: ID of the visitor's session: the canvas sends its drawing to one that is new.
        on_draw: runs before the page does, after each change of the drawing; `read_canvas()` then returns it.
        on_uncover: runs before the page does when the visitor wants to see what is covered.
    """
    base = st.get_option("server.baseUrlPath").strip("/")
    component = "streamlit-drawable-canvas.streamlit_drawable_canvas"
    data = {
        "module": f"{'/' if base else ''}{base}/_stcore/bidi-components/{component}/{_MODULE}",
        "objects": object_views(texts, answer),
        "leftOut": left_out_views(texts, answer),
        "revision": revision,
        "session": session,
        "open": {"id": opened.id, "strokes": [to_pen(stroke) for stroke in opened.strokes]},
    }
    _show(texts, data, key=_KEY, on_drawing_change=on_draw, on_uncover_change=on_uncover)


def read_canvas() -> CanvasState:
    """Return what is on the canvas.

    Raises ImageError if the browser sent anything else than a drawing.
    """
    sent = st.session_state[_KEY]["drawing"]
    try:
        strokes = tuple(_stroke(values) for values in sent["strokes"])
        revision, sheet = int(sent["revision"]), int(sent["sheet"])
    except (TypeError, KeyError, ValueError, IndexError, OverflowError) as error:
        raise ImageError(f"the browser sent strokes that cannot be read ({error!r}): reload the page") from error
    if sum(len(stroke.points) for stroke in strokes) > MAX_POINTS:
        raise ImageError(f"the drawing has more than {MAX_POINTS:,} points: clear it and draw again")
    return CanvasState(revision, sheet, strokes)


def _stroke(values: dict[str, Any]) -> Stroke:
    points = [float(value) for value in values["points"]]
    width = float(values["width"])
    if not 0 < width <= MAX_PEN_WIDTH:
        raise ValueError(f"a pen of {width} px")
    if not all(-SIDE <= value <= 2 * SIDE for value in points):  # also what is not finite
        raise ValueError("a point far outside the canvas")
    return Stroke(tuple(zip(points[::2], points[1::2], strict=True)), width)


def to_pen(stroke: Stroke) -> dict[str, Any]:
    """Return a stroke as the browser sends it: `{"width", "points": [x, y, x, y, …]}`, in px of the drawing."""
    return {"width": stroke.width, "points": [value for point in stroke.points for value in point]}


def rasterize(strokes: Sequence[Stroke], before: Pixels | None = None) -> Pixels:
    """Draw strokes as the browser does: black ink on white, uint8 (SIDE, SIDE), with round pens and smooth edges.

    `before` is the picture that they are added to, by default an empty one; it stays as it is.
    """
    image = np.full((SIDE, SIDE), 255, np.uint8) if before is None else before.copy()
    for stroke in strokes:
        line = np.rint((_curve(np.array(stroke.points)) - 0.5) * (1 << _SHIFT)).astype(np.int32)
        if (line == line[0]).all():  # polylines omits single points
            radius = round(max(stroke.width / 2 - 0.5, 0.5) * (1 << _SHIFT))
            cv2.circle(image, line[0].tolist(), radius, 0, cv2.FILLED, cv2.LINE_AA, _SHIFT)
        else:
            # OpenCV draws smooth lines of 2 * (thickness // 2) + 1.44 px.
            thickness = max(1, 2 * round((stroke.width - 1.44) / 2))
            cv2.polylines(image, [line], False, 0, thickness, cv2.LINE_AA, _SHIFT)
    return image


def _curve(points: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the pen's way through its places, (N, 2): quadratic curves between the middles, which they control."""
    if len(points) < 3:
        return points
    middles = (points[:-1] + points[1:]) / 2
    t = (np.arange(_CURVE_PARTS) / _CURVE_PARTS)[:, None]
    start, control, end = middles[:-1, None], points[1:-1, None], middles[1:, None]
    curves = (1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end
    return np.concatenate([points[:1], curves.reshape(-1, 2), middles[-1:], points[-1:]])
