"""How likely a kept drawing's labels are wrong, or how much it teaches: what the review's order rests on."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from digit_detector.classes import CLASSES
from digit_detector.collect.review.annotators import SAME_OBJECT, Floats, Opinion
from digit_detector.detect.images import read_image
from digit_detector.detect.postprocess import pairwise_iou
from digit_detector.drawing import Annotation, Drawing

UNSEEN: Final = 0.6
"""Suspicion of an object that a reader does not see: more than of an unsure label, less than of a contradicted one."""
RARITY: Final = 0.1
"""What the rarest class adds: enough to come first among equals."""


@dataclass(frozen=True)
class Suspicion:
    """Of one drawing."""

    score: float
    """From 0, everyone agrees and is sure, to a little over 1."""
    reason: str
    """In a few words, for the maintainer."""


def suspicion(record: Drawing, opinions: Mapping[str, Opinion], counts: Counter[str]) -> Suspicion:
    """The most suspicious of a drawing's objects, given or missing.

    Args:
        record: the drawing, with the labels that are doubted.
        opinions: readers by name, at least one.
        counts: how many objects each class has in the whole collection.

    Raises ImageError where the picture cannot be read.
    """
    picture = read_image(record.read())
    boxes = np.array([annotation.box for annotation in record.annotations], np.float32).reshape(-1, 4)
    said = {name: opinion(picture, boxes) for name, opinion in opinions.items()}
    doubts = [
        _doubt(annotation, {name: rows[index] for name, rows in said.items()})
        for index, annotation in enumerate(record.annotations)
    ]
    doubts += _missing(record, boxes)
    worst = max(doubts, key=lambda doubt: doubt.score, default=Suspicion(UNSEEN, "without any object"))
    return Suspicion(worst.score + RARITY * _rarity(record.annotations, counts), worst.reason)


def _doubt(annotation: Annotation, said: Mapping[str, Floats]) -> Suspicion:
    """Disagreement and a low margin in one: what the readers, on average, do not give to the label."""
    label = CLASSES.index(annotation.label)
    shares = [1 - float(row[label]) if row.any() else UNSEEN for row in said.values()]
    reads = [f"{name} {CLASSES[int(row.argmax())] if row.any() else 'nothing'}" for name, row in said.items()]
    return Suspicion(float(np.mean(shares)), f"labelled {annotation.label}; {', '.join(reads)}")


def _missing(record: Drawing, boxes: Floats) -> list[Suspicion]:
    """What the detector saw when the drawing was made, and the person did not confirm anywhere near."""
    found = record.detections or ()
    if not found:
        return []
    near = pairwise_iou(np.array([detection.box for detection in found], np.float32), boxes).max(axis=1, initial=0)
    return [
        Suspicion(UNSEEN * detection.score, f"no object where the page found {detection.label}")
        for detection, overlap in zip(found, near, strict=True)
        if overlap < SAME_OBJECT
    ]


def _rarity(annotations: Sequence[Annotation], counts: Counter[str]) -> float:
    """0 where all classes are as common as the most common one, near 1 for one that is hardly there."""
    most = max(counts.values(), default=1)
    return max((1 - counts[annotation.label] / most for annotation in annotations), default=0.0)
