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
    count, found = cv2.connectedComponents(mask, connectivity=8)
    labels = np.asarray(found, np.int32)
    boxes = np.zeros((count, 4), np.int32)
    boxes[:, :2] = np.iinfo(np.int32).max
    areas = np.zeros(count, np.int32)
    # OpenCV's statistics take memory for each piece in each of its threads: gigabytes for a picture of dots.
    for top in range(0, len(labels), _ROWS):
        rows, columns = np.nonzero(labels[top : top + _ROWS])
        pieces = labels[rows + top, columns]
        np.minimum.at(boxes[:, 0], pieces, columns)
        np.minimum.at(boxes[:, 1], pieces, rows + top)
        np.maximum.at(boxes[:, 2], pieces, columns + 1)
        np.maximum.at(boxes[:, 3], pieces, rows + top + 1)
        np.add.at(areas, pieces, 1)
    return Pieces(boxes[1:], areas[1:], labels)
