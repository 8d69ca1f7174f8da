"""Perturb sketches as another writer, pen, pressure or speed would."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digit_detector.classes import CLASSES, DIGITS, OTHER
from digit_detector.synth.scene import Placed
from digit_detector.synth.strokes import Points, Sketch, join

DOODLE_SOURCES: Final = ("quickdraw", "moniker")
"""Doodles have more detail than signs, and may be mirrored."""

DIGIT_PEN: Final = 0.17
"""Width of the thickest pen that leaves most digits legible, relative to their size."""

STRAIGHT: Final = 0.45
"""Fraction of the ones of strokes that become a straight line: only its ends tell it from a line of the paper."""


def write(
    rng: Generator,
    sketch: Sketch,
    size: float,
    pen: float,
    longer: float,
    *,
    by_height: bool = False,
    reduce_pen: bool = True,
    variation: float = 1.0,
) -> Placed:
    """Return a perturbed sketch of `size` pixels around (0, 0).

    Args:
        rng: source of randomness.
        sketch: to be perturbed.
        size: of the height (`by_height`) or else of the longer side, pen included, in pixels.
        pen: width in pixels.
        longer: the canvas's longer side in pixels.
        by_height: whether `size` is the height.
        reduce_pen: whether a pen that would make the shape illegible is reduced. The contours of filled shapes always
            have a thin one.
        variation: of slant, rotation and proportions, relative to that between writers.
    """
    sketch = add_habit(rng, straighten(rng, sketch))
    points = perturb(rng, sketch, digit=sketch.label in DIGITS, variation=variation)
    low, high = points.min(0), points.max(0)
    extent = high - low
    reference = max(extent[1], extent[0] * 0.6) if by_height else extent.max()
    if reduce_pen or sketch.filled:
        pen = min(pen, thickest_pen(size, longer, _pen_fraction(rng, sketch)))
    scale = max(size - pen, 0.5 * size) / max(reference, 1e-3)
    points = (points - (low + high) / 2) * np.float32(scale)
    ends = sketch.ends
    if not sketch.filled:
        points, ends = break_strokes(rng, points, ends, pen, size)
    return Placed(points.astype(np.float32), ends, pen, CLASSES.index(sketch.label), sketch.filled)


def thickest_pen(size: float, longer: float, fraction: float) -> float:
    """Return the pen's width at which a shape of `size` is just legible; a thick pen closes loops of small objects.

    fraction: that width relative to the size of a large object.
    """
    return size * fraction * min(1.0, 0.6 + 2.5 * size / longer)


def _pen_fraction(rng: Generator, sketch: Sketch) -> float:
    """Return the width of the thickest pen that leaves the sketch legible, relative to its size."""
    if sketch.filled:
        return 0.03
    if sketch.source in DOODLE_SOURCES:
        return 0.07
    if sketch.label not in DIGITS:
        return 0.13
    return 0.22 if rng.random() < 0.2 else DIGIT_PEN


def random_pen(rng: Generator, side: float) -> float:
    """Return a pen width in pixels: mostly what sliders offer, sometimes a hair or a tenth of the canvas's side."""
    draw = rng.random()
    if draw < 0.7:
        width = log_uniform(rng, 0.01, 0.05)
    elif draw < 0.85:
        width = log_uniform(rng, 0.0025, 0.01)
    else:
        width = float(rng.uniform(0.05, 0.11))
    return max(1.0, width * side)


def log_uniform(rng: Generator, low: float, high: float) -> float:
    """Return a number between `low` and `high` whose logarithm is uniform; `low` if it is the larger one."""
    return float(np.exp(rng.uniform(np.log(low), np.log(max(high, low)))))


def straighten(rng: Generator, sketch: Sketch) -> Sketch:
    """Make some ones a straight line from their highest to their lowest point."""
    if sketch.filled or sketch.label != "1" or rng.random() > STRAIGHT:
        return sketch
    points = _line(sketch.points[[sketch.points[:, 1].argmin(), sketch.points[:, 1].argmax()]])
    return replace(sketch, points=points, ends=(len(points),))


def add_habit(rng: Generator, sketch: Sketch) -> Sketch:
    """Give some sketches a habit that is rare in the sources."""
    if sketch.filled:
        return sketch
    draw = rng.random()
    for habit, probability in HABITS.get(sketch.label, {}).items():
        if draw < probability:
            return habit(rng, sketch)
        draw -= probability
    return sketch


def _slash(rng: Generator, sketch: Sketch) -> Sketch:
    """Draw a line through a 0."""
    low, high = sketch.points.min(0), sketch.points.max(0)
    middle, half = (low + high) / 2, (high - low) / 2
    if rng.random() < 0.4:
        slope, length = rng.uniform(0, 0.15), rng.uniform(1.2, 2.4)  # as in a Greek phi
    else:
        slope = rng.uniform(0, 1.2)  # from vertical to the diagonal, and a little flatter
        length = rng.uniform(0.6, 2.4 - 0.5 * slope)  # from inside the ring to far beyond it
    slash = np.array([half[0] * slope, -half[1]]) * length * (1 if rng.random() < 0.9 else [-1, 1])
    return _add_line(sketch, np.stack([middle - slash, middle + slash]) + rng.normal(0, 0.05, (2, 2)) * 2 * half)


