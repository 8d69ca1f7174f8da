"""What another hand, another pen and another speed make of the same drawing."""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digit_detector.synth.strokes import Points, Sketch

DOODLES: Final = ("quickdraw", "moniker")
"""Sources of doodles: more detail than a sign has, and either side may be left."""

MARKED: Final = {"0": 0.2, "1": 0.12, "7": 0.1}
"""Share of these digits that get a slash, a foot or a bar, beside those that have one from their writer."""


def marked(rng: Generator, drawing: Sketch) -> Sketch:
    """Now and then a slash through the 0, a foot under the 1 or a bar through the 7: habits that few sources hold."""
    if drawing.filled or drawing.label not in MARKED or rng.random() > MARKED[drawing.label]:
        return drawing
    ends = {"0": _slash, "1": _foot, "7": _bar}[drawing.label](rng, drawing)
    mark = ends[0] + np.linspace(0, 1, 8)[:, None] * (ends[1] - ends[0])
    points = np.concatenate((drawing.points, mark.astype(np.float32)))
    return replace(drawing, points=points, ends=(*drawing.ends, len(points)))


def _slash(rng: Generator, drawing: Sketch) -> NDArray[np.floating]:
    """Both ends (2, 2) of a line through a 0."""
    low, high = drawing.points.min(0), drawing.points.max(0)
    middle, half = (low + high) / 2, (high - low) / 2
    upright = rng.uniform(0, 1.2)  # from an upright stroke to the ring's corners, and a little flatter
    beyond = rng.uniform(0.6, 1.8)  # short of the ring, or far over it
    slash = np.array([half[0] * upright, -half[1]]) * beyond * (1 if rng.random() < 0.9 else [-1, 1])
    return np.asarray(np.stack([middle - slash, middle + slash]) + rng.normal(0, 0.05, (2, 2)) * 2 * half)


def _foot(rng: Generator, drawing: Sketch) -> NDArray[np.floating]:
    """Both ends (2, 2) of a line on which a 1 stands."""
    height = np.ptp(drawing.points[:, 1])
    lowest = drawing.points[drawing.points[:, 1].argmax()]
    left, right = rng.uniform(0.1, 0.4, 2) * height
    ends = np.array([[-left, 0], [right, 0]]) + rng.normal(0, 0.03, (2, 2)) * height
    return np.asarray(lowest + ends)


def _bar(rng: Generator, drawing: Sketch) -> NDArray[np.floating]:
    """Both ends (2, 2) of a line through the stem of a 7."""
    low, high = drawing.points.min(0), drawing.points.max(0)
    size = high - low
    way = np.concatenate([evenly(stroke, 0.03) for stroke in drawing.strokes])
    stem = way[np.abs(way[:, 1] - low[1] - rng.uniform(0.4, 0.6) * size[1]).argmin()]
    half = np.array([rng.uniform(0.15, 0.35) * max(size[0], 0.5 * size[1]), 0])
    return np.asarray(stem + np.array([-half, half]) + rng.normal(0, 0.03, (2, 2)) * size[1])


def varied(rng: Generator, drawing: Sketch, *, digit: bool) -> Points:
    """The drawing's points (n, 2) with other proportions, slant, turn and a wavering hand, its strokes a little apart.

    Digits are never mirrored and turn little, since 6 and 9 or 1 and 7 are told apart by it.
    """
    turn = rng.normal(0, 0.12 if digit else 0.2)
    slant = rng.normal(0, 0.18)
    stretch = np.exp(rng.normal(0, 0.15))
    mirror = -1.0 if not digit and drawing.source in DOODLES and rng.random() < 0.5 else 1.0
    cosine, sine = np.cos(turn), np.sin(turn)
    shape = np.array([[mirror * stretch, -slant], [0, 1 / stretch]])
    matrix = np.array([[cosine, -sine], [sine, cosine]]) @ shape
    points: Points = _apart(rng, drawing) @ matrix.T.astype(np.float32)
    if rng.random() < 0.7:
        points = points + _waver(rng, points)
    if not drawing.filled and rng.random() < 0.3:
        points = points + rng.normal(0, rng.uniform(0.002, 0.01), points.shape).astype(np.float32)
    return np.asarray(points, np.float32)


def _apart(rng: Generator, drawing: Sketch) -> Points:
    """The points (n, 2) with each stroke a little off its place, as no hand sets down a pen twice alike."""
    if drawing.filled:
        return drawing.points
    offsets = rng.normal(0, rng.uniform(0, 0.025), (len(drawing.ends), 2))
    return drawing.points + np.repeat(offsets, np.diff(drawing.ends, prepend=0), axis=0).astype(np.float32)


def _waver(rng: Generator, points: Points) -> Points:
    """A smooth displacement field of two waves, at most a twentieth of the drawing's size each."""
    waves = rng.normal(0, 1, (2, 2)) * 5
    phases = rng.uniform(0, 2 * np.pi, 2)
    strength = rng.normal(0, 0.022, (2, 2))
    return np.asarray(np.sin(points @ waves + phases) @ strength, np.float32)


def broken(
    rng: Generator, points: Points, ends: tuple[int, ...], pen: float, size: float
) -> tuple[Points, tuple[int, ...]]:
    """Now and then the dots or dashes into which a fast stroke breaks, else the strokes as they are.

    points: (n, 2) in pixels, for a drawing of `size` pixels. Only where pen and size leave the shape readable.
    """
    if rng.random() > 0.06 or size < 12 * pen or size < 40:
        return points, ends
    spacing = float(np.clip(pen * rng.uniform(1.3, 2.6), 2.5, size / 11))
    dash = rng.random() < 0.5
    pieces: list[Points] = []
    for stroke in np.split(points, ends[:-1]):
        resampled = evenly(stroke, spacing / 2)
        if dash:  # two steps of four are drawn
            pieces.extend(resampled[i : i + 3] for i in range(0, len(resampled), 4))
        else:
            pieces.extend(resampled[i : i + 1] for i in range(0, len(resampled), 2))
    new_ends = tuple(int(end) for end in np.cumsum([len(piece) for piece in pieces]))
    return np.concatenate(pieces), new_ends


def evenly(stroke: Points, spacing: float) -> Points:
    """Points along the stroke at equal distances; the last one is kept."""
    steps = np.hypot(*np.diff(stroke, axis=0).T) if len(stroke) > 1 else np.zeros(0)
    along = np.concatenate(([0.0], np.cumsum(steps)))
    count = max(1, round(along[-1] / spacing)) + 1 if along[-1] > 0 else 1
    wanted = np.linspace(0, along[-1], count)
    return np.stack([np.interp(wanted, along, stroke[:, axis]) for axis in (0, 1)], axis=1).astype(np.float32)
