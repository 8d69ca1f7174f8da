"""Scenes: what a visitor's canvas may hold, each a function of (seed, index)."""

from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digit_detector.classes import CENSORED, CLASSES, DIGITS, OTHER
from digit_detector.errors import DataError
from digit_detector.synth import handwriting as hand
from digit_detector.synth.sampler import ClassPool, cumulative_shares
from digit_detector.synth.strokes import Points, Sketch

SIDE: Final = 400
"""Longer side of most canvases, in pixels; sizes and pens below are given for this side."""


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Ink in its place on a canvas."""

    points: Points
    """(n, 2) pixels of the canvas."""
    ends: tuple[int, ...]
    pen: float
    """Width of the round pen in pixels."""
    label: int
    """Class index."""
    filled: bool = False

    @property
    def extent(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Low and high corner of the ink, the pen's width included."""
        half = np.float32(self.pen / 2)
        return self.points.min(0) - half, self.points.max(0) + half

    def moved(self, offset: NDArray[np.float32]) -> "Placed":
        """The same ink elsewhere."""
        return replace(self, points=self.points + offset)


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A canvas with its objects, and specks: ink that is no object."""

    width: int
    height: int
    objects: tuple[Placed, ...]
    specks: tuple[Placed, ...] = ()


@dataclass(frozen=True)
class SceneMix:
    """How often the kinds of scenes occur (relative weights), and of what they are made."""

    single: float = 0.27
    free: float = 0.40
    rows: float = 0.30
    blank: float = 0.03
    digits: float = 0.44
    """Share of digits among single objects and in a mixed scene; the rest is split between `other` and `censored`."""
    censored: float = 0.3
    """Share of rude doodles in that rest."""


READABLE: Final = 0.055
"""Smallest digit, as a share of the canvas's longer side: eleven pixels of the network's input."""

READABLE_DOODLE: Final = 0.17


class SceneGenerator:
    """Makes scenes of drawings; the same (seed, index) gives the same scene."""

    def __init__(
        self, drawings: Sequence[Sketch], mix: SceneMix | None = None, hard: Container[str] = frozenset()
    ) -> None:
        """hard: keys of drawings that are often misread, which a `ClassPool` picks more often.

        Raises DataError where a class has no drawing at all.
        """
        self.mix = mix or SceneMix()
        by_class: dict[str, dict[str, list[Sketch]]] = defaultdict(lambda: defaultdict(list))
        for drawing in drawings:
            by_class[drawing.label][drawing.source].append(drawing)
        missing = [name for name in CLASSES if name not in by_class]
        if missing:
            raise DataError(f"no drawings of {', '.join(missing)}: add a source that has them")
        self._pools = {label: ClassPool(sources, hard) for label, sources in by_class.items()}
        self._letters = [one for one in drawings if one.label == CLASSES[OTHER] and one.source not in hand.DOODLES]
        self._kinds = cumulative_shares([self.mix.single, self.mix.free, self.mix.rows, self.mix.blank])

    def scene(self, seed: int, index: int) -> Scene:
        """The scene of this seed and index."""
        rng = np.random.default_rng((seed, index))
        width, height = _canvas_size(rng)
        kind = int(np.searchsorted(self._kinds, rng.random()))
        make = (self._single, self._free, self._rows, self._blank)[kind]
        objects = make(rng, width, height)
        specks: tuple[Placed, ...] = ()
        if kind == 3 or rng.random() < 0.04:
            specks = tuple(_specks(rng, width, height, objects))
        return Scene(width, height, tuple(objects), specks)

    def _pick(self, rng: Generator, label: int) -> Sketch:
        return self._pools[CLASSES[label]].pick(rng)

    def _label(self, rng: Generator, digits: float) -> int:
        if rng.random() < digits:
            return int(rng.integers(len(DIGITS)))
        return CENSORED if rng.random() < self.mix.censored else OTHER

    @staticmethod
    def alone(rng: Generator, width: int, height: int, drawing: Sketch) -> list[Placed]:
        """A drawing as the only one on a canvas, in some size, by another hand."""
        side, longer = min(width, height), max(width, height)
        if rng.random() < 0.65:
            size = side * rng.uniform(0.4, 0.97)
        else:
            size = _log_uniform(rng, _readable(CLASSES.index(drawing.label)) * longer, 0.5 * side)
        placed = by_another_hand(rng, drawing, size, some_pen(rng, side), longer)
        return _scattered(rng, width, height, [placed])

    def _single(self, rng: Generator, width: int, height: int) -> list[Placed]:
        return self.alone(rng, width, height, self._pick(rng, self._label(rng, self.mix.digits)))

    def _free(self, rng: Generator, width: int, height: int) -> list[Placed]:
        side, longer = min(width, height), max(width, height)
        count = int(rng.integers(2, 9))
        largest = 0.95 / count**0.5 * side
        pen, one_pen = some_pen(rng, side), rng.random() < 0.8
        common = _log_uniform(rng, 0.09 * longer, largest)
        alike = rng.random() < 0.5
        objects = []
        digits = float(rng.choice((1.0, self.mix.digits, 0.3)))
        for _ in range(count):
            label = self._label(rng, digits)
            smallest = _readable(label) * longer
            size = common * rng.uniform(0.75, 1.3) if alike else _log_uniform(rng, smallest, largest)
            own_pen = pen if one_pen else some_pen(rng, side)
            objects.append(by_another_hand(rng, self._pick(rng, label), max(size, smallest), own_pen, longer))
        return _scattered(rng, width, height, objects)

    def _rows(self, rng: Generator, width: int, height: int) -> list[Placed]:
        """One to three written lines, with neighbours from well apart to just touching."""
        lines = 1 if rng.random() < 0.75 else int(rng.integers(2, 4))
        side, longer = min(width, height), max(width, height)
        tall = height / lines
        pen = some_pen(rng, side)
        digits = 1.0 if rng.random() < 0.8 else 0.75
        objects: list[Placed] = []
        for line in range(lines):
            longest = 8 if lines == 1 else 5
            count = int(rng.integers(2, longest + 1)) if rng.random() < 0.9 else int(rng.integers(8, 13))
            count = min(count, int(12 * width / longer))
            size = min(tall * 0.85, _log_uniform(rng, 0.07 * longer, 0.6 * side))
            row = [
                by_another_hand(
                    rng, self._sign(rng, digits), size * (1 + rng.normal(0, 0.08)), pen, longer, by_height=True
                )
                for _ in range(count)
            ]
            objects.extend(_written(rng, row, size, width, tall, line))
        return objects

    def _sign(self, rng: Generator, digits: float) -> Sketch:
        """What stands in a line: a digit or now and then a letter, but no doodle."""
        if self._letters and rng.random() >= digits:
            return self._letters[int(rng.integers(len(self._letters)))]
        return self._pick(rng, int(rng.integers(len(DIGITS))))

    def _blank(self, rng: Generator, width: int, height: int) -> list[Placed]:
        return []


def _log_uniform(rng: Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(max(high, low)))))


def _readable(label: int) -> float:
    return READABLE if label < len(DIGITS) else READABLE_DOODLE


def by_another_hand(
    rng: Generator, drawing: Sketch, size: float, pen: float, longer: float, *, by_height: bool = False
) -> Placed:
    """A drawing `size` pixels large (its longer side, or its height) around (0, 0), in another hand.

    longer: the canvas's longer side in pixels.
    """
    label = CLASSES.index(drawing.label)
    drawing = hand.marked(rng, drawing)
    points = hand.varied(rng, drawing, digit=label < len(DIGITS))
    low, high = points.min(0), points.max(0)
    extent = high - low
    reference = max(extent[1], extent[0] * 0.6) if by_height else extent.max()
    # The pen's width belongs to the object's size, but a brush must not swallow the shape, least a small one's.
    pen = min(pen, size * _thickest(rng, drawing) * min(1.0, 0.6 + 2.5 * size / longer))
    scale = max(size - pen, 0.5 * size) / max(reference, 1e-3)
    points = (points - (low + high) / 2) * np.float32(scale)
    ends = drawing.ends
    if not drawing.filled:
        points, ends = hand.broken(rng, points, ends, pen, size)
    return Placed(points.astype(np.float32), ends, pen, label, drawing.filled)


def _thickest(rng: Generator, drawing: Sketch) -> float:
    """The widest pen that leaves this drawing readable, as a share of its size."""
    if drawing.filled:
        return 0.03
    if drawing.source in hand.DOODLES:
        return 0.07
    if drawing.label not in DIGITS:
        return 0.13
    return 0.22 if rng.random() < 0.2 else 0.17


def _canvas_size(rng: Generator) -> tuple[int, int]:
    """Mostly the page's square canvas; a phone's, and pictures of other sizes and shapes."""
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


def some_pen(rng: Generator, side: float) -> float:
    """Pen width in pixels: mostly what sliders offer, now and then a hair or a tenth of the canvas."""
    draw = rng.random()
    share = (
        _log_uniform(rng, 0.01, 0.05) if draw < 0.7 else _log_uniform(rng, 0.0025, 0.01) if draw < 0.85
        else rng.uniform(0.05, 0.11)
    )  # fmt: skip
    return max(1.0, share * side)


def _scattered(rng: Generator, width: int, height: int, objects: list[Placed]) -> list[Placed]:
    """Puts objects where their boxes keep (nearly) clear of one another; what finds no room is left out."""
    taken = np.zeros((0, 4), np.float32)
    result: list[Placed] = []
    canvas = np.array([width, height], np.float32)
    for placed in sorted(objects, key=lambda one: -float(np.ptp(one.points, axis=0).max())):
        fitting = _shrunk(placed, canvas)
        low, high = fitting.extent
        room = np.maximum(canvas - (high - low), 0)
        slack = np.float32(rng.uniform(-0.04, 0.06) * (high - low).min())
        for _ in range(12):
            corner = (rng.random(2) * room).astype(np.float32)
            box = np.concatenate((corner, corner + high - low))
            apart = (taken[:, :2] - slack >= box[2:]) | (taken[:, 2:] + slack <= box[:2])
            if apart.any(axis=1).all():
                taken = np.concatenate((taken, box[None]))
                result.append(fitting.moved(corner - low))
                break
    return result


def _shrunk(placed: Placed, canvas: NDArray[np.float32]) -> Placed:
    """The ink, shrunk where it is larger than the canvas (2,)."""
    low, high = placed.extent
    share = float(np.min(canvas / (high - low)))
    return placed if share >= 1 else replace(placed, points=placed.points * np.float32(0.98 * share))


def _written(rng: Generator, row: list[Placed], size: float, width: int, tall: float, line: int) -> list[Placed]:
    """One written line: left to right on a wavering, slightly sloping base line, shrunk to fit the canvas."""
    gap = float(rng.choice((rng.uniform(-0.08, 0.06), rng.uniform(0.05, 0.3), rng.uniform(0.3, 0.9)))) * size
    placed_row: list[Placed] = []
    at = 0.0
    slope = rng.normal(0, 0.05)
    for placed in row:
        low, high = placed.extent
        wave = rng.normal(0, 0.06) * size
        offset = np.array([at - low[0], slope * at + wave - (low[1] + high[1]) / 2], np.float32)
        placed_row.append(placed.moved(offset))
        at += float(high[0] - low[0]) + gap + max(0.0, rng.normal(0, 0.05) * size)
    low = np.min([placed.extent[0] for placed in placed_row], axis=0)
    high = np.max([placed.extent[1] for placed in placed_row], axis=0)
    shrink = min(1.0, 0.97 * width / float(high[0] - low[0]), 0.97 * tall / float(high[1] - low[1]))
    room = np.array([width, tall]) - (high - low) * shrink
    corner = rng.random(2) * np.maximum(room, 0) + (0, line * tall)
    return [
        replace(
            placed,
            points=((placed.points - low) * shrink + corner).astype(np.float32),
            pen=max(1.0, placed.pen * shrink),
        )
        for placed in placed_row
    ]


def _specks(rng: Generator, width: int, height: int, objects: Sequence[Placed]) -> list[Placed]:
    """Up to five stray dots away from the objects, as a slipping hand leaves them."""
    specks = []
    pen = objects[0].pen if objects else some_pen(rng, min(width, height))
    for _ in range(int(rng.integers(0 if not objects else 1, 6))):
        centre = rng.random(2) * (width, height)
        reach = pen * rng.uniform(0, 0.4)
        points = (centre + rng.normal(0, 1, (2, 2)) * reach * 0.5).astype(np.float32)
        low, high = points.min(0) - pen, points.max(0) + pen
        extents = [placed.extent for placed in objects]
        if all((low > other[1]).any() or (high < other[0]).any() for other in extents):
            specks.append(Placed(points, (2,), pen, OTHER))
    return specks
