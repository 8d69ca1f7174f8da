"""Detections as a list that people read: its order, which objects are doubtful, and scores in per cent."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from digit_detector.classes import DIGITS
from digit_detector.detect.detections import ClassScore, Detections
from digit_detector.detect.reading_order import written_lines

# As `tools/calibrate_doubt.py` found them: more marks would reach more than 5 % of the canvases that are read right.
SURE_SCORE: Final = 0.62
"""An object whose best class scores less is doubtful."""
SURE_RATIO: Final = 0.15
"""An object is doubtful if its second class has more than this part of the best class's score."""
MISSED_SCORE: Final = 0.2
"""A box that was left out for its score alone may be a missed object if it scores at least this."""


def reading_order(detections: Detections) -> list[int]:
    """Return the objects' indices: the digits in the order of `Detections.reading`, then the others likewise."""
    is_digit = np.array([top[0].label in DIGITS for top in detections.top], bool)
    order: list[int] = []
    for group in (np.flatnonzero(is_digit), np.flatnonzero(~is_digit)):
        lines = written_lines(detections.boxes[group], detections.labels[group].tolist())
        order += [int(group[index]) for line in lines for index in line]
    return order


def is_doubtful(top: Sequence[ClassScore]) -> bool:
    """Return whether a person should look at this object again; `top` has its best classes, best first."""
    best, second = top[:2]
    return best.score < SURE_SCORE or second.score > SURE_RATIO * best.score


def per_cent(score: float) -> str:
    """Write a score in [0, 1] in whole per cent; `<1%` if it would be rounded to nothing."""
    return "<1%" if 0 < score < 0.005 else f"{math.floor(100 * score + 0.5)}%"
