"""Turning: notice a picture that lies on its side or stands on its head, so that it is read upright.

A drawing is seldom looked at twice for this: only if the network names few of its objects with certainty.
"""

from typing import Final, NamedTuple

from digit_detector.classes import DIGITS
from digit_detector.detect.postprocess import View, find_candidates, nms
from digit_detector.metadata import ModelMetadata

CERTAIN: Final = 0.9
"""Score from which a digit is certain."""

MIN_OBJECTS: Final = 3
"""Objects of a picture that may be turned."""

MAX_CERTAIN: Final = 0.7
"""Fraction of its objects from which, being certain digits, a picture stands upright."""

MIN_DIGITS: Final = 4
"""Certain digits that a turned picture must show."""

MIN_GAIN: Final = 1.5
"""How many times as many certain digits it must show."""


class Count(NamedTuple):
    """How many objects a view shows, and how many of them are certain digits."""

    objects: int
    digits: int


def count(view: View, metadata: ModelMetadata) -> Count:
    """Count the objects of a view at the weights' own thresholds."""
    candidates = find_candidates([view], metadata.score_threshold)
    kept = candidates.take(nms(candidates.boxes, candidates.scores, metadata.iou_threshold))
    is_digit = kept.class_scores.argmax(axis=1) < len(DIGITS)
    return Count(len(kept.boxes), int((is_digit & (kept.scores >= CERTAIN)).sum()))


def may_be_turned(upright: Count) -> bool:
    """Whether other turns of a picture are worth a look."""
    return upright.objects >= MIN_OBJECTS and upright.digits < MAX_CERTAIN * upright.objects


def quarter_turns(counts: list[Count]) -> int:
    """Choose how often to turn the picture by 90 degrees counterclockwise.

    counts: of the picture as it is, and after 1, 2 and 3 such turns.
    """
    best = max(range(len(counts)), key=lambda turns: counts[turns].digits)  # the first of equal ones
    objects, digits = counts[best]
    is_better = digits >= max(MIN_DIGITS, MIN_GAIN * counts[0].digits) and digits >= MAX_CERTAIN * objects
    return best if is_better else 0
