"""Connected pieces of ink: strokes that touch, as parts of objects or whole ones."""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray


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
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    x, y, width, height, area = stats[1:].T
    return Pieces(np.stack([x, y, x + width, y + height], axis=1), area, np.asarray(labels, np.int32))
