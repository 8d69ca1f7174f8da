"""Connected pieces of ink: strokes that touch, as parts of objects or whole ones."""

from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

_ROWS: Final = 256
"""Of the picture that are measured at once, which bounds the memory."""


class Pieces(NamedTuple):
    """Connected pieces of ink.

    Attributes:
        boxes: int32 (N, 4) xyxy in pixels of the picture.
        areas: int32 (N,) in pixels.
        labels: int32 (H, W), for each pixel the piece's index + 1; 0 is paper.
    """

    boxes: NDArray[np.int32]
    areas: NDArray[np.int32]
    labels: NDArray[np.int32]

    @property
    def sizes(self) -> NDArray[np.int32]:
        """The longer sides of the boxes: (N,)."""
        return np.asarray((self.boxes[:, 2:] - self.boxes[:, :2]).max(axis=1, initial=0))


def find_pieces(ink: NDArray[np.uint8], lowest: int = 128) -> Pieces:
    """Find the connected pieces of ink (H, W): pixels from the lowest value on, corners included."""
    mask = cv2.threshold(ink, lowest - 1, 1, cv2.THRESH_BINARY)[1]
    count, labels = cv2.connectedComponents(mask, connectivity=8)
    left, top = np.full((2, count), max(ink.shape))
    right, bottom, areas = np.zeros((3, count), np.intp)
    # OpenCV's statistics take memory for each piece in each of its threads: gigabytes for a picture of dots.
    for first in range(0, len(labels), _ROWS):
        rows, columns = np.nonzero(labels[first : first + _ROWS])
        rows += first
        pieces = labels[rows, columns].astype(np.intp)  # of one type with the rest: ten times as fast
        np.minimum.at(left, pieces, columns)
        np.minimum.at(top, pieces, rows)
        np.maximum.at(right, pieces, columns + 1)
        np.maximum.at(bottom, pieces, rows + 1)
        areas += np.bincount(pieces, minlength=count)
    boxes = np.stack([left[1:], top[1:], right[1:], bottom[1:]], axis=1, dtype=np.int32, casting="same_kind")
    return Pieces(boxes, areas[1:].astype(np.int32), np.asarray(labels, np.int32))
