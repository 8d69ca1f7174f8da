"""Windows: parts of the picture that the network sees enlarged, where the whole picture leaves small ink unexplained.

This is sliced inference (Akyon et al. 2022), but only where the ink needs it: a drawing whose ink lies in confident
boxes has no windows.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digit_detector.classes import DIGITS
from digit_detector.detect.letterbox import Letterbox, Region, letterbox
from digit_detector.detect.pieces import Pieces, find_pieces

SMALL: Final = 26.0
"""Pieces of ink and boxes up to this size, in pixels of the whole picture's input, are small."""

CONFIDENT: Final = 0.99
"""Score from which a small box explains the ink in it; for larger boxes the detector's threshold is enough."""

MIN_LARGEST: Final = 0.3
"""If no piece of ink has this fraction of the size of an `other` or `censored` box, the box is around a group."""

TOLERANCE: Final = 0.1
"""Ink outside a box, up to this fraction of its longer side, belongs to it."""

MIN_SIZE: Final = 8
"""Pieces of ink smaller than this, in pixels of the picture, cannot be read."""

MIN_INPUT_SIZE: Final = 1.5
"""Pieces smaller than this, in pixels of the whole picture's input, are specks."""

MAX_DOT_RATIO: Final = 1.6
"""Of a dot's longer side to the shorter one."""

MIN_DOT_FILL: Final = 0.6
"""Fraction of its box that a dot fills."""

REVIEW_FRACTION: Final = 0.25
"""If this fraction of the small pieces is unexplained, the others are looked at again too."""

WINDOW_SIZE: Final = 36.0
"""The median piece of ink becomes this large in a window, in pixels of the input."""

STEPS: Final = 8
"""Window places per window side."""

MAX_WINDOWS: Final = 40


def look_closer(
    ink: NDArray[np.uint8], whole: Letterbox, boxes: NDArray[np.float32], class_scores: NDArray[np.float32]
) -> list[Letterbox]:
    """Return windows of small ink that the whole picture's boxes do not explain; none for most drawings.

    A window shows the small pieces that it holds whole, without the ink around them.

    Args:
        ink: steep ink (H, W).
        whole: the whole picture's letterbox.
        boxes: (M, 4) xyxy in pixels of its input, of scores that reach the detector's threshold.
        class_scores: (M, classes) of these boxes.
    """
    if _digits_hold_all_ink(whole, boxes, class_scores):  # most drawings: spares them the search for pieces
        return []
    pieces = find_pieces(ink)
    sizes = pieces.sizes * whole.scale
    explained = _is_explained(pieces, whole.to_picture(boxes), class_scores, whole.scale)
    readable = (sizes <= SMALL) & _may_be_object(pieces, whole)
    targets = readable & ~explained
    if not targets.any():
        return []
    if targets.sum() >= REVIEW_FRACTION * readable.sum():
        targets, explained = readable, np.zeros_like(explained)
    input_size = whole.input.shape[-1]
    side = round(input_size * float(np.median(pieces.sizes[targets])) / WINDOW_SIZE)
    if side >= max(ink.shape):
        return []
    hidden = explained | (sizes > SMALL)
    return [
        letterbox(ink, input_size, region, _mask(pieces, hidden, region))
        for region in cover(pieces.boxes[targets], side, *ink.shape[::-1])
    ]


def _digits_hold_all_ink(whole: Letterbox, boxes: NDArray[np.float32], class_scores: NDArray[np.float32]) -> bool:
    """Whether confident digits explain all ink; boxes (M, 4) are in pixels of the input."""
    sizes = (boxes[:, 2:] - boxes[:, :2]).max(axis=1, initial=0)
    is_confident = (class_scores.max(axis=1, initial=0) >= CONFIDENT) | (sizes > SMALL)
    chosen = is_confident & (class_scores.argmax(axis=1) < len(DIGITS))
    reach = TOLERANCE * sizes[chosen, None]
    low = np.ceil(np.maximum(boxes[chosen, :2] - reach, 0)).astype(int)
    high = np.floor(np.maximum(boxes[chosen, 2:] + reach, 0)).astype(int)
    unexplained = whole.ink.copy()
    for (left, top), (right, bottom) in zip(low.tolist(), high.tolist(), strict=True):
        unexplained[top:bottom, left:right] = 0
    return not unexplained.any()


