"""Convert the strokes of one digit to a glyph, the 129 numbers that the model reads and writes, and back.

A glyph is a first stroke of 40 points, a second of 24, each as x, y, x, y …, and 1.0 if there is a second stroke,
otherwise 0.0 and zeros in its place. The ink's longer side is 1, its bounding box is centred on (0, 0), y points down.
Points are spaced by arc length plus turning angle, so they lie closer in corners, where a pen slows down.
`web/src/handwriting/glyphs.ts` has the same steps; both pass `tests/handwriting/glyph_cases.json`.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Glyph = NDArray[np.float32]
"""(129,): see above."""
Points = NDArray[np.float32]
"""(n, 2) x and y."""

FIRST: Final = 40
SECOND: Final = 24
"""Points of the two strokes."""
SIZE: Final = 2 * (FIRST + SECOND) + 1
"""Numbers of a glyph."""

STEP: Final = 0.02
"""Spacing of the even resampling before smoothing, which makes a glyph independent of the device's sampling rate."""
SPECK: Final = 0.1
"""Strokes shorter than this are specks: of 3,038 digits with two strokes, one in a hundred has one below 0.2."""
TURNING: Final = 0.12
"""Length that one radian of turning counts as."""


def to_glyph(strokes: Sequence[ArrayLike]) -> Glyph | None:
    """Convert the strokes of a digit, each (n, 2) in any unit with y down; None if there is no ink, or only a dot."""
    inks = [points for stroke in strokes if len(points := np.asarray(stroke, np.float64).reshape(-1, 2))]
    if not inks:
        return None
    everything = np.concatenate(inks)
    low, high = everything.min(0), everything.max(0)
    extent = float((high - low).max())
    if not extent > 0 or not np.isfinite(extent):
        return None
    inks = [(ink - (low + high) / 2) / extent for ink in inks]
    inks = [ink for ink in inks if _lengths(ink).sum() >= SPECK]
    if not inks:
        return None
    first, *second = _join(inks)
    glyph = np.zeros(SIZE, np.float32)
    glyph[: 2 * FIRST] = _resample(first, FIRST).reshape(-1)
    if second:
        glyph[2 * FIRST : -1] = _resample(second[0], SECOND).reshape(-1)
        glyph[-1] = 1
    return glyph


def to_strokes(glyph: Glyph) -> list[Points]:
    """Return the one or two strokes of a glyph, (40, 2) and (24, 2)."""
    first, second = glyph[: 2 * FIRST].reshape(-1, 2), glyph[2 * FIRST : -1].reshape(-1, 2)
    return [first, second] if glyph[-1] > 0.5 else [first]


def _join(inks: list[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Join consecutive strokes, the smallest gap first, until there are two."""
    inks = list(inks)
    while len(inks) > 2:
        gaps = [float(np.hypot(*(after[0] - before[-1]))) for before, after in pairwise(inks)]
        index = int(np.argmin(gaps))
        inks[index : index + 2] = [np.concatenate(inks[index : index + 2])]
    return inks


def _resample(ink: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return `count` points (count, 2) along a stroke (n, 2), spaced by arc length plus turning angle."""
    lengths = _lengths(ink)
    steps = max(1, int(lengths.sum() / STEP + 0.5))
    path = _along(ink, lengths, steps + 1)
    for _ in range(2):
        path[1:-1] = (path[:-2] + 2 * path[1:-1] + path[2:]) / 4
    sides = np.diff(path, axis=0)
    turning = np.zeros(len(path))
    cross = sides[:-1, 0] * sides[1:, 1] - sides[:-1, 1] * sides[1:, 0]
    turning[1:-1] = np.abs(np.arctan2(cross, (sides[:-1] * sides[1:]).sum(1)))
    return _along(path, _lengths(path) + TURNING * (turning[:-1] + turning[1:]) / 2, count)


def _along(path: NDArray[np.float64], lengths: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return `count` points at equal distances along a path (n, 2), whose segments have these lengths (n - 1,)."""
    distances = np.concatenate(([0.0], np.cumsum(lengths)))
    targets = np.linspace(0, distances[-1], count)
    return np.stack([np.interp(targets, distances, path[:, axis]) for axis in (0, 1)], axis=1)


def _lengths(path: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the lengths (n - 1,) of a path's segments."""
    return np.asarray(np.hypot(*np.diff(path, axis=0).T))
