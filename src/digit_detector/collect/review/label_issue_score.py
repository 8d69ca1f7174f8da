"""Score how likely a stored drawing's labels are wrong, or how much it would teach; the review is ordered by it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from digit_detector.classes import CLASSES
from digit_detector.collect.review.annotators import SAME_OBJECT, Annotator, Floats
from digit_detector.detect.images import read_image
from digit_detector.detect.postprocess import pairwise_iou
from digit_detector.drawing import Annotation, Drawing

UNSEEN: Final = 0.6
"""Score of an object that an annotator does not see: above that of an unsure label, below that of a wrong one."""
RARITY: Final = 0.1
"""Bonus of the rarest class, which decides between equal scores."""


@dataclass(frozen=True)
class LabelIssue:
    """Hold the label-issue score of a drawing or an object."""

    score: float
    """From 0, all annotators agree and are certain, to a little over 1."""
    reason: str
    """A few words for the maintainer."""


def find_label_issue(drawing: Drawing, annotators: Mapping[str, Annotator], class_counts: Counter[str]) -> LabelIssue:
    """Return the highest label-issue score among a drawing's annotated and missing objects.

    Args:
        drawing: with the labels in question.
        annotators: by name, at least one.
        class_counts: objects per class in the whole collection.

    Raises ImageError if the picture cannot be read.
    """
    picture = read_image(drawing.read())
    boxes = np.array([annotation.box for annotation in drawing.annotations], np.float32).reshape(-1, 4)
    probabilities = {name: annotator(picture, boxes) for name, annotator in annotators.items()}
    issues = [
        _label_issue(annotation, {name: rows[index] for name, rows in probabilities.items()})
        for index, annotation in enumerate(drawing.annotations)
    ]
    issues += _missing_objects(drawing, boxes)
    worst = max(issues, key=lambda issue: issue.score, default=LabelIssue(UNSEEN, "without any object"))
    return LabelIssue(worst.score + RARITY * _rarity(drawing.annotations, class_counts), worst.reason)


def _label_issue(annotation: Annotation, probabilities: Mapping[str, Floats]) -> LabelIssue:
    """Score a label by its mean improbability, which covers both disagreement and uncertainty."""
    label = CLASSES.index(annotation.label)
    scores = [1 - float(row[label]) if row.any() else UNSEEN for row in probabilities.values()]
    answers = [
        f"{name} {CLASSES[int(row.argmax())] if row.any() else 'nothing'}" for name, row in probabilities.items()
    ]
    return LabelIssue(float(np.mean(scores)), f"labelled {annotation.label}; {', '.join(answers)}")


def _missing_objects(drawing: Drawing, boxes: Floats) -> list[LabelIssue]:
    """Score the detections, made when it was drawn, near which the person confirmed no object."""
    detections = drawing.detections or ()
    if not detections:
        return []
    detected = np.array([detection.box for detection in detections], np.float32)
    overlaps = pairwise_iou(detected, boxes).max(axis=1, initial=0)
    return [
        LabelIssue(UNSEEN * detection.score, f"no object where the page found {detection.label}")
        for detection, overlap in zip(detections, overlaps, strict=True)
        if overlap < SAME_OBJECT
    ]


def _rarity(annotations: Sequence[Annotation], class_counts: Counter[str]) -> float:
    """Return the rarity of the rarest class: 0 for the most common class, nearly 1 for one with hardly any objects."""
    most = max(class_counts.values(), default=1)
    return max((1 - class_counts[annotation.label] / most for annotation in annotations), default=0.0)
