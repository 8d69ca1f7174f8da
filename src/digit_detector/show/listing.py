"""Lists that people read: which objects are doubtful, scores in per cent, and tables for a terminal."""

import math
from collections.abc import Container, Sequence
from typing import Final

from digit_detector.detect.detections import ClassScore

# Chosen by a grid search on validation canvases so that at most 5 % of those read right are marked;
# `tools/calibrate_doubt.py` tells how many are.
SURE_SCORE: Final = 0.8
"""An object whose best class scores less is doubtful."""
SURE_RATIO: Final = 0.06
"""An object is doubtful if its second class has more than this part of the best class's score."""
MISSED_SCORE: Final = 0.03
"""A box that was left out for its score alone may be a missed object if it scores at least this."""


def is_doubtful(top: Sequence[ClassScore]) -> bool:
    """Return whether a person should look at this object again; `top` has its best classes, best first."""
    best, second = top[:2]
    return best.score < SURE_SCORE or second.score > SURE_RATIO * best.score


def per_cent(score: float) -> str:
    """Write a score in [0, 1] in whole per cent; `<1%` if it would be rounded to nothing."""
    return "<1%" if 0 < score < 0.005 else f"{math.floor(100 * score + 0.5)}%"


def text_table(rows: Sequence[Sequence[str]], left: Container[int] = (0,)) -> str:
    """Align the cells of rows of equal length.

    left: indices of the columns that are aligned to the left; the others are numbers and align to the right.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at in left else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
