"""Rule the paper: lines under the writing, squares, tables, boxes of forms, frames and edges of sheets.

Lines are fainter than the ink, or as dark where a visitor drew them. Some that lie flat are broken, as background
estimation leaves them. No upright line is as short as a digit, since a lone short line is a 1; only the teeth of a comb
`|_|_|_|` are, which stand in a row on a common line, and the remains of an edge, which stand one above the other.
"""

import itertools
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.random import Generator

from digit_detector.synth.perturbation import log_uniform
from digit_detector.synth.sampler import pick
from digit_detector.synth.scene import Line, Placed, extent_of

MAX_BOXES: Final = 10
"""Most boxes of a form."""

VISIBLE: Final = 236
"""Grey level below which a line is drawn."""

SHADES: Final = ((0, 1), (0, 110), (80, 200), (140, VISIBLE))
"""Ranges of grey levels of lines, each as frequent as the others."""


class Ruler:
    """Draw the lines of one sheet: of one width, shade and state."""

    def __init__(self, rng: Generator, height: float) -> None:
        """height: of the digits in pixels."""
        self._rng = rng
        self._height = height
        self.width = max(1.0, height * log_uniform(rng, 0.015, 0.12))
        self.shade = int(rng.integers(*pick(rng, SHADES)))
        self._broken = rng.random() < 0.3
        self._tilt = float(rng.normal(0, 0.006)) if rng.random() < 0.6 else 0.0

    def line(self, x0: float, y0: float, x1: float, y1: float) -> list[Line]:
        """Return a straight line between two points, in pieces if it lies flat and lines of this sheet are broken."""
        length = float(np.hypot(x1 - x0, y1 - y0))
        start, along = np.array([x0, y0]), np.array([x1 - x0, y1 - y0])
        across = np.array([y0 - y1, x1 - x0]) * self._tilt
        pieces = [(0.0, 1.0)]
        if self._broken and abs(x1 - x0) > abs(y1 - y0):
            pieces, at = [], 0.0
            while at < 1:
                drawn = self._rng.exponential(2.5 * self._height) / length
                pieces.append((at, min(1.0, at + drawn)))
                at += drawn + self._rng.exponential(0.6 * self._height) / length
        ends = ((start + at * (along + across), start + end * (along + across)) for at, end in pieces)
        return [Line(np.stack(pair).astype(np.float32), self.width, self.shade) for pair in ends]

    def remains(self, x0: float, y0: float, x1: float, y1: float) -> list[Line]:
        """Return what background estimation leaves of an edge or a fold: pieces of changing darkness on one line.

        If they reach less than twice as far as a digit, nothing remains, since they could be a 1.
        """
        start, along = np.array([x0, y0]), np.array([x1 - x0, y1 - y0])
        along = along + along[::-1] * (-self._tilt, self._tilt)
        length = float(np.hypot(*along))
        width = max(1.0, self._height * log_uniform(self._rng, 0.03, 0.3))
        lines, at, shade = [], 0.0, float(self._rng.uniform(0, 255))
        while at < 1:
            end = min(1.0, at + log_uniform(self._rng, 0.1, 3.0) * self._height / length)
            if shade < VISIBLE:
                pair = np.stack([start + at * along, start + end * along]).astype(np.float32)
                lines.append(Line(pair, width, max(0, int(shade))))
            at = end
            shade = float(np.clip(shade + self._rng.normal(0, 70), 0, 300))
        reach = float(np.hypot(*(lines[-1].points[1] - lines[0].points[0]))) if lines else 0.0
        return lines if reach > 2 * self._height else []

    def box(self, x0: float, y0: float, x1: float, y1: float) -> list[Line]:
        """Return the four sides of a box."""
        corners = ((x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0))
        return [line for start, end in itertools.pairwise(corners) for line in self.line(*start, *end)]

    def comb(self, xs: Sequence[float], foot: float) -> list[Line]:
        """Return a line with short teeth at these places, between which a form wants a sign each."""
        tooth = float(self._rng.uniform(0.25, 0.7)) * self._height
        feet = [foot + self._tilt * (x - xs[0]) for x in xs]
        teeth = [line for x, y in zip(xs, feet, strict=True) for line in self.line(x, y - tooth, x, y)]
        return teeth + self.line(xs[0], foot, xs[-1], foot)

    def grid(self, xs: Sequence[float], ys: Sequence[float]) -> list[Line]:
        """Return the lines of a table whose columns and rows are between these."""
        down = [line for x in xs for line in self.line(x, ys[0], x, ys[-1])]
        return down + [line for y in ys for line in self.line(xs[0], y, xs[-1], y)]


def paper(rng: Generator, width: int, height: int, objects: Sequence[Placed], digit: float) -> list[Line]:
    """Return the lines of a random kind of paper under these objects; `digit` is a digit's height in pixels."""
    ruler = Ruler(rng, digit)
    draw = rng.random()
    if draw < 0.28:
        return (_ruled if draw < 0.18 else _squared)(rng, ruler, width, height, digit)
    if draw < 0.36:
        return _frame(rng, ruler, objects, digit)
    if draw < 0.46 and len(objects) <= MAX_BOXES:
        return _boxes(rng, ruler, objects)
    if draw < 0.67:
        return _comb(rng, ruler, height, objects, digit)
    if draw < 0.75:
        return _underlines(rng, ruler, width, objects, digit)
    return _edge(rng, width, height, objects, digit)


