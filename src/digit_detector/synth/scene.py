"""Generate scenes: what a visitor's canvas may hold, as a function of (seed, index)."""

from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digit_detector.classes import CENSORED, CLASSES, DIGITS, OTHER
from digit_detector.errors import DataError
from digit_detector.synth import handwriting
from digit_detector.synth.handwriting import log_uniform, random_pen
from digit_detector.synth.sampler import ClassSampler, cumulative_fractions
from digit_detector.synth.strokes import Points, Sketch

SIDE: Final = 400
"""Longer side of most canvases, in pixels."""

MIN_DIGIT_SIZE: Final = 0.055
"""Of the smallest digit relative to the canvas's longer side: eleven pixels of the network's input."""

MIN_DOODLE_SIZE: Final = 0.17


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Hold the ink of one object in its place on a canvas."""

    points: Points
    """(n, 2) in pixels of the canvas."""
    ends: tuple[int, ...]
    """Index in `points` at which each stroke ends."""
    pen: float
    """Width of the round pen in pixels."""
    label: int
    """Class index."""
    filled: bool = False

    @property
    def extent(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the top left and the bottom right corner of the ink, each (2,), the pen's width included."""
        half = np.float32(self.pen / 2)
        return self.points.min(0) - half, self.points.max(0) + half

    def moved(self, offset: NDArray[np.float32]) -> "Placed":
        """Return the same ink, displaced by `offset` (2,)."""
        return replace(self, points=self.points + offset)


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Hold a canvas with its objects, and with specks: ink that is not an object."""

    width: int
    height: int
    objects: tuple[Placed, ...]
    specks: tuple[Placed, ...] = ()


@dataclass(frozen=True)
class SceneMix:
    """Set the relative weights of the kinds of scenes, and the fractions of the classes in them."""

    single: float = 0.27
    free: float = 0.40
    rows: float = 0.30
    blank: float = 0.03
    digits: float = 0.44
    """Fraction of digits in single and mixed scenes; the rest is split between `other` and `censored`."""
    censored: float = 0.3
    """Fraction of rude doodles in that rest."""


class SceneGenerator:
    """Generate scenes from sketches; the same (seed, index) gives the same scene."""

    def __init__(
        self, sketches: Sequence[Sketch], mix: SceneMix | None = None, hard: Container[str] = frozenset()
    ) -> None:
        """Take the sketches, and the keys of hard examples, which are sampled more often.

        Raises DataError if a class has no sketches.
        """
        self.mix = mix or SceneMix()
        by_class: dict[str, dict[str, list[Sketch]]] = defaultdict(lambda: defaultdict(list))
        for sketch in sketches:
            by_class[sketch.label][sketch.source].append(sketch)
        missing = [name for name in CLASSES if name not in by_class]
        if missing:
            raise DataError(f"no drawings of {', '.join(missing)}: add a source that has them")
        self._samplers = {label: ClassSampler(sources, hard) for label, sources in by_class.items()}
        self._letters = [
            sketch
            for sketch in sketches
            if sketch.label == CLASSES[OTHER] and sketch.source not in handwriting.DOODLE_SOURCES
        ]
        self._kinds = cumulative_fractions([self.mix.single, self.mix.free, self.mix.rows, self.mix.blank])

    def scene(self, seed: int, index: int) -> Scene:
        """Return the scene of this seed and index."""
        rng = np.random.default_rng((seed, index))
        width, height = _canvas_size(rng)
        kind = int(np.searchsorted(self._kinds, rng.random()))
        make = (self._single, self._free, self._rows, self._blank)[kind]
        objects = make(rng, width, height)
        specks: tuple[Placed, ...] = ()
        if kind == 3 or rng.random() < 0.04:
            specks = tuple(_specks(rng, width, height, objects))
        return Scene(width, height, tuple(objects), specks)

    def sample(self, rng: Generator, label: int) -> Sketch:
        """Return a random sketch of a class."""
        return self._samplers[CLASSES[label]].sample(rng)

    def _label(self, rng: Generator, digits: float) -> int:
        if rng.random() < digits:
            return int(rng.integers(len(DIGITS)))
        return CENSORED if rng.random() < self.mix.censored else OTHER

    @staticmethod
    def place_single(rng: Generator, width: int, height: int, sketch: Sketch) -> list[Placed]:
        """Place a perturbed sketch as the only object of a canvas, at a random size."""
        side, longer = min(width, height), max(width, height)
        if rng.random() < 0.65:
            size = side * rng.uniform(0.4, 0.97)
        else:
            size = log_uniform(rng, _min_size(CLASSES.index(sketch.label)) * longer, 0.5 * side)
        placed = place_perturbed(rng, sketch, size, random_pen(rng, side), longer)
        return _scatter(rng, width, height, [placed])

    def _single(self, rng: Generator, width: int, height: int) -> list[Placed]:
        return self.place_single(rng, width, height, self.sample(rng, self._label(rng, self.mix.digits)))

    def _free(self, rng: Generator, width: int, height: int) -> list[Placed]:
        """Place two to eight objects anywhere."""
        side, longer = min(width, height), max(width, height)
        count = int(rng.integers(2, 9))
        largest = 0.95 / count**0.5 * side
        common_pen, share_pen = random_pen(rng, side), rng.random() < 0.8
        common_size = log_uniform(rng, 0.09 * longer, largest)
        similar_sizes = rng.random() < 0.5
        objects = []
        digits = float(rng.choice((1.0, self.mix.digits, 0.3)))
        for _ in range(count):
            label = self._label(rng, digits)
            smallest = _min_size(label) * longer
            size = common_size * rng.uniform(0.75, 1.3) if similar_sizes else log_uniform(rng, smallest, largest)
            pen = common_pen if share_pen else random_pen(rng, side)
            objects.append(place_perturbed(rng, self.sample(rng, label), max(size, smallest), pen, longer))
        return _scatter(rng, width, height, objects)

    def _rows(self, rng: Generator, width: int, height: int) -> list[Placed]:
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
                place_perturbed(
                    rng, self._sign(rng, digits), size * (1 + rng.normal(0, 0.08)), pen, longer, by_height=True
                )
                for _ in range(count)
            ]
            objects.extend(_write_line(rng, row, size, width, line_height, line))
        return objects

    def _sign(self, rng: Generator, digits: float) -> Sketch:
        """Return a sketch for a written line: a digit, or sometimes a letter, but no doodle."""
        if self._letters and rng.random() >= digits:
            return self._letters[int(rng.integers(len(self._letters)))]
        return self.sample(rng, int(rng.integers(len(DIGITS))))

    def _blank(self, rng: Generator, width: int, height: int) -> list[Placed]:
        return []


def place_perturbed(
    rng: Generator, sketch: Sketch, size: float, pen: float, longer: float, *, by_height: bool = False
) -> Placed:
    """Return a perturbed sketch of `size` pixels around (0, 0); for the arguments see `handwriting.write`."""
    points, ends, pen = handwriting.write(rng, sketch, size, pen, longer, by_height=by_height)
    return Placed(points, ends, pen, CLASSES.index(sketch.label), sketch.filled)


def _min_size(label: int) -> float:
    return MIN_DIGIT_SIZE if label < len(DIGITS) else MIN_DOODLE_SIZE


def _canvas_size(rng: Generator) -> tuple[int, int]:
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
    low = np.min([placed.extent[0] for placed in objects], axis=0)
    high = np.max([placed.extent[1] for placed in objects], axis=0)
    shrink = min(1.0, 0.97 * width / float(high[0] - low[0]), 0.97 * height / float(high[1] - low[1]))
    room = np.array([width, height]) - (high - low) * shrink
    corner = rng.random(2) * np.maximum(room, 0) + (0, line * height)
    return [
        replace(
            placed,
            points=((placed.points - low) * shrink + corner).astype(np.float32),
            pen=max(1.0, placed.pen * shrink),
        )
        for placed in objects
    ]


def _specks(rng: Generator, width: int, height: int, objects: Sequence[Placed]) -> list[Placed]:
    """Return up to five stray dots away from the objects."""
    specks = []
    pen = objects[0].pen if objects else random_pen(rng, min(width, height))
    for _ in range(int(rng.integers(0 if not objects else 1, 6))):
        centre = rng.random(2) * (width, height)
        reach = pen * rng.uniform(0, 0.4)
        points = (centre + rng.normal(0, 1, (2, 2)) * reach * 0.5).astype(np.float32)
        low, high = points.min(0) - pen, points.max(0) + pen
        extents = [placed.extent for placed in objects]
        if all((low > other[1]).any() or (high < other[0]).any() for other in extents):
            specks.append(Placed(points, (2,), pen, OTHER))
    return specks
