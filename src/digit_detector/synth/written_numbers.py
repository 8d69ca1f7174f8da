"""Write lines as one person does: digits of one writer, spaced from ink to ink, with signs and words between them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digit_detector.classes import CLASSES, DIGITS
from digit_detector.synth.perturbation import DIGIT_PEN, evenly, thickest_pen, write
from digit_detector.synth.sampler import SketchSampler, pick
from digit_detector.synth.scene import MARK, Placed
from digit_detector.synth.sources.curation import is_lookalike
from digit_detector.synth.strokes import Points, Sketch

MARKS: Final = frozenset(".,'`:;-_\"")
"""Dots and dashes: ink that is no object, also between digits. They cannot be told from slips of the pen."""

OPERATORS: Final = "+-*/=+-*=x:"
UNITS: Final = "aceekmmnruvwACEFKMNRVW"
"""Letters beside a number, as in "5 m", "A4" or "3n", which resemble no digit."""

BRACKETS: Final = (("(", ")"), ("(", ")"), ("[", "]"), ("{", "}"))
SIGNS: Final = "+-*/=(),.:;!?%&$#<>[]{}@^~\\"

_HEIGHTS: Final[dict[str, tuple[float, float, float]]] = {
    **dict.fromkeys("acemnorsuvwxz", (0.5, 0.75, 0.0)),
    **dict.fromkeys("gpqy", (0.75, 1.0, -0.35)),
    **dict.fromkeys("bdfhkltij", (0.9, 1.15, 0.0)),
    ".": (0.08, 0.14, 0.0),
    ":": (0.35, 0.5, 0.1),
    ";": (0.4, 0.6, -0.1),
    ",": (0.2, 0.35, -0.2),
    **dict.fromkeys("'`\"", (0.2, 0.35, 0.75)),
    "-": (0.08, 0.1, 0.45),
    "_": (0.08, 0.1, -0.1),
    "=": (0.22, 0.4, 0.35),
    "~": (0.15, 0.25, 0.4),
    "^": (0.25, 0.4, 0.6),
    "+": (0.45, 0.85, 0.15),
    "*": (0.35, 0.7, 0.3),
    **dict.fromkeys("<>", (0.45, 0.8, 0.15)),
    **dict.fromkeys("/\\()[]{}", (1.0, 1.4, -0.15)),
}
"""Smallest and largest height of a sign relative to the digits', and how far above the base line it stands."""


Glyph = Sketch | float
"""One sign of a line, or the width of a space relative to the digits' height."""


class Writer:
    """Write digits of one person, or of a person each where the sources name no writers; signs are of anybody."""

    def __init__(self, rng: Generator, sampler: SketchSampler) -> None:
        self._rng = rng
        self._sampler = sampler
        self._digits = sampler.writer(rng) if rng.random() < 0.75 else None
        self._repeated = int(rng.integers(len(DIGITS))) if rng.random() < 0.15 else None

    def number(self, count: int) -> list[Glyph]:
        """Return random digits of a number, some of which have more zeros and ones, or a repeated digit."""
        zeros = 0.3 if self._rng.random() < 0.3 else 0.0
        return [self._digit(zeros) for _ in range(count)]

    def _digit(self, zeros: float) -> Sketch:
        """Return a random digit; `zeros` is the probability of a further 0 or 1."""
        if self._repeated is not None and self._rng.random() < 0.4:
            label = self._repeated
        elif self._rng.random() < zeros:
            label = int(self._rng.random() < 0.3)
        else:
            label = int(self._rng.integers(len(DIGITS)))
        sketches = self._digits.get(CLASSES[label]) if self._digits else None
        return pick(self._rng, sketches) if sketches else self._sampler.sample(self._rng, label)

    def sign(self, names: Sequence[str]) -> list[Glyph]:
        """Return a letter or symbol of one of these names: none if the sources have none."""
        sketch = self._sampler.sign(self._rng, names)
        return [sketch] if sketch else []

    def word(self) -> list[Glyph]:
        """Return up to nine letters; at least half resemble no digit, so that they tell what the others are."""
        capitals = self._rng.random() < 0.3
        # Without I and l: a stroke alone is a 1 more often than a letter.
        letters = "ABCDEFGHJKLMNOPRSTUVWXYZEANRST" if capitals else "abcdefghijkmnopqrstuvwxyzeaoinrstu"
        count = int(self._rng.integers(3, 10))
        sketches = [sketch for _ in range(count) if (sketch := self._sampler.sign(self._rng, letters))]
        if not capitals and self._rng.random() < 0.2:
            initial = self._sampler.sign(self._rng, letters.upper())
            sketches[:1] = [initial] if initial else sketches[:1]
        clear = [sketch for sketch in sketches if not is_lookalike(sketch)]
        return [*(sketches if 2 * len(clear) >= len(sketches) else clear)]

    def sum(self) -> list[Glyph]:
        """Return numbers with operators, separators and brackets between them."""
        glyphs: list[Glyph] = []
        for index in range(int(self._rng.integers(2, 5))):
            if index:
                around = float(self._rng.uniform(0.0, 0.5))
                glyphs += [around, *self.sign(OPERATORS), around]
            number = self.number(int(self._rng.integers(1, 4)))
            draw = self._rng.random()
            if draw < 0.12 and len(number) > 1:
                number[1:1] = self.sign(",.")
            elif draw < 0.22:
                opening, closing = pick(self._rng, BRACKETS)
                number = [*self.sign(opening), *number, *self.sign(closing)]
            elif draw < 0.28:
                number += self.sign(SIGNS)
            elif draw < 0.4:
                beside = self.sign(UNITS)
                number = [*number, *beside] if draw < 0.36 else [*beside, *number]
            glyphs += number
        return glyphs


