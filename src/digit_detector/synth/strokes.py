"""One typed drawing: what every source gives and every scene is made of."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digit_detector.classes import CLASSES

Points = NDArray[np.float32]
"""(n, 2) x and y, y pointing down."""

SIMPLIFY: Final = 0.004
"""Detail below this share of the drawing's size is dropped: a tenth of a pixel of the network's input."""

COARSE: Final = 90
"""Drawings of fewer sampling steps than this across show their steps as a staircase."""


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """Ink of one object, scaled so that its longer side is 1 and its bounding box is centred on (0, 0)."""

    points: Points
    """(n, 2) the points of all strokes, one stroke after the other."""
    ends: tuple[int, ...]
    """Where each stroke ends in `points`; the last is n."""
    label: str
    """One of the classes."""
    name: str
    """What the source calls it: a letter, a symbol, a doodle's word, or the digit again."""
    writer: str
    source: str
    key: str
    """Names the drawing among all sources: the source's own id of it, or its row there."""
    filled: bool = False
    """The strokes are closed outlines of the ink, filled by the even-odd rule (ink that was a raster)."""

    @property
    def strokes(self) -> list[Points]:
        """The strokes, each (n, 2)."""
        return np.split(self.points, self.ends[:-1])

    @classmethod
    def of(
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
        """A drawing from strokes in any unit, smoothed where the pen's sampling shows, and without needless points.

        Raises ValueError when there is no ink, a coordinate is not finite, or the label is no class.
        """
        if label not in CLASSES:
            raise ValueError(f"{label!r} is no class")
        strokes = [np.asarray(stroke, np.float32).reshape(-1, 2) for stroke in strokes if len(stroke)]
        if not strokes:
            raise ValueError("a drawing needs at least one point of ink")
        everything = np.concatenate(strokes)
        if not np.isfinite(everything).all():
            raise ValueError("every coordinate must be a finite number")
        low, high = everything.min(0), everything.max(0)
        extent = float((high - low).max())
        if not filled and 0 < extent < COARSE:
            strokes = [_smoothed(stroke) for stroke in strokes]
        scale = 1 / extent if extent > 0 else 1.0
        centre = (low + high) / 2
        kept = [_simplified((stroke - centre) * np.float32(scale), closed=filled) for stroke in strokes]
        ends = tuple(int(end) for end in np.cumsum([len(stroke) for stroke in kept]))
        return cls(np.concatenate(kept), ends, label, name, writer, source, key, filled)


def _smoothed(stroke: Points) -> Points:
    """Two rounds of (1, 2, 1) / 4 that leave the stroke's ends in place."""
    for _ in range(2):
        if len(stroke) < 4:
            return stroke
        inner = (stroke[:-2] + 2 * stroke[1:-1] + stroke[2:]) / 4
        stroke = np.concatenate((stroke[:1], inner, stroke[-1:]))
    return stroke


def _simplified(stroke: Points, *, closed: bool) -> Points:
    if len(stroke) < 3:
        return stroke
    return cv2.approxPolyDP(stroke[:, None], SIMPLIFY, closed)[:, 0].astype(np.float32)
