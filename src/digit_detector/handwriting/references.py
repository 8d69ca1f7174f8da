"""Find the references, which a hand is learnt from, among the strokes of a drawing."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from digit_detector.classes import DIGITS
from digit_detector.handwriting.glyphs import Glyph, to_glyph

MIN_SCORE: Final = 0.9
"""Score below which a detected digit is no reference; a label that a person confirmed is sure."""


class Reference(NamedTuple):
    """A digit that a person drew.

    Attributes:
        digit: 0 to 9.
        glyph: (129,), its ink.
        size: longer side of the ink in the drawing's unit, which a pen's width compares with.
    """

    digit: int
    glyph: Glyph
    size: float


def make_reference(label: str, strokes: Sequence[ArrayLike]) -> Reference | None:
    """Return the reference of a digit's strokes, each (n, 2); None for other labels, no ink, or only a dot."""
    glyph = to_glyph(strokes) if label in DIGITS else None
    if glyph is None:
        return None
    points = np.concatenate([np.asarray(stroke, np.float64).reshape(-1, 2) for stroke in strokes])
    return Reference(int(label), glyph, float(np.ptp(points, axis=0).max()))


def find_references(strokes: Sequence[ArrayLike], labels: Sequence[str], boxes: ArrayLike) -> list[Reference]:
    """Assign strokes to labelled boxes, and return the references among them.

    A stroke belongs to the box with the largest fraction of its points, if that is at least a half. Of equal boxes the
    last one counts, so an object that was corrected twice has the last label.

    Args:
        strokes: each (n, 2), in the order of drawing.
        labels: the name of each box's class.
        boxes: (N, 4) xyxy in the strokes' unit.
    """
    rectangles = np.asarray(boxes, np.float64).reshape(-1, 4)
    parts: list[list[NDArray[np.float64]]] = [[] for _ in labels]
    for stroke in strokes:
        points = np.asarray(stroke, np.float64).reshape(-1, 1, 2)
        inside = ((points >= rectangles[:, :2]) & (points <= rectangles[:, 2:])).all(-1)
        fractions = inside.mean(0) if inside.size else np.zeros(len(labels))
        if fractions.max(initial=0.0) >= 0.5:
            parts[len(labels) - 1 - int(fractions[::-1].argmax())].append(points[:, 0])
    found = [make_reference(label, part) for label, part in zip(labels, parts, strict=True)]
    return [reference for reference in found if reference is not None]
