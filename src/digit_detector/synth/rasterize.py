"""Draw a scene as a picture, and compute the exact boxes of its objects."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digit_detector.synth.scene import Placed, Scene

_SHIFT = 3
"""Fractional bits of OpenCV's fixed-point coordinates."""


def draw(scene: Scene) -> NDArray[np.uint8]:
    """Return black ink on white, (H, W) uint8, with round pens and smooth edges like a browser's canvas."""
    image = np.full((scene.height, scene.width), 255, np.uint8)
    for placed in (*scene.objects, *scene.specks):
        draw_ink(image, placed)
    return image


def draw_ink(image: NDArray[np.uint8], placed: Placed) -> None:
    """Draw one object onto `image` in place."""
    fixed = np.rint(placed.points * (1 << _SHIFT)).astype(np.int32)
    strokes = np.split(fixed, placed.ends[:-1])
    pen = _thickness(placed.pen)
    if placed.filled:
        cv2.fillPoly(image, strokes, 0, cv2.LINE_AA, _SHIFT)
    lines = [stroke for stroke in strokes if len(stroke) > 1]
    cv2.polylines(image, lines, placed.filled, 0, pen, cv2.LINE_AA, _SHIFT)
    for stroke in strokes:
        if len(stroke) == 1:  # polylines omits single points
            cv2.circle(image, stroke[0].tolist(), (pen << _SHIFT) // 2, 0, cv2.FILLED, cv2.LINE_AA, _SHIFT)


def _thickness(pen: float) -> int:
    """Return OpenCV's thickness for a pen: its anti-aliased lines are about 1.5 pixels wider than requested."""
    return max(1, round(pen - 1.5))


def _drawn_width(thickness: int) -> float:
    """Return the measured width in pixels of OpenCV's anti-aliased line of this thickness."""
    return 1.4 if thickness == 1 else 2 * (thickness // 2) + 1.5


def boxes_of(scene: Scene) -> NDArray[np.float32]:
    """Return the objects' boxes, (N, 4) xyxy in pixels: the ink including the pen's width, clipped to the canvas."""
    boxes = np.zeros((len(scene.objects), 4), np.float32)
    for box, placed in zip(boxes, scene.objects, strict=True):
        half = _drawn_width(_thickness(placed.pen)) / 2
        box[:2], box[2:] = placed.points.min(0) - half, placed.points.max(0) + half
    # OpenCV's coordinates are pixel centres; boxes count from the pixels' edges.
    return np.asarray(np.clip(boxes + 0.5, 0, [scene.width, scene.height] * 2), np.float32)
