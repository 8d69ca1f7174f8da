"""Reading order: boxes grouped into written lines, top to bottom, and each line left to right."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

LINE_OVERLAP: Final = 0.4
"""Two objects are on one line if they share this fraction of the smaller one's height."""

MAX_RAISED_SIZE: Final = 0.75
"""A raised digit, such as an exponent, has at most this fraction of the height of the digit before it."""

MAX_RAISED_BOTTOM: Final = 0.6
"""A raised digit ends above this fraction of the height of the digit before it, measured from its top."""

MAX_RAISED_GAP: Final = 0.3
"""Largest distance of a raised digit, to the right or above, as a fraction of the height of the digit before it."""


def written_lines(boxes: npt.NDArray[np.float32], labels: Sequence[int]) -> list[list[int]]:
    """Group boxes (N, 4) xyxy into lines of indices; the result does not depend on the order of the boxes.

    From left to right, each box joins the line whose last box shares most of its height, so a rising or falling line
    stays together. Of lines that share equally much, the nearest one to the left wins. A raised digit joins the line of
    the digit before it, and the next one is compared with that digit again. `labels` (N,) only decides between boxes at
    the same place.
    """
    corners = boxes.tolist()

    def place(index: int) -> tuple[float, float, float, int]:
        x0, y0, x1, y1 = corners[index]
        return x0 + x1, y0 + y1, x0, int(labels[index])

    lines: list[list[int]] = []
    ends: list[Sequence[float]] = []  # of each line, the last box that is not raised
    for index in sorted(range(len(corners)), key=place):
        box = corners[index]
        fits = [(max(_shared_height(end, box), LINE_OVERLAP * _is_raised(end, box)), end[0] + end[2]) for end in ends]
        best = max(range(len(lines)), key=fits.__getitem__, default=None)  # the first of equal ones
        if best is None or fits[best][0] < LINE_OVERLAP:
            lines.append([index])
            ends.append(box)
        else:
            lines[best].append(index)
            if not _is_raised(ends[best], box):
                ends[best] = box

    def height(line: list[int]) -> tuple[float, float]:
        mean = np.mean([corners[index] for index in line], axis=0)
        return float(mean[1] + mean[3]), float(mean[0] + mean[2])

    return sorted(lines, key=height)


def _shared_height(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the height that two boxes share, as a fraction of the smaller one's."""
    shared = min(first[3], second[3]) - max(first[1], second[1])
    return float(shared / max(min(first[3] - first[1], second[3] - second[1]), 1e-6))


def _is_raised(before: Sequence[float], box: Sequence[float]) -> bool:
    """Whether a box stands at the upper right of the one before it, as an exponent does."""
    x0, y0, x1, y1 = before
    height = y1 - y0
    is_small = box[3] - box[1] <= MAX_RAISED_SIZE * height
    is_high = y0 - MAX_RAISED_GAP * height <= box[3] <= y0 + MAX_RAISED_BOTTOM * height
    is_beside = (x0 + x1) / 2 <= box[0] <= x1 + MAX_RAISED_GAP * height
    return is_small and is_high and is_beside
