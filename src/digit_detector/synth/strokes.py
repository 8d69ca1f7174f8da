"""Define the sketch: the strokes of one object, which sources produce and scenes consist of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digit_detector.classes import CLASSES

Points = NDArray[np.float32]
"""(n, 2) x and y, y pointing down."""

SIMPLIFY: Final = 0.004
"""Tolerance of the simplification relative to the sketch's size: a tenth of a pixel of the network's input."""

COARSE: Final = 90
"""Strokes recorded on fewer units than this across look like a staircase, and are smoothed."""


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """Hold strokes in one array."""

    points: Points
    """(n, 2) points of all strokes, concatenated."""
    ends: tuple[int, ...]
    """Index in `points` at which each stroke ends; the last is n."""

    @property
    def strokes(self) -> list[Points]:
        """Return the strokes, each (n, 2)."""
        return np.split(self.points, self.ends[:-1])


def join(strokes: Sequence[Points]) -> tuple[Points, tuple[int, ...]]:
    """Return the points and ends of strokes, as Ink holds them."""
    return np.concatenate(strokes), tuple(np.cumsum([len(stroke) for stroke in strokes]).tolist())


@dataclass(frozen=True, slots=True, eq=False)
class Sketch(Ink):
    """Hold the ink of one object, its longer side scaled to 1 and its bounding box centred on (0, 0)."""

    label: str
    """One of the classes."""
    name: str
    """The source's own label: a letter, a symbol, a doodle's word, or the digit."""
    writer: str
    source: str
    key: str
    """Unique among all sources: the source's ID of the drawing, or its row number."""
    filled: bool = False
    """Whether the strokes are closed outlines of a raster's ink, filled by the even-odd rule."""

    @classmethod
    def from_strokes(
        cls,
        strokes: list[Points],
        *,
        label: str,
        name: str,
        writer: str,
        source: str,
        key: str,
        filled: bool = False,
    ) -> "Sketch":
        """Build a sketch from strokes in any unit: scale, centre, smooth coarse sampling, drop redundant points.

        Raises ValueError if there is no ink, a coordinate is not finite, or the label is not a class.
        """
        if label not in CLASSES:
            raise ValueError(f"{label!r} is not a class")
        strokes = [np.asarray(stroke, np.float32).reshape(-1, 2) for stroke in strokes if len(stroke)]
        if not strokes:
            raise ValueError("a sketch needs at least one point of ink")
        points = np.concatenate(strokes)
        if not np.isfinite(points).all():
            raise ValueError("every coordinate must be a finite number")
        low, high = points.min(0), points.max(0)
        extent = float((high - low).max())
        if not filled and 0 < extent < COARSE:
            strokes = [smooth(stroke) for stroke in strokes]
        scale = 1 / extent if extent > 0 else 1.0
        centre = (low + high) / 2
        simplified = [simplify((stroke - centre) * np.float32(scale), closed=filled) for stroke in strokes]
        return cls(*join(simplified), label, name, writer, source, key, filled)


def smooth(stroke: Points, rounds: int = 2) -> Points:
    """Apply rounds of (1, 2, 1) / 4, with the ends of the stroke fixed."""
    for _ in range(rounds if len(stroke) >= 4 else 0):
        inner = (stroke[:-2] + 2 * stroke[1:-1] + stroke[2:]) / 4
        stroke = np.concatenate((stroke[:1], inner, stroke[-1:]))
    return stroke


def simplify(stroke: Points, *, closed: bool) -> Points:
    """Drop the points (n, 2) that lie within SIMPLIFY of the line between the others."""
    if len(stroke) < 3:
        return stroke
    return cv2.approxPolyDP(stroke[:, None], SIMPLIFY, closed)[:, 0].astype(np.float32)
