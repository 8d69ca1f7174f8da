"""The pen's way on the canvas: from what the browser sends, and back to what it can go on from."""

import itertools
import math
from collections.abc import Iterable
from typing import Any, Final

from digit_detector.drawing import Stroke
from digit_detector.errors import ImageError

MAX_POINTS: Final = 40_000
"""Of a whole drawing; a pen that never leaves the canvas needs ten minutes for as many."""


def read_strokes(raw: object) -> tuple[Stroke, ...]:
    """The strokes in a canvas's objects, `{"objects": [{"type": "Path", "path": [["M", x, y], …]}, …]}`.

    The pen draws quadratic curves, whose control points are where it was; so the points of a stroke are these.

    Raises ImageError where this is not what the canvas sends.
    """
    try:
        strokes = tuple(_stroke(each) for each in raw["objects"])  # type: ignore[index]
    except (TypeError, KeyError, ValueError, IndexError, OverflowError) as error:
        raise ImageError(f"the browser sent strokes that cannot be read ({error!r}): reload the page") from error
    if sum(len(stroke.points) for stroke in strokes) > MAX_POINTS:
        raise ImageError(f"the drawing has more than {MAX_POINTS:,} points: clear it and draw again")
    return strokes


def to_drawing(strokes: Iterable[Stroke]) -> dict[str, Any]:
    """Objects from which the canvas draws the strokes again, as its own pen did."""
    return {"objects": [_object(stroke) for stroke in strokes]}


def to_json(strokes: Iterable[Stroke]) -> list[dict[str, Any]]:
    """A list of `{"points": [[x, y], …], "width", "colour"}`, in pixels of the drawing."""
    return [{"points": stroke.points, "width": stroke.width, "colour": stroke.colour} for stroke in strokes]


def _stroke(facts: dict[str, Any]) -> Stroke:
    path = facts["path"]
    curves = [(float(x), float(y)) for command, x, y, *_ in path if command == "Q"]
    end = (float(path[-1][-2]), float(path[-1][-1]))
    if not all(math.isfinite(value) for point in (*curves, end) for value in point):
        raise ValueError("a point that is not finite")
    return Stroke((*curves, end), float(facts["strokeWidth"]))


def _object(stroke: Stroke) -> dict[str, Any]:
    points = stroke.points
    path: list[list[object]] = [["M", *points[0]]]
    for (x, y), (next_x, next_y) in itertools.pairwise(points):
        path.append(["Q", x, y, (x + next_x) / 2, (y + next_y) / 2])
    path.append(["L", *points[-1]])
    return {
        "type": "Path",
        "path": path,
        "fill": None,
        "stroke": stroke.colour,
        "strokeWidth": stroke.width,
        "strokeLineCap": "round",
        "strokeLineJoin": "round",
        "strokeMiterLimit": 10,
    }