def _may_be_object(pieces: Pieces, whole: Letterbox) -> NDArray[np.bool_]:
    """Whether pieces are neither specks, nor dots, nor cut by the picture's edge: (N,)."""
    sides = pieces.boxes[:, 2:] - pieces.boxes[:, :2]
    longer, shorter = sides.max(axis=1, initial=0), sides.min(axis=1, initial=1 << 30)
    is_speck = longer < max(MIN_SIZE, MIN_INPUT_SIZE / whole.scale)
    is_dot = (longer <= MAX_DOT_RATIO * shorter) & (pieces.areas >= MIN_DOT_FILL * longer * shorter)
    is_cut = (pieces.boxes[:, :2] <= 0).any(axis=1) | (pieces.boxes[:, 2:] >= (whole.width, whole.height)).any(axis=1)
    return np.asarray(~(is_speck | is_dot | is_cut))


def _is_explained(
    pieces: Pieces, boxes: NDArray[np.float32], class_scores: NDArray[np.float32], scale: float
) -> NDArray[np.bool_]:
    """Whether confident boxes (M, 4), in pixels of the picture, hold the pieces: (N,)."""
    sizes = (boxes[:, 2:] - boxes[:, :2]).max(axis=1, initial=0)
    is_confident = (class_scores.max(axis=1, initial=0) >= CONFIDENT) | (sizes * scale > SMALL)
    is_digit = class_scores.argmax(axis=1) < len(DIGITS)
    centres = (pieces.boxes[:, :2] + pieces.boxes[:, 2:]) / 2
    explained = np.zeros(len(centres), bool)
    for index in np.flatnonzero(is_confident):  # one by one: a picture may have a million pieces
        reach = TOLERANCE * sizes[index]
        inside = ((centres >= boxes[index, :2] - reach) & (centres <= boxes[index, 2:] + reach)).all(axis=1)
        if is_digit[index] or pieces.sizes[inside].max(initial=0) >= MIN_LARGEST * sizes[index]:
            explained |= inside
    return explained


def cover(boxes: NDArray[np.int32], side: int, width: int, height: int) -> list[Region]:
    """Cover boxes (N, 4) by at most MAX_WINDOWS square windows, each box whole in one of them where it fits.

    Greedily: the next window holds most of the boxes that are not covered yet (Chvátal 1979), in its middle.

    Args:
        boxes: int32 (N, 4) xyxy in pixels of the picture.
        side: of a window, in pixels.
        width, height: of the picture, in pixels.
    """
    margin = np.maximum((boxes[:, 2:] - boxes[:, :2]).max(axis=1) // 3, 2)[:, None]
    low, high = np.maximum(boxes[:, :2] - margin, 0), np.minimum(boxes[:, 2:] + margin, (width, height))
    lefts, tops = _places(width, side), _places(height, side)
    # For each box, the first place of a window that holds it, and the one after the last.
    spans = np.stack(
        [
            np.searchsorted(tops, high[:, 1] - side),
            np.searchsorted(tops, low[:, 1], "right"),
            np.searchsorted(lefts, high[:, 0] - side),
            np.searchsorted(lefts, low[:, 0], "right"),
        ],
        axis=1,
    )
    held = np.zeros((len(tops), len(lefts)), np.int32)
    for y0, y1, x0, x1 in spans.tolist():
        held[y0:y1, x0:x1] += 1
    uncovered = np.ones(len(boxes), bool)
    windows: list[Region] = []
    while held.any() and len(windows) < MAX_WINDOWS:
        row, column = divmod(int(held.argmax()), len(lefts))
        chosen = uncovered & (spans <= (row, len(tops), column, len(lefts))).all(axis=1)
        chosen &= (spans[:, 1] > row) & (spans[:, 3] > column)
        for y0, y1, x0, x1 in spans[chosen].tolist():
            held[y0:y1, x0:x1] -= 1
        uncovered &= ~chosen
        left, top = np.clip(
            (low[chosen].min(axis=0) + high[chosen].max(axis=0) - side) // 2, 0, (lefts[-1], tops[-1])
        ).tolist()
        windows.append((left, top, min(left + side, width), min(top + side, height)))
    return windows


def _places(length: int, side: int) -> NDArray[np.int64]:
    """Return the places of windows along a side of the picture: (M,), ascending."""
    last, step = max(length - side, 0), max(1, side // STEPS)
    return np.append(np.arange(0, last, step), last)


def _mask(pieces: Pieces, hidden: NDArray[np.bool_], region: Region) -> NDArray[np.uint8]:
    """Return 1 at and beside the pieces that a region holds whole and that are not hidden, otherwise 0: (h, w)."""
    left, top, right, bottom = region
    held = (pieces.boxes[:, :2] >= (left, top)).all(axis=1) & (pieces.boxes[:, 2:] <= (right, bottom)).all(axis=1)
    shown = np.append(False, held & ~hidden)[pieces.labels[top:bottom, left:right]]
    return np.asarray(cv2.dilate(shown.astype(np.uint8), np.ones((3, 3), np.uint8)), np.uint8)
