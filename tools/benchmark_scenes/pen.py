"""A browser's pen, written apart from the training renderer so that the benchmark has a look of its own.

A mouse reports whole pixels, a few pixels apart; the page's canvas (Fabric's pencil brush) joins them by quadratic
curves through their midpoints; the browser draws with edges smoothed by coverage.
"""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digit_detector.synth.perturbation import evenly
from digit_detector.synth.scene import Placed
from digit_detector.synth.strokes import Points

FINE: Final = 4
"""Rows and columns of samples in a pixel; boxes are exact to one sample."""

_SHIFT: Final = 3
"""Fractional bits of the coordinates that OpenCV draws with."""


def by_mouse(placed: Placed, spacing: float) -> Placed:
    """Redraw the ink as by a mouse that reports its position every `spacing` pixels."""
    strokes = [_curved(_reported(stroke, spacing)) for stroke in np.split(placed.points, placed.ends[:-1])]
    ends = tuple(int(end) for end in np.cumsum([len(stroke) for stroke in strokes]))
    return replace(placed, points=np.concatenate(strokes), ends=ends)


def _reported(stroke: Points, spacing: float) -> Points:
    """Sample whole pixels along the stroke (n, 2), none twice in a row."""
    # In double precision no rounding to pixels hangs on a machine's last bit of a square root.
    places = np.rint(evenly(stroke.astype(np.float64), spacing))
    moved = np.ones(len(places), bool)
    moved[1:] = (np.diff(places, axis=0) != 0).any(axis=1)
    return np.asarray(places[moved], np.float32)


def _curved(places: Points) -> Points:
    """Join the midpoints by quadratic curves; each position (n, 2) is the control point between two of them."""
    if len(places) < 3:
        return places
    middles = (places[:-1] + places[1:]) / 2
    t = np.array([0.25, 0.5, 0.75, 1.0], np.float32)[:, None]
    curves = (
        (1 - t) ** 2 * middles[:-1, None] + 2 * t * (1 - t) * places[1:-1, None] + t**2 * middles[1:, None]
    )  # (n - 2, 4, 2)
    return np.concatenate((places[:1], middles[:1], curves.reshape(-1, 2), places[-1:]))


def draw_ink(ink: NDArray[np.uint8], placed: Placed) -> NDArray[np.float32]:
    """Draw one object onto `ink`, (H, W) with 255 where it covers a pixel, in place.

    Returns:
        The box (4,) xyxy in pixels of the ink just drawn, clipped to the canvas.
    """
    reach = placed.pen / 2 + 1
    low = np.floor(placed.points.min(0) - reach).astype(int)
    width, height = (np.ceil(placed.points.max(0) + reach).astype(int) - low).tolist()
    samples = np.zeros((height * FINE, width * FINE), np.uint8)
    fixed = np.rint(((placed.points.astype(np.float64) - low) * FINE - 0.5) * (1 << _SHIFT)).astype(np.int32)
    pen = max(1, round(placed.pen * FINE))
    for stroke in np.split(fixed, placed.ends[:-1]):
        if len(stroke) == 1:
            cv2.circle(samples, stroke[0].tolist(), (pen << _SHIFT) // 2, 255, cv2.FILLED, cv2.LINE_8, _SHIFT)
        else:
            cv2.polylines(samples, [stroke], False, 255, pen, cv2.LINE_8, _SHIFT)
    x, y, across, down = cv2.boundingRect(samples)
    covered = np.asarray(cv2.resize(samples, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    first, last = np.maximum(low, 0), np.minimum(low + np.array([width, height]), ink.shape[::-1])
    part = ink[first[1] : last[1], first[0] : last[0]]
    np.maximum(part, covered[first[1] - low[1] : last[1] - low[1], first[0] - low[0] : last[0] - low[0]], out=part)
    corners = np.array([x, y, x + across, y + down]) / FINE + np.tile(low, 2)
    return np.asarray(np.clip(corners, 0, ink.shape[::-1] * 2), np.float32)
