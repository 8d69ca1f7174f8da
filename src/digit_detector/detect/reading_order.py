"""Reading order: boxes grouped into written lines, top to bottom, and each line left to right."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

LINE_OVERLAP: Final = 0.4
"""Two objects are on one line if they share this fraction of the smaller one's height."""


def written_lines(boxes: npt.NDArray[np.float32], labels: Sequence[int]) -> list[list[int]]:
    """Group boxes (N, 4) xyxy into lines of indices; the result does not depend on the order of the boxes.

    From left to right, each box joins the line whose last box shares most of its height, so a rising or falling line
    stays together. Of lines that share equally much, the nearest one to the left wins. `labels` (N,) only decides
    between boxes at the same place.
    """
    corners = boxes.tolist()

    def place(index: int) -> tuple[float, float, float, int]:
        x0, y0, x1, y1 = corners[index]
        return x0 + x1, y0 + y1, x0, int(labels[index])

    lines: list[list[int]] = []
    for index in sorted(range(len(corners)), key=place):
        ends = [corners[line[-1]] for line in lines]
        fits = [(_shared_height(end, corners[index]), end[0] + end[2]) for end in ends]
        best = max(range(len(lines)), key=fits.__getitem__, default=None)  # the first of equal ones
        if best is None or fits[best][0] < LINE_OVERLAP:
            lines.append([index])
        else:
            lines[best].append(index)

    def height(line: list[int]) -> tuple[float, float]:
        mean = np.mean([corners[index] for index in line], axis=0)
        return float(mean[1] + mean[3]), float(mean[0] + mean[2])

    return sorted(lines, key=height)


def _shared_height(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the height that two boxes share, as a fraction of the smaller one's."""
    shared = min(first[3], second[3]) - max(first[1], second[1])
    return float(shared / max(min(first[3] - first[1], second[3] - second[1]), 1e-6))