def _curl(rng: Generator, sketch: Sketch) -> Sketch:
    """Let a 0 of one stroke go on where its ring is closed, along it and inwards."""
    if len(sketch.ends) > 1 or len(sketch.points) < 2:
        return sketch
    middle = (sketch.points.min(0) + sketch.points.max(0)) / 2
    before, last = sketch.points[[-2, -1]] - middle
    turn = rng.uniform(0.4, 1.6) * (1 if before[0] * last[1] > before[1] * last[0] else -1)
    way = np.linspace(0, 1, 8)[1:, None]
    sideways = np.array([-last[1], last[0]])
    inwards = 1 - rng.uniform(0.15, 0.45) * way
    return _go_on(sketch, middle + inwards * (np.cos(turn * way) * last + np.sin(turn * way) * sideways))


def _foot(rng: Generator, sketch: Sketch) -> Sketch:
    """Draw a line under a 1, which may be long and apart from it."""
    height = np.ptp(sketch.points[:, 1])
    lowest = sketch.points[sketch.points[:, 1].argmax()]
    left, right = rng.uniform(0.1, 0.4 if rng.random() < 0.5 else 0.9, 2) * height
    gap = max(0.0, rng.uniform(-0.1, 0.35)) * height
    ends = np.array([[-left, gap], [right, gap]]) + rng.normal(0, 0.03, (2, 2)) * height
    return _add_line(sketch, lowest + ends)


def _tail(rng: Generator, sketch: Sketch) -> Sketch:
    """Let a 1 that ends at its lowest point turn to the right there, and upwards."""
    height = np.ptp(sketch.points[:, 1])
    last = sketch.points[-1]
    if sketch.points[:, 1].max() > last[1] + 0.05 * height:
        return sketch
    width, dip, rise = rng.uniform((0.1, 0.02, 0), (0.35, 0.12, 0.4)) * height
    angles = np.linspace(0, np.pi, 8)[1:]
    along = (1 - np.cos(angles)) / 2
    return _go_on(sketch, last + np.stack([width * along, dip * np.sin(angles) - rise * along], axis=1))


def _bar(rng: Generator, sketch: Sketch) -> Sketch:
    """Draw a line through the stem of a 7."""
    low, high = sketch.points.min(0), sketch.points.max(0)
    size = high - low
    path = np.concatenate([evenly(stroke, 0.03) for stroke in sketch.strokes])
    stem = path[np.abs(path[:, 1] - low[1] - rng.uniform(0.4, 0.6) * size[1]).argmin()]
    half = np.array([rng.uniform(0.15, 0.35) * max(size[0], 0.5 * size[1]), 0])
    return _add_line(sketch, stem + np.array([-half, half]) + rng.normal(0, 0.03, (2, 2)) * size[1])


def _flatten(rng: Generator, sketch: Sketch) -> Sketch:
    """Let the middle of a 3 turn in less, or not at all, so that its right side is one arc."""
    path = evenly(sketch.points, 0.02)
    third = len(path) // 3
    if len(sketch.ends) > 1 or third == 0:  # a dot
        return sketch
    middle = third + int(path[third : 2 * third, 0].argmin())
    first, last = int(path[:middle, 0].argmax()), middle + int(path[middle:, 0].argmax())
    along = np.linspace(0, 1, last - first + 1)[:, None]
    chord = path[first] + along * (path[last] - path[first])
    chord[:, :1] += rng.uniform(0, 0.4) * np.ptp(path[:, 0]) * along * (1 - along)
    path[first : last + 1] += np.float32(rng.uniform(0.5, 1)) * (chord - path[first : last + 1])
    return replace(sketch, points=path, ends=(len(path),))


def _open(rng: Generator, sketch: Sketch) -> Sketch:
    """Lift the pen before the last stroke's end: an 8 stays open there, mostly at its top."""
    *others, last = sketch.strokes
    path = evenly(last, 0.02)
    path = path[: max(2, round(rng.uniform(0.8, 0.96) * len(path)))]
    points, ends = join([*others, path])
    return replace(sketch, points=points, ends=ends)


def _apart(rng: Generator, sketch: Sketch) -> Sketch:
    """Set one of several strokes away from the others."""
    if len(sketch.ends) < 2:
        return sketch
    strokes = sketch.strokes
    middles = np.array([(stroke.min(0) + stroke.max(0)) / 2 for stroke in strokes])
    chosen = int(rng.integers(len(strokes)))
    way = middles[chosen] - np.delete(middles, chosen, axis=0).mean(0)
    strokes[chosen] = strokes[chosen] + np.float32(rng.uniform(0.04, 0.16)) * way / max(np.hypot(*way), 0.1)
    return replace(sketch, points=np.concatenate(strokes))