def write_line(rng: Generator, glyphs: Sequence[Glyph], height: float, pen: float, longer: float) -> list[Placed]:
    """Write glyphs from (0, 0) to the right, on a base line that wavers and may rise or fall.

    Args:
        rng: source of randomness.
        glyphs: of the line, in order.
        height: of a digit in pixels.
        pen: width in pixels, reduced if digits would become illegible.
        longer: the canvas's longer side in pixels.
    """
    pen = min(pen, thickest_pen(height, longer, DIGIT_PEN))
    gap = _gap(rng)
    slope, waver = rng.normal(0, 0.04), rng.uniform(0, 0.05)
    reach, phase = rng.uniform(0, 0.12), rng.uniform(0, 2 * np.pi)
    spread = rng.uniform(0.03, 0.12)
    shape = np.array([[np.exp(rng.normal(0, 0.12)), -rng.normal(0, 0.15)], [0, 1]], np.float32)
    edge = np.full(_BANDS, -np.inf)
    line: list[Placed] = []
    x = right = 0.0
    for glyph in glyphs:
        if not isinstance(glyph, Sketch):
            edge[:] = max(right, x) + glyph * height
            x = right = float(edge[0])
            continue
        placed = _glyph(rng, glyph, height * (1 + rng.normal(0, spread)), pen, longer)
        placed = replace(placed, points=placed.points @ shape.T)
        drift = height * (rng.normal(0, waver) + reach * np.sin(phase + x / (3 * height)))
        placed = placed.moved(np.array([0, drift], np.float32))
        low, high = placed.extent
        width = float(high[0] - low[0])
        left, right_side = _profiles(placed, height)
        if line:
            kerned = float(np.max(edge - left)) + (gap + rng.normal(0, 0.04)) * height
            # Boxes overlap at most by a third of the narrower one.
            last = line[-1].extent
            overlap = 0.34 * min(width, float(last[1][0] - last[0][0]))
            x = max(kerned, right - overlap - float(low[0]))
        else:
            x = -float(low[0])
        line.append(placed.moved(np.array([x, slope * x], np.float32)))
        edge = np.maximum(edge, right_side + x)
        right = max(right, float(high[0]) + x)
    return line


def _gap(rng: Generator) -> float:
    """Return the distance of neighbouring ink relative to the digits' height: touching, close, clear or wide."""
    draw = rng.random()
    if draw < 0.2:
        return float(rng.normal(-0.05, 0.05))
    if draw < 0.65:
        return float(rng.uniform(0.0, 0.2))
    return float(rng.uniform(0.2, 0.5)) if draw < 0.9 else float(rng.uniform(0.5, 1.3))


def _glyph(rng: Generator, sketch: Sketch, height: float, pen: float, longer: float) -> Placed:
    """Return a sign on the base line, centred on x = 0; dots and dashes become marks."""
    low, high, above = (1.0, 1.0, 0.0) if sketch.label in DIGITS else _HEIGHTS.get(sketch.name, (0.95, 1.1, 0.0))
    size = float(rng.uniform(low, high)) * height
    is_wide = sketch.name in "-_=.~"  # `size` is that of the longer side
    if is_wide:
        size = float(rng.uniform(0.3, 0.65)) * height if sketch.name != "." else max(size, pen)
    if sketch.name == "=":  # the bars of a smaller one would touch
        size = max(size, float(rng.uniform(5, 7)) * pen)
    placed = write(rng, sketch, size, pen, longer, by_height=not is_wide, reduce_pen=False, variation=0.4)
    bottom = placed.extent[1][1]
    lift = (above + rng.normal(0, 0.02)) * height
    label = MARK if sketch.label not in DIGITS and sketch.name in MARKS else placed.label
    return replace(placed.moved(np.array([0, -bottom - lift], np.float32)), label=label)


_BANDS: Final = 40
"""Bands of rows in which neighbours are kept apart, a tenth of the digits' height each, the base line in the middle."""


def _profiles(placed: Placed, height: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the leftmost and rightmost x of the ink in each band of rows: (_BANDS,) each, infinite without ink."""
    band = height / 10
    points: Points = np.concatenate([evenly(stroke, band) for stroke in placed.strokes])
    half = placed.pen / 2
    rows = np.clip(np.floor(points[:, 1] / band).astype(int) + _BANDS // 2, 1, _BANDS - 2)
    rows, x = np.concatenate((rows - 1, rows, rows + 1)), np.tile(points[:, 0], 3)
    left, right = np.full(_BANDS, np.inf), np.full(_BANDS, -np.inf)
    np.minimum.at(left, rows, x - half)
    np.maximum.at(right, rows, x + half)
    return left, right
