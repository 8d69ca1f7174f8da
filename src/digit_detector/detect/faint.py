"""Faint ink beside dark ink, such as a pencil's beside a pen's, which `steepen` drops from the picture.

It is looked at apart, and only if it has pieces as large as the digits that were found: lifted within the one picture,
it would bring back shadows, lines and the writing of the other side.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digit_detector.classes import DIGITS
from digit_detector.detect.background import MIN_CONTRAST
from digit_detector.detect.letterbox import steepen
from digit_detector.detect.pieces import find_pieces
from digit_detector.detect.postprocess import Candidates, View

MIN_FRACTION: Final = 0.12
"""Ink below this fraction of the strongest is no pencil's."""

DARK_FRACTION: Final = 0.6
"""Pieces with ink from this fraction of the strongest on are dark."""

MIN_SIZE_RATIO: Final = 0.5
"""Of a faint piece to the median digit."""

MAX_SIZE_RATIO: Final = 1.5
"""Of a faint piece to the median digit."""

MIN_SCORE: Final = 0.98
"""Of a digit in faint ink: folds and shadows score less."""


def has_faint(ink: NDArray[np.uint8]) -> bool:
    """Whether some ink (H, W), not steep, is neither dark nor the edge of dark ink, which hardly a drawing has."""
    lowest, darkest = _limits(ink)
    is_dark = cv2.threshold(ink, darkest - 1, 1, cv2.THRESH_BINARY)[1]
    return not cv2.dilate(is_dark, np.ones((3, 3), np.uint8))[ink >= lowest].all()


def find_faint(ink: NDArray[np.uint8], candidates: Candidates, scale: float) -> NDArray[np.uint8] | None:
    """Return the steep ink of faint pieces that are as large as the digits found, or None if there are none.

    Args:
        ink: (H, W), not steep.
        candidates: of the same picture.
        scale: pixels of its input per pixel of the picture.
    """
    boxes = candidates.boxes[candidates.class_scores.argmax(axis=1) < len(DIGITS)]
    if not len(boxes):
        return None
    lowest, darkest = _limits(ink)
    size = float(np.median((boxes[:, 2:] - boxes[:, :2]).max(axis=1))) / scale
    pieces = find_pieces(ink, lowest)
    is_faint = (pieces.sizes >= MIN_SIZE_RATIO * size) & (pieces.sizes <= MAX_SIZE_RATIO * size)
    is_faint = np.append(False, is_faint)
    is_faint[pieces.labels[ink >= darkest]] = False
    return steepen(ink * is_faint[pieces.labels]) if is_faint.any() else None


def keep_confident_digits(view: View) -> View:
    """Return a view of faint ink with its confident digits alone."""
    scores = view.outputs[:, 4:5] * view.outputs[:, 5:]
    is_confident = (scores.max(axis=1) >= MIN_SCORE) & (scores.argmax(axis=1) < len(DIGITS))
    return view._replace(outputs=view.outputs[is_confident])


def _limits(ink: NDArray[np.uint8]) -> tuple[int, int]:
    """Return the values from which on ink counts, and is dark."""
    strongest = int(ink.max())
    return max(MIN_CONTRAST, int(MIN_FRACTION * strongest)), int(DARK_FRACTION * strongest)
