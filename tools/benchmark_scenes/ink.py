"""Draw ink as a browser does, apart from the training renderer so that the benchmark has a look of its own.

A mouse reports whole pixels, a few pixels apart; the page's canvas (Fabric's pencil brush) joins them by quadratic
curves through their midpoints; the browser draws with edges smoothed by coverage.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digit_detector.synth.perturbation import evenly
from digit_detector.synth.scene import MARK, SIDE, Placed
from digit_detector.synth.strokes import Points, join

FINE: Final = 4
"""Rows and columns of samples in a pixel; boxes are exact to one sample."""

_SHIFT: Final = 3
"""Fractional bits of the coordinates that OpenCV draws with."""


class Canvas(NamedTuple):
    """A picture and what is on it."""

    image: NDArray[np.uint8]
    """(H, W) or (H, W, 3)."""
    boxes: NDArray[np.float32]
    """(N, 4) xyxy in pixels."""
    labels: NDArray[np.int64]
    """(N,) class indices."""
    text: str | None = None
    """The digits from left to right, where they are written on one line."""
    file: bytes | None = None
    """The encoded picture, where encoding is what the condition is about."""


class Inked(NamedTuple):
    """Objects as ink, before there is paper."""

    layers: NDArray[np.uint8]
    """(N, H, W), 255 where an object covers a pixel."""
    boxes: NDArray[np.float32]
    labels: NDArray[np.int64]
    text: str | None = None

    @property
    def ink(self) -> NDArray[np.uint8]:
        """(H, W), all objects together."""
        return np.asarray(self.layers.max(axis=0, initial=0), np.uint8)

    def on(self, image: NDArray[np.uint8]) -> Canvas:
        """Return the canvas whose picture was made of this ink."""
        return Canvas(image, self.boxes, self.labels, self.text)

    def black(self) -> Canvas:
        """Return the canvas with black ink on white."""
        return self.on(255 - self.ink)


def inked(rng: Generator, objects: Sequence[Placed], width: int = SIDE, height: int = SIDE) -> Inked:
    """Draw the objects as by one mouse, faster or slower."""
    speed = rng.uniform(0.02, 0.05)
    layers = np.zeros((len(objects), height, width), np.uint8)
    boxes = np.zeros((len(objects), 4), np.float32)
    for layer, box, placed in zip(layers, boxes, objects, strict=True):
        spacing = float(np.clip(speed * np.ptp(placed.points, axis=0).max(), 1.5, 12))
        box[:] = draw_ink(layer, by_mouse(placed, spacing))
    return Inked(layers, boxes, np.array([placed.label for placed in objects], np.int64))


def penned(objects: Sequence[Placed], width: int, height: int) -> Inked:
    """Draw the objects as by a pen on paper, all in one layer; marks get no boxes."""
    ink = np.zeros((height, width), np.uint8)
    drawn = [(draw_ink(ink, placed), placed.label) for placed in objects]
    boxes = np.array([box for box, label in drawn if label != MARK], np.float32).reshape(-1, 4)
    return Inked(ink[None], boxes, np.array([label for _, label in drawn if label != MARK], np.int64))


def over(paper: NDArray[np.uint8], shade: int | Sequence[int], ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Mix paper, (H, W) or (H, W, 3), with ink (H, W) of a shade, or of a colour."""
    cover = (ink if paper.ndim == 2 else ink[..., None]).astype(np.uint32)
    mixed = paper * (255 - cover) + np.array(shade, np.uint32) * cover
    return np.asarray((mixed + 127) // 255, np.uint8)


def by_mouse(placed: Placed, spacing: float) -> Placed:
    """Redraw the ink as by a mouse that reports its position every `spacing` pixels."""
    strokes = [_curved(_reported(stroke, spacing)) for stroke in placed.strokes]
    points, ends = join(strokes)
    return replace(placed, points=points, ends=ends)


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
