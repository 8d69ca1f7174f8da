"""Place drawings as a person does: scattered clear of one another, or along a written line."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digit_detector.classes import CLASSES, DIGITS
from digit_detector.synth.perturbation import evenly
from digit_detector.synth.scene import MARK, Placed, extent_of
from digit_detector.synth.strokes import Sketch
from digit_detector.synth.written_numbers import MARKS

MARGIN: Final = 3.0
"""Pixels that the ink stays away from the canvas's edge."""

_BAND: Final = 4
"""Height in pixels of the bands in which neighbours on a line are kept apart."""

_BAND_ROWS: Final = 400
"""Bands of rows of a line, enough for the highest signs."""

_SMALL_LETTERS: Final = dict.fromkeys("acemnorsuvwxz", (0.62, 0.0)) | dict.fromkeys("gpqyj", (0.9, -0.32))
_HEIGHTS: Final = _SMALL_LETTERS | {
    "+": (0.6, 0.2),
    "*": (0.5, 0.3),
    "/": (1.2, -0.1),
    "(": (1.25, -0.15),
    ")": (1.25, -0.15),
    ",": (0.28, -0.18),
    "'": (0.28, 0.8),
    "%": (0.9, 0.0),
}
"""Height of signs, and of their foot above the base line; others are as high as digits, and stand on it."""

_WIDTHS: Final = {"-": (0.45, 0.45), "=": (0.5, 0.35), ".": (0.06, 0.0)}
"""Width, and height of the foot, of signs whose height follows from the width; all relative to a digit's height."""


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
        low, high = extent_of(line)
        room = np.array([width, height]) - (high - low) - 2 * MARGIN
        if (room >= 0).all():
            return moved_to(line, MARGIN + rng.random(2) * room)
        size *= 0.92


def line(
    rng: Generator, drawings: Sequence[Sketch], size: float, pen: float, gap: float, spaces: Sequence[float] = ()
) -> list[Placed]:
    """Write digits, letters and signs from x = 0 on a base line near y = 0; dots and dashes become marks.

    The base line drifts up or down, and heights vary as one person's do.

    Args:
        rng: source of randomness.
        drawings: in order.
        size: of a digit in pixels.
        pen: width in pixels; thinner for small signs.
        gap: between neighbours from ink to ink, a little more or less, relative to a digit's height; less than 0 lets
            them overlap.
        spaces: in addition to the gap, before each drawing, relative to a digit's height.
    """
    slope, bend = rng.normal(0, 0.025), rng.normal(0, 0.02)
    edge = np.full(_BAND_ROWS, -np.inf)
    result: list[Placed] = []
    advance = end = 0.0
    for index, drawing in enumerate(drawings):
        is_digit = drawing.label in DIGITS
        relative, lift = (1.0, 0.0) if is_digit else _HEIGHTS.get(drawing.name, (1.0, 0.0))
        height = size * relative * float(np.exp(rng.normal(0, 0.06)))
        if not is_digit and drawing.name in _WIDTHS:
            width, lift = _WIDTHS[drawing.name]
            placed = sized(drawing, size * width, min(pen, size * width))
        else:
            placed = tall(drawing, height, min(pen, 0.3 * height))
        if not is_digit and drawing.name in MARKS:
            placed = replace(placed, label=MARK)
        low, high = placed.extent
        foot = -size * (lift + rng.normal(0, 0.03)) + size * (slope + bend * index / 4) * index
        placed = placed.moved(np.array([0, foot - high[1]], np.float32))
        if index:
            space = (gap + rng.normal(0, 0.05)) * size
            near = float(np.max(edge + profile(placed, _BAND_ROWS, -1))) + space
            # However well two shapes interlock, the later one starts after the middle of the earlier one.
            advance = max(near, end - 0.3 * float(high[0] - low[0]) - float(low[0]))
            advance += (spaces[index] if spaces else 0.0) * size
        placed = placed.moved(np.array([advance, 0], np.float32))
        result.append(placed)
        edge = np.maximum(edge, profile(placed, _BAND_ROWS, 1))
        end = max(end, float(placed.extent[1][0]))
    return result


def moved_to(objects: Sequence[Placed], corner: Iterable[float]) -> list[Placed]:
    """Move objects so that their common top left corner is at `corner` (2,)."""
    offset = (np.array(corner) - extent_of(objects)[0]).astype(np.float32)
    return [placed.moved(offset) for placed in objects]


def profile(placed: Placed, bands: int, side: int) -> NDArray[np.float64]:
    """Measure how far the ink reaches right (side 1) or left (side -1) in each band of rows, around row 0."""
    points = np.concatenate([evenly(stroke.astype(np.float64), _BAND / 2) for stroke in placed.strokes])
    half = placed.pen / 2
    profile = np.full(bands, -np.inf)
    reach = int(half // _BAND) + 1
    rows = np.floor(points[:, 1] / _BAND).astype(int) + bands // 2
    for offset in range(-reach, reach + 1):
        np.maximum.at(profile, np.clip(rows + offset, 0, bands - 1), side * points[:, 0] + half)
    return profile
