"""Define the scene: objects placed on a canvas, the lines of its paper, and ink that is no object; draw it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digit_detector.synth.strokes import Ink, Points

SIDE: Final = 400
"""Longer side of most canvases, in pixels."""

MARK: Final = -1
"""Label of ink that is no object, such as a comma or a slip of the pen."""

REACH: Final = 1 / 3
"""Fraction of the smaller object's height by which an object of a line may reach into one of the line above."""

_SHIFT: Final = 3
"""Fractional bits of OpenCV's fixed-point coordinates."""

Extent = tuple[NDArray[np.float32], NDArray[np.float32]]
"""The top left and the bottom right corner, each (2,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Placed(Ink):
    """Hold the ink of one object in its place on a canvas, in pixels."""

    pen: float
    """Width of the round pen in pixels."""
    label: int
    """Class index, or MARK."""
    filled: bool = False
    shade: int = 0
    """Grey level of the ink, 0 for black."""

    @property
    def extent(self) -> Extent:
        """Return the extent of the ink, the pen's width included."""
        half = np.float32(self.pen / 2)
        return self.points.min(0) - half, self.points.max(0) + half

    def moved(self, offset: NDArray[np.float32]) -> "Placed":
        """Return the same ink, displaced by `offset` (2,)."""
        return replace(self, points=self.points + offset)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Hold a line of the paper: ruled, of a table, or of a frame."""

    points: Points
    """(n, 2) in pixels of the canvas."""
    width: float
    """In pixels."""
    shade: int
    """Grey level."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Hold a canvas with its objects, and with specks: ink that is not an object."""

    width: int
    height: int
    objects: tuple[Placed, ...]
    specks: tuple[Placed, ...] = ()
    lines: tuple[Line, ...] = ()
    """Drawn under the ink."""
    cell: float = 1.0
    """Pixels of the canvas per pixel of the picture: a picture is coarse above 1, as an enlarged part of a page is."""


def extent_of(objects: Iterable[Placed]) -> Extent:
    """Return the extent of the ink of one or more objects."""
    lows, highs = zip(*(placed.extent for placed in objects), strict=True)
    return np.min(lows, axis=0), np.max(highs, axis=0)


def moved(objects: Iterable[Placed], x: float, y: float) -> list[Placed]:
    """Return the same ink, displaced by (x, y)."""
    return [placed.moved(np.array([x, y], np.float32)) for placed in objects]


def clearance(above: Sequence[Placed], line: Sequence[Placed]) -> float:
    """Return by how many pixels a line must move down so that nothing reaches further than REACH into the one above."""
    if not above or not line:
        return 0.0
    upper, lower = (np.array([placed.extent for placed in row]) for row in (above, line))  # (n, 2, 2)
    upper, lower = upper[:, None], lower[None]
    beside = (upper[..., 1, 0] > lower[..., 0, 0]) & (upper[..., 0, 0] < lower[..., 1, 0])
    shorter = np.minimum(*(row[..., 1, 1] - row[..., 0, 1] for row in (upper, lower)))
    needed = upper[..., 1, 1] - lower[..., 0, 1] - REACH * shorter
    return float(needed[beside].max(initial=0.0))


def fit(
    rng: Generator, objects: Sequence[Placed], width: int, height: float, top: float = 0.0
) -> tuple[list[Placed], float]:
    """Move objects to a random place in `width` x `height` pixels below `top`, as large as they are if they fit.

    Returns the objects and by how much they shrank.
    """
    low, high = extent_of(objects)
    space = np.array([width, height])
    scale = min(1.0, float((0.97 * space / (high - low)).min()))
    corner = rng.random(2) * np.maximum(space - (high - low) * scale, 0) + (0, top)
    placed = [
        replace(
            placed,
            points=((placed.points - low) * scale + corner).astype(np.float32),
            pen=max(1.0, placed.pen * scale),
        )
        for placed in objects
    ]
    return placed, scale


def draw(scene: Scene) -> NDArray[np.uint8]:
    """Return black ink on white, (H, W) uint8, with round pens and smooth edges like a browser's canvas."""
    image = np.full((scene.height, scene.width), 255, np.uint8)
    for line in scene.lines:
        fixed = np.rint(line.points * (1 << _SHIFT)).astype(np.int32)
        cv2.polylines(image, [fixed], False, line.shade, _thickness(line.width), cv2.LINE_AA, _SHIFT)
    for placed in sorted((*scene.objects, *scene.specks), key=lambda placed: -placed.shade):
        draw_ink(image, placed)
    if scene.cell > 1:
        image = np.asarray(cv2.resize(image, _picture_size(scene), interpolation=cv2.INTER_AREA), np.uint8)
    return image


def _picture_size(scene: Scene) -> tuple[int, int]:
    """Return the width and height in pixels of a scene's picture."""
    return max(1, round(scene.width / scene.cell)), max(1, round(scene.height / scene.cell))


def draw_ink(image: NDArray[np.uint8], placed: Placed) -> None:
    """Draw one object onto `image` in place."""
    strokes = [np.rint(stroke * (1 << _SHIFT)).astype(np.int32) for stroke in placed.strokes]
    pen = _thickness(placed.pen)
    if placed.filled:
        cv2.fillPoly(image, strokes, placed.shade, cv2.LINE_AA, _SHIFT)
    lines = [stroke for stroke in strokes if len(stroke) > 1]
    cv2.polylines(image, lines, placed.filled, placed.shade, pen, cv2.LINE_AA, _SHIFT)
    for stroke in strokes:
        if len(stroke) == 1:  # polylines omits single points
            cv2.circle(image, stroke[0].tolist(), (pen << _SHIFT) // 2, placed.shade, cv2.FILLED, cv2.LINE_AA, _SHIFT)


def _thickness(pen: float) -> int:
    """Return OpenCV's thickness for a pen: its anti-aliased lines are about 1.5 pixels wider than requested."""
    return max(1, round(pen - 1.5))


def _drawn_width(thickness: int) -> float:
    """Return the measured width in pixels of OpenCV's anti-aliased line of this thickness."""
    return 1.4 if thickness == 1 else 2 * (thickness // 2) + 1.5


def boxes_of(scene: Scene) -> NDArray[np.float32]:
    """Return the objects' boxes, (N, 4) xyxy in pixels of the picture: the ink with the pen's width, clipped."""
    boxes = np.zeros((len(scene.objects), 4), np.float32)
    for box, placed in zip(boxes, scene.objects, strict=True):
        half = _drawn_width(_thickness(placed.pen)) / 2
        box[:2], box[2:] = placed.points.min(0) - half, placed.points.max(0) + half
    canvas = np.array([scene.width, scene.height] * 2, np.float32)
    # OpenCV's coordinates are pixel centres; boxes count from the pixels' edges.
    boxes = np.clip(boxes + 0.5, 0, canvas)
    if scene.cell > 1:
        picture = np.array(_picture_size(scene) * 2, np.float32)
        boxes = np.minimum(boxes * (picture / canvas), picture)
    return np.asarray(boxes, np.float32)
