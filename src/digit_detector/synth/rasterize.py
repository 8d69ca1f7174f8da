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
    fixed = np.rint(placed.points * (1 << _SHIFT)).astype(np.int32)
    strokes = np.split(fixed, placed.ends[:-1])
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
