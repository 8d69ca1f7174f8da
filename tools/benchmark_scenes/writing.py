"""Writes as on paper: with a person's own spacing, signs and words between numbers, by a pen rather than a mouse."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from benchmark_scenes.canvases import Inked
from benchmark_scenes.layout import profile, sized, tall
from benchmark_scenes.pen import draw_ink
from digit_detector.classes import CLASSES, DIGITS, OTHER
from digit_detector.synth.scene import MARK, Placed
from digit_detector.synth.strokes import Sketch

MARKS: Final = ".,'`:;-_\""
"""Dots and dashes are no objects: nobody can tell them from slips of the pen."""

BAND_ROWS: Final = 400
"""Bands of rows of a line, enough for the highest signs."""


class Sign(NamedTuple):
    """A drawing on a line.

    Attributes:
        drawing: what is written.
        height: relative to a digit's.
        lift: height of its foot above the base line, relative to a digit's height.
        width: relative to a digit's height, where that and not the height is known, as of a minus.
        before: white space before it, relative to a digit's height, in addition to the line's own gap.
    """

    drawing: Sketch
    height: float = 1.0
    lift: float = 0.0
    width: float | None = None
    before: float = 0.0


SMALL_LETTERS: Final = dict.fromkeys("acemnorsuvwxz", (0.62, 0.0)) | dict.fromkeys("gpqyj", (0.9, -0.32))
PROPORTIONS: Final = SMALL_LETTERS | {
    "+": (0.6, 0.2),
    "*": (0.5, 0.3),
    "/": (1.2, -0.1),
    "(": (1.25, -0.15),
    ")": (1.25, -0.15),
    ",": (0.28, -0.18),
    "'": (0.28, 0.8),
    "%": (0.9, 0.0),
}
"""Height and lift of signs; others are as high as digits and stand on the base line."""

WIDE: Final = {"-": (0.45, 0.45), "=": (0.5, 0.35)}
"""Width and lift of signs that are wider than high."""


def as_sign(drawing: Sketch, before: float = 0.0) -> Sign:
    """Give a drawing its place on the line by its name."""
    if drawing.label in DIGITS:
        return Sign(drawing, before=before)
    if drawing.name in WIDE:
        width, lift = WIDE[drawing.name]
        return Sign(drawing, lift=lift, width=width, before=before)
    if drawing.name == ".":
        return Sign(drawing, width=0.06, before=before)
    height, lift = PROPORTIONS.get(drawing.name, (1.0, 0.0))
    return Sign(drawing, height, lift, before=before)


def label_of(sign: Sign) -> int:
    """Tell what a sign counts as: a class, or MARK for ink that is no object."""
    if sign.drawing.label in DIGITS:
        return CLASSES.index(sign.drawing.label)
    return MARK if sign.drawing.name in MARKS else OTHER


def line(rng: Generator, signs: Sequence[Sign], size: float, pen: float, gap: float) -> list[tuple[Placed, int]]:
    """Write signs from x = 0 on a base line near y = 0; return each with its label.

    Neighbours are `gap` times a digit's height from ink to ink, a little more or less; less than 0 lets them overlap.
    The base line drifts up or down, and heights vary as one person's do.
    """
    slope, bend = rng.normal(0, 0.025), rng.normal(0, 0.02)
    edge = np.full(BAND_ROWS, -np.inf)
    result: list[tuple[Placed, int]] = []
    advance = end = 0.0
    for index, sign in enumerate(signs):
        height = size * sign.height * float(np.exp(rng.normal(0, 0.06)))
        if sign.width is None:
            placed = tall(sign.drawing, height, min(pen, 0.3 * height))
        else:
            placed = sized(sign.drawing, size * sign.width, min(pen, size * sign.width))
        low, high = placed.extent
        foot = -size * (sign.lift + rng.normal(0, 0.03)) + size * (slope + bend * index / 4) * index
        placed = placed.moved(np.array([0, foot - high[1]], np.float32))
        if index:
            space = (gap + rng.normal(0, 0.05)) * size
            near = float(np.max(edge + profile(placed, BAND_ROWS, -1))) + space
            # However well two shapes interlock, the later one starts after the middle of the earlier one.
            advance = max(near, end - 0.3 * float(high[0] - low[0]) - float(low[0]))
            advance += sign.before * size
        placed = placed.moved(np.array([advance, 0], np.float32))
        result.append((placed, label_of(sign)))
        edge = np.maximum(edge, profile(placed, BAND_ROWS, 1))
        end = max(end, float(placed.extent[1][0]))
    return result


def extent(written: Sequence[tuple[Placed, int]]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the corners of everything written."""
    lows, highs = zip(*(placed.extent for placed, _ in written), strict=True)
    return np.min(lows, axis=0), np.max(highs, axis=0)


def moved(written: Sequence[tuple[Placed, int]], x: float, y: float) -> list[tuple[Placed, int]]:
    """Move everything so that its top left corner is at (x, y)."""
    low, _ = extent(written)
    offset = (np.array([x, y]) - low).astype(np.float32)
    return [(placed.moved(offset), label) for placed, label in written]


def penned(written: Sequence[tuple[Placed, int]], width: int, height: int) -> Inked:
    """Draw with a pen on paper, all in one layer; marks get no boxes."""
    ink = np.zeros((height, width), np.uint8)
    boxes, labels = [], []
    for placed, label in written:
        box = draw_ink(ink, placed)
        if label != MARK:
            boxes.append(box)
            labels.append(label)
    return Inked(ink[None], np.array(boxes, np.float32).reshape(-1, 4), np.array(labels, np.int64))