def _ruled(rng: Generator, ruler: Ruler, width: int, height: int, digit: float) -> list[Line]:
    step = digit * rng.uniform(0.5, 2.2)
    lines = [line for y in np.arange(rng.uniform(0, step), height, step) for line in ruler.line(0, y, width, y)]
    if rng.random() < 0.3:
        x = float(rng.uniform(0.02, 0.3)) * width
        lines += ruler.line(x, 0, x, height)
    return lines


def _squared(rng: Generator, ruler: Ruler, width: int, height: int, digit: float) -> list[Line]:
    step = max(digit * rng.uniform(0.3, 1.6), 4 * ruler.width)
    across = np.arange(rng.uniform(0, step) - step, width + step, step)
    down = np.arange(rng.uniform(0, step) - step, height + step, step)
    return ruler.grid(across.tolist(), down.tolist())


def _frame(rng: Generator, ruler: Ruler, objects: Sequence[Placed], digit: float) -> list[Line]:
    """Frame everything, with a second line inside now and then."""
    if not objects:
        return []
    low, high = extent_of(objects)
    margin = rng.uniform(0.1, 0.9, 4) * digit
    lines = ruler.box(*(low - margin[:2]).tolist(), *(high + margin[2:]).tolist())
    if rng.random() < 0.3:
        lines += ruler.box(*(low - 1.2 * margin[:2]).tolist(), *(high + 1.2 * margin[2:]).tolist())
    return lines


def _boxes(rng: Generator, ruler: Ruler, objects: Sequence[Placed]) -> list[Line]:
    """Draw a box around each object, as forms have them."""
    margin = float(rng.uniform(0.05, 0.4))
    lines = []
    for placed in objects:
        low, high = placed.extent
        middle, half = (low + high) / 2, (high - low).max() * (0.5 + margin * rng.uniform(0.7, 1.3, 2))
        half = np.maximum(half, (high - low) / 2 + 2 * ruler.width)
        lines += ruler.box(*(middle - half).tolist(), *(middle + half).tolist())
    return lines


def _comb(rng: Generator, ruler: Ruler, height: int, objects: Sequence[Placed], digit: float) -> list[Line]:
    """Draw a comb with its teeth between the objects of a line, or an empty one where no object is."""
    extents = sorted((placed.extent for placed in objects), key=lambda extent: float(extent[0][0]))
    gaps = [(float(left[1][0]), float(right[0][0])) for left, right in itertools.pairwise(extents)]
    step = digit * float(rng.uniform(1.1, 1.6))
    bottom = max((float(high[1]) for _, high in extents), default=0.0)
    if extents and rng.random() < 0.8 and all(right - left > ruler.width for left, right in gaps):
        between = [(left + right) / 2 for left, right in gaps]
        margin = digit * float(rng.uniform(0.1, 0.4))
        xs = [float(extents[0][0][0]) - margin, *between, float(extents[-1][1][0]) + margin]
        return ruler.comb(xs, bottom + digit * float(rng.uniform(0.05, 0.3)))
    foot = bottom + digit * float(rng.uniform(0.9, 2.0))
    start = float(rng.uniform(-1, 2)) * step
    return ruler.comb((start + step * np.arange(rng.integers(3, 12))).tolist(), foot) if foot < height else []


def _underlines(rng: Generator, ruler: Ruler, width: int, objects: Sequence[Placed], digit: float) -> list[Line]:
    """Draw a line under the writing, as on envelopes and forms, which may go through its feet."""
    if not objects:
        return []
    low, high = extent_of(objects)
    y = float(np.median([placed.extent[1][1] for placed in objects])) + digit * rng.uniform(-0.1, 0.3)
    reach = rng.uniform(0.3, 3.0, 2) * digit
    return ruler.line(max(0.0, float(low[0] - reach[0])), y, min(float(width), float(high[0] + reach[1])), y)


def _edge(rng: Generator, width: int, height: int, objects: Sequence[Placed], digit: float) -> list[Line]:
    """Draw the edge of a sheet, the gutter of a book or the rule of a margin: a long line beside everything.

    Of many, only pieces remain.
    """
    remains = rng.random() < 0.6
    ruler = Ruler(rng, digit if remains else max(width, height) * float(rng.uniform(0.05, 0.5)))
    draw_line = ruler.remains if remains else ruler.line
    size = np.array([width, height])
    low, high = extent_of(objects) if objects else (size / 2, size / 2)
    axis, far = int(rng.random() < 0.35), rng.random() < 0.5
    room = size[axis] - float(high[axis]) if far else float(low[axis])
    distance = float(rng.uniform(0, 0.9)) * max(room, 1.0)
    place = float(size[axis]) - distance if far else distance
    end = place + float(rng.normal(0, 0.04) * size[1 - axis])  # sheets lie askew
    return draw_line(place, 0, end, height) if axis == 0 else draw_line(0, place, width, end)
