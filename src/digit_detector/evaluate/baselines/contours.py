"""A detector without a network: each connected piece of ink, by OpenCV's contours, is an object."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digit_detector.detect.background import ink_of
from digit_detector.detect.letterbox import MIN_CONTRAST

SIDE: Final = 28
INNER: Final = 20
"""MNIST's form (LeCun et al. 1998): the ink fits a square of 20 pixels, its centre of mass is that of 28 x 28."""

SPECK: Final = 0.03
"""Pieces of ink smaller than this ratio of the picture's longer side are slips of the pen."""


def clean(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Clear ink (H, W) that is fainter than a quarter of the strongest: noise, ripples and shades of the paper."""
    strongest = int(ink.max())
    faintest = strongest / 4 if strongest >= MIN_CONTRAST else 255
    return np.asarray(cv2.threshold(ink, faintest, 0, cv2.THRESH_TOZERO)[1], np.uint8)


def find_boxes(ink: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Find rectangles (N, 4) xyxy around the outer contours; join those that overlap, leave out specks.

    ink: (H, W), 0 on paper, as `clean` gives it.
    """
    contours, _ = cv2.findContours(ink, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    found = np.array([cv2.boundingRect(contour) for contour in contours], np.int64).reshape(-1, 4)
    found[:, 2:] += found[:, :2]
    boxes = _joined(found)
    sides = (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    return np.asarray(boxes[sides >= SPECK * max(ink.shape)])


def _joined(boxes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Join boxes (N, 4) until no two overlap."""
    apart: list[NDArray[np.int64]] = []
    waiting = list(boxes)
    while waiting:
        box = waiting.pop()
        overlapping = [other for other in apart if (box[:2] < other[2:]).all() and (other[:2] < box[2:]).all()]
        if not overlapping:
            apart.append(box)
            continue
        apart = [other for other in apart if not any(other is box for box in overlapping)]
        together = np.stack([box, *overlapping])
        waiting.append(np.concatenate([together[:, :2].min(axis=0), together[:, 2:].max(axis=0)]))
    return np.array(apart, np.int64).reshape(-1, 4)


def extent(ink: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return the box (4,) xyxy around all ink, which must not be empty."""
    x, y, width, height = cv2.boundingRect(ink)
    return np.array([x, y, x + width, y + height])


def crop_drawing(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Cut out all ink of a picture, which must not be empty, in MNIST's form (28, 28)."""
    ink = clean(ink_of(picture))
    return crop(ink, extent(ink))


def crop(ink: NDArray[np.uint8], box: NDArray[np.int64]) -> NDArray[np.float32]:
    """Cut out the ink in a box in MNIST's form: (28, 28) in [0, 1], centred on its centre of mass."""
    x0, y0, x1, y1 = box.tolist()
    scale = INNER / max(x1 - x0, y1 - y0)
    size = (max(1, round((x1 - x0) * scale)), max(1, round((y1 - y0) * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(ink[y0:y1, x0:x1].astype(np.float32), size, interpolation=method)
    middle = np.zeros((SIDE, SIDE), np.float32)
    left, top = (SIDE - size[0]) // 2, (SIDE - size[1]) // 2
    middle[top : top + size[1], left : left + size[0]] = small / small.max()
    moments = cv2.moments(middle)
    shift = np.rint((SIDE - 1) / 2 - np.array([moments["m10"], moments["m01"]]) / moments["m00"])
    return np.asarray(cv2.warpAffine(middle, np.column_stack([np.eye(2), shift]), (SIDE, SIDE)), np.float32)
