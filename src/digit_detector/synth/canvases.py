"""Draw what a visitor's canvas may hold: one object, several anywhere, or written lines."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digit_detector.classes import CENSORED, CLASSES, DIGITS, OTHER
from digit_detector.synth.perturbation import log_uniform, random_pen, write
from digit_detector.synth.sampler import SketchSampler
from digit_detector.synth.scene import MARK, SIDE, Placed, fit
from digit_detector.synth.strokes import Sketch

MIN_DIGIT_SIZE: Final = 0.055
"""Of the smallest digit relative to the canvas's longer side: eleven pixels of the network's input."""

MIN_DOODLE_SIZE: Final = 0.17


@dataclass(frozen=True)
class SceneMix:
    """Set the relative weights of the kinds of scenes, and the fractions of the classes on canvases."""

    single: float = 0.22
    free: float = 0.27
    rows: float = 0.08
    blank: float = 0.03
    numbers: float = 0.20
    windows: float = 0.20
    print: float = 0.10
    digits: float = 0.44
    """Fraction of digits in single and mixed scenes; the rest is split between `other` and `censored`."""
    censored: float = 0.3
    """Fraction of rude doodles in that rest."""

    def label(self, rng: Generator, digits: float | None = None) -> int:
        """Return a random class; `digits` replaces their fraction."""
        if rng.random() < (self.digits if digits is None else digits):
            return int(rng.integers(len(DIGITS)))
        return CENSORED if rng.random() < self.censored else OTHER


def place_single(rng: Generator, width: int, height: int, sketch: Sketch) -> list[Placed]:
    """Place a perturbed sketch as the only object of a canvas, at a random size."""
    side, longer = min(width, height), max(width, height)
    if rng.random() < 0.65:
        size = side * rng.uniform(0.4, 0.97)
    else:
        size = log_uniform(rng, _min_size(CLASSES.index(sketch.label)) * longer, 0.5 * side)
    placed = write(rng, sketch, size, random_pen(rng, side), longer)
    return _scatter(rng, width, height, [placed])


def free(rng: Generator, sampler: SketchSampler, mix: SceneMix, width: int, height: int) -> list[Placed]:
    """Place two to eight objects anywhere."""
    side, longer = min(width, height), max(width, height)
    count = int(rng.integers(2, 9))
    largest = 0.95 / count**0.5 * side
    common_pen, share_pen = random_pen(rng, side), rng.random() < 0.8
    common_size = log_uniform(rng, 0.09 * longer, largest)
    similar_sizes = rng.random() < 0.5
    objects = []
    digits = float(rng.choice((1.0, mix.digits, 0.3)))
    for _ in range(count):
        label = mix.label(rng, digits)
        smallest = _min_size(label) * longer
        size = common_size * rng.uniform(0.75, 1.3) if similar_sizes else log_uniform(rng, smallest, largest)
        pen = common_pen if share_pen else random_pen(rng, side)
        objects.append(write(rng, sampler.sample(rng, label), max(size, smallest), pen, longer))
    return _scatter(rng, width, height, objects)


def rows(rng: Generator, sampler: SketchSampler, width: int, height: int) -> list[Placed]:
    """Place one to three written lines, with gaps from wide to just touching."""
    lines = 1 if rng.random() < 0.75 else int(rng.integers(2, 4))
    side, longer = min(width, height), max(width, height)
    line_height = height / lines
    pen = random_pen(rng, side)
    digits = 1.0 if rng.random() < 0.8 else 0.75
    objects: list[Placed] = []
    for line in range(lines):
        longest = 8 if lines == 1 else 5
        count = int(rng.integers(2, longest + 1)) if rng.random() < 0.9 else int(rng.integers(8, 13))
        count = min(count, int(12 * width / longer))
        size = min(line_height * 0.85, log_uniform(rng, 0.07 * longer, 0.6 * side))
        row = [
            write(rng, _sign(rng, sampler, digits), size * (1 + rng.normal(0, 0.08)), pen, longer, by_height=True)
            for _ in range(count)
        ]
        objects.extend(_write_line(rng, row, size, width, line_height, line))
    return objects


def _sign(rng: Generator, sampler: SketchSampler, digits: float) -> Sketch:
    """Return a sketch for a written line: a digit, or sometimes a letter, but no doodle."""
    if rng.random() >= digits and (letter := sampler.letter(rng)):
        return letter
    return sampler.sample(rng, int(rng.integers(len(DIGITS))))


def _min_size(label: int) -> float:
    return MIN_DIGIT_SIZE if label < len(DIGITS) else MIN_DOODLE_SIZE


def canvas_size(rng: Generator) -> tuple[int, int]:
    """Return a width and height in pixels: mostly the page's canvas, a phone's, and other shapes."""
    draw = rng.random()
    if draw < 0.6:
        return SIDE, SIDE
    if draw < 0.75:
        return 320, 320
    if draw < 0.87:
        side = int(rng.integers(192, 640))
        return side, side
    width, height = (int(side) for side in rng.integers(200, 620, 2))
    return width, height


def _scatter(rng: Generator, width: int, height: int, objects: list[Placed]) -> list[Placed]:
    """Move objects to random places where their boxes hardly overlap; omit those for which there is no room."""
    boxes = np.zeros((0, 4), np.float32)
    result: list[Placed] = []
    canvas = np.array([width, height], np.float32)
    for placed in sorted(objects, key=lambda placed: -float(np.ptp(placed.points, axis=0).max())):
        fitted = _fit(placed, canvas)
        low, high = fitted.extent
        room = np.maximum(canvas - (high - low), 0)
        slack = np.float32(rng.uniform(-0.04, 0.06) * (high - low).min())
        for _ in range(12):
            corner = (rng.random(2) * room).astype(np.float32)
            box = np.concatenate((corner, corner + high - low))
            apart = (boxes[:, :2] - slack >= box[2:]) | (boxes[:, 2:] + slack <= box[:2])
            if apart.any(axis=1).all():
                boxes = np.concatenate((boxes, box[None]))
                result.append(fitted.moved(corner - low))
                break
    return result


def _fit(placed: Placed, canvas: NDArray[np.float32]) -> Placed:
    """Shrink the ink if it is larger than the canvas (2,)."""
    low, high = placed.extent
    scale = float(np.min(canvas / (high - low)))
    return placed if scale >= 1 else replace(placed, points=placed.points * np.float32(0.98 * scale))


def _write_line(rng: Generator, row: list[Placed], size: float, width: int, height: float, line: int) -> list[Placed]:
    """Place a row along an uneven, slightly sloping baseline; shrink it to fit `width` x `height` pixels."""
    gap = float(rng.choice((rng.uniform(-0.08, 0.06), rng.uniform(0.05, 0.3), rng.uniform(0.3, 0.9)))) * size
    objects: list[Placed] = []
    x = 0.0
    slope = rng.normal(0, 0.05)
    for placed in row:
        low, high = placed.extent
        wave = rng.normal(0, 0.06) * size
        offset = np.array([x - low[0], slope * x + wave - (low[1] + high[1]) / 2], np.float32)
        objects.append(placed.moved(offset))
        x += float(high[0] - low[0]) + gap + max(0.0, rng.normal(0, 0.05) * size)
    return fit(rng, objects, width, height, line * height)[0]


def specks(rng: Generator, width: int, height: int, objects: Sequence[Placed]) -> list[Placed]:
    """Return up to five stray dots away from the objects."""
    dots = []
    pen = objects[0].pen if objects else random_pen(rng, min(width, height))
    for _ in range(int(rng.integers(0 if not objects else 1, 6))):
        centre = rng.random(2) * (width, height)
        reach = pen * rng.uniform(0, 0.4)
        points = (centre + rng.normal(0, 1, (2, 2)) * reach * 0.5).astype(np.float32)
        low, high = points.min(0) - pen, points.max(0) + pen
        extents = [placed.extent for placed in objects]
        if all((low > other[1]).any() or (high < other[0]).any() for other in extents):
            dots.append(Placed(points, (2,), pen, MARK))
    return dots
