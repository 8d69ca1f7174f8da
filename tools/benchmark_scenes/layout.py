"""Places things as a person does: scattered clear of one another, or along a written line."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digit_detector.classes import CLASSES
from digit_detector.synth.perturbation import evenly
from digit_detector.synth.scene import Placed
from digit_detector.synth.strokes import Sketch

MARGIN: Final = 3.0
"""Pixels that the ink stays away from the canvas's edge."""

_BAND: Final = 4
"""Height in pixels of the bands in which neighbours on a line are kept apart."""


def sized(drawing: Sketch, size: float, pen: float) -> Placed:
    """Scale a drawing around (0, 0) to `size` pixels along its longer side, with the pen's width."""
    points = drawing.points * np.float32(max(size - pen, 1.0))
    return Placed(points, drawing.ends, pen, CLASSES.index(drawing.label))


def tall(drawing: Sketch, height: float, pen: float) -> Placed:
    """Scale a drawing around (0, 0) to `height` pixels with the pen's width; wide drawings become smaller."""
    relative_width, relative_height = np.ptp(drawing.points, axis=0)
    return sized(drawing, (height - pen) / max(relative_height, 0.7 * relative_width) + pen, pen)


def scattered(rng: Generator, objects: Sequence[Placed], width: int, height: int) -> list[Placed]:
    """Place every object where its box is clear of the others; shrink all of them where there is no room."""
    scale = 1.0
    while True:
        for _ in range(20):
            shrunk = [replace(placed, points=placed.points * np.float32(scale)) for placed in objects]
            if (result := _placed_apart(rng, shrunk, width, height)) is not None:
                return result
        scale *= 0.9


def _placed_apart(rng: Generator, objects: Sequence[Placed], width: int, height: int) -> list[Placed] | None:
    result: list[Placed] = []
    for placed in objects:
        low, high = placed.extent
        room = np.array([width, height]) - (high - low) - 2 * MARGIN
        if (room < 0).any():
            return None
        moved = placed.moved((MARGIN + rng.random(2) * room - low).astype(np.float32))
        if any(not _apart(moved, other) for other in result):
            return None
        result.append(moved)
    return result


def _apart(first: Placed, second: Placed) -> bool:
    (low, high), (other_low, other_high) = first.extent, second.extent
    return bool((low > other_high + MARGIN).any() or (other_low > high + MARGIN).any())


def written(
    rng: Generator, drawings: Sequence[Sketch], width: int, height: int, *, size: float, pen: float, gap: float
) -> list[Placed]:
    """Place drawings on one line from left to right, on a wavering base line that rises or falls a little.

    Each is as close to its left neighbours as `gap` times its height lets it, measured from ink to ink where they face
    each other, so that boxes may overlap. The line is made smaller until it fits.

    size: height in pixels of the first try. pen: in pixels, thinner where the line is made smaller.
    """
    heights = 1 + rng.normal(0, 0.05, len(drawings))
    wavers = rng.normal(0, 0.03, len(drawings))
    slope = rng.normal(0, 0.03)
    spaced = rng.random() < 0.25  # groups of three, as telephone numbers are written
    while True:
        line: list[Placed] = []
        edge = np.full(4 * max(width, height) // _BAND, -np.inf)
        advance = 0.0
        for index, drawing in enumerate(drawings):
            placed = tall(drawing, size * heights[index], min(pen, 0.14 * size))
            placed = placed.moved(np.array([0, size * (wavers[index] + slope * index)], np.float32))
            if index:
                kerned = float(np.max(edge + profile(placed, len(edge), -1))) + max(gap * size, 1.5)
                advance = max(kerned, advance + 0.3 * size) + (0.45 * size if spaced and index % 3 == 0 else 0.0)
            line.append(placed.moved(np.array([advance, 0], np.float32)))
            edge = np.maximum(edge, profile(line[-1], len(edge), 1))
        low = np.min([placed.extent[0] for placed in line], axis=0)
        high = np.max([placed.extent[1] for placed in line], axis=0)
        room = np.array([width, height]) - (high - low) - 2 * MARGIN
        if (room >= 0).all():
            corner = MARGIN + rng.random(2) * room
            return [placed.moved((corner - low).astype(np.float32)) for placed in line]
        size *= 0.92


def profile(placed: Placed, bands: int, side: int) -> NDArray[np.float64]:
    """Measure how far the ink reaches right (side 1) or left (side -1) in each band of rows, around row 0."""
    strokes = [evenly(stroke.astype(np.float64), _BAND / 2) for stroke in np.split(placed.points, placed.ends[:-1])]
    points = np.concatenate(strokes)
    half = placed.pen / 2
    profile = np.full(bands, -np.inf)
    reach = int(half // _BAND) + 1
    rows = np.floor(points[:, 1] / _BAND).astype(int) + bands // 2
    for offset in range(-reach, reach + 1):
        np.maximum.at(profile, np.clip(rows + offset, 0, bands - 1), side * points[:, 0] + half)
    return profile