HABITS: Final[dict[str, dict[Callable[[Generator, Sketch], Sketch], float]]] = {
    "0": {_slash: 0.35, _curl: 0.2},
    "1": {_foot: 0.2, _tail: 0.22},
    "3": {_flatten: 0.15},
    "4": {_apart: 0.1},
    "5": {_apart: 0.1},
    "7": {_bar: 0.1},
    "8": {_open: 0.2},
    CLASSES[OTHER]: {_apart: 0.2},
}
"""By class, how often each habit occurs."""


def _add_line(sketch: Sketch, ends: NDArray[np.floating]) -> Sketch:
    """Return a sketch with a further stroke, a line between two points (2, 2)."""
    points = np.concatenate((sketch.points, _line(ends)))
    return replace(sketch, points=points, ends=(*sketch.ends, len(points)))


def _go_on(sketch: Sketch, points: NDArray[np.floating]) -> Sketch:
    """Return a sketch whose last stroke goes on through points (n, 2)."""
    points = np.concatenate((sketch.points, points.astype(np.float32)))
    return replace(sketch, points=points, ends=(*sketch.ends[:-1], len(points)))


def _line(ends: NDArray[np.floating]) -> Points:
    """Return eight points from the first to the second of `ends` (2, 2)."""
    return np.asarray(ends[0] + np.linspace(0, 1, 8)[:, None] * (ends[1] - ends[0]), np.float32)


def perturb(rng: Generator, sketch: Sketch, *, digit: bool, variation: float = 1.0) -> Points:
    """Return the points (n, 2) with random proportions, slant, rotation, waviness and offsets between strokes.

    Digits are never mirrored and rotate little, since orientation distinguishes 6 from 9 and 1 from 7.
    """
    angle = rng.normal(0, 0.12 if digit else 0.2) * variation
    slant = rng.normal(0, 0.18) * variation
    stretch = np.exp(rng.normal(0, 0.15) * variation)
    mirror = -1.0 if not digit and sketch.source in DOODLE_SOURCES and rng.random() < 0.5 else 1.0
    cosine, sine = np.cos(angle), np.sin(angle)
    shape = np.array([[mirror * stretch, -slant], [0, 1 / stretch]])
    matrix = np.array([[cosine, -sine], [sine, cosine]]) @ shape
    points: Points = _offset_strokes(rng, sketch) @ matrix.T.astype(np.float32)
    if rng.random() < 0.7:
        points = points + _waves(rng, points)
    if not sketch.filled and rng.random() < 0.3:
        points = points + rng.normal(0, rng.uniform(0.002, 0.01), points.shape).astype(np.float32)
    return np.asarray(points, np.float32)


def _offset_strokes(rng: Generator, sketch: Sketch) -> Points:
    """Return the points (n, 2) with each stroke slightly displaced, since nobody sets a pen down exactly."""
    if sketch.filled:
        return sketch.points
    offsets = rng.normal(0, rng.uniform(0, 0.025), (len(sketch.ends), 2))
    return sketch.points + np.repeat(offsets, np.diff(sketch.ends, prepend=0), axis=0).astype(np.float32)


def _waves(rng: Generator, points: Points) -> Points:
    """Return smooth displacements (n, 2): the sum of two waves, each of about a fiftieth of the sketch's size."""
    frequencies = rng.normal(0, 1, (2, 2)) * 5
    phases = rng.uniform(0, 2 * np.pi, 2)
    strength = rng.normal(0, 0.022, (2, 2))
    return np.asarray(np.sin(points @ frequencies + phases) @ strength, np.float32)


def break_strokes(
    rng: Generator, points: Points, ends: tuple[int, ...], pen: float, size: float
) -> tuple[Points, tuple[int, ...]]:
    """Break some sketches into the dots or dashes of a pen that skips, if pen and size leave the shape legible.

    Args:
        points: (n, 2) in pixels.
        ends: index at which each stroke ends.
        pen: width of the pen in pixels.
        size: of the sketch in pixels.
    """
    if rng.random() > 0.06 or size < 12 * pen or size < 40:
        return points, ends
    spacing = float(np.clip(pen * rng.uniform(1.3, 2.6), 2.5, size / 11))
    dash = rng.random() < 0.5
    pieces: list[Points] = []
    for stroke in np.split(points, ends[:-1]):
        resampled = evenly(stroke, spacing / 2)
        if dash:  # two of every four steps
            pieces.extend(resampled[i : i + 3] for i in range(0, len(resampled), 4))
        else:
            pieces.extend(resampled[i : i + 1] for i in range(0, len(resampled), 2))
    return join(pieces)


def evenly(stroke: Points, spacing: float) -> Points:
    """Resample a stroke (n, 2) at equal distances, with its last point kept."""
    steps = np.hypot(*np.diff(stroke, axis=0).T) if len(stroke) > 1 else np.zeros(0)
    distances = np.concatenate(([0.0], np.cumsum(steps)))
    count = max(1, round(distances[-1] / spacing)) + 1 if distances[-1] > 0 else 1
    targets = np.linspace(0, distances[-1], count)
    return np.stack([np.interp(targets, distances, stroke[:, axis]) for axis in (0, 1)], axis=1).astype(np.float32)
