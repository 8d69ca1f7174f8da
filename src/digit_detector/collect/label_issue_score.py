"""Score how likely a stored drawing's labels are wrong, by what the detector and the baseline call its objects."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from digit_detector.classes import CLASSES
from digit_detector.detect.detector import Detector
from digit_detector.detect.images import read_image
from digit_detector.detect.postprocess import pairwise_iou
from digit_detector.drawing import Annotation, Drawing, boxes_and_labels
from digit_detector.errors import ImageError

Floats = npt.NDArray[np.float32]

Annotator = Callable[[npt.NDArray[np.uint8], Floats], Floats]
"""A function of a picture, as `read_image` returns it, and boxes (N, 4) xyxy in its pixels. It returns the classes'
probabilities in each box, (N, 12), which sum to 1, or zeros for a box in which it finds nothing."""

SAME_OBJECT: Final = 0.4
"""IoU from which the detector's box counts as the annotated object."""
MIN_SCORE: Final = 0.01
UNSEEN: Final = 0.6
"""Score of an object that an annotator does not see: above that of an unsure label, below that of a wrong one."""
DAMAGED: Final = 2.0
"""Score of a drawing whose picture cannot be read."""
RARITY: Final = 0.1
"""Bonus of the rarest class, which decides between equal scores."""


def detector_annotator(detector: Detector) -> Annotator:
    """Return an annotator that takes the detector's best box on each given box."""

    def annotate(picture: npt.NDArray[np.uint8], boxes: Floats) -> Floats:
        found = detector.detect(picture, score_threshold=MIN_SCORE, iou_threshold=1)
        probabilities = np.zeros((len(boxes), len(CLASSES)), np.float32)
        if len(found):
            same = pairwise_iou(boxes, found.boxes) >= SAME_OBJECT
            best = (same * found.scores).argmax(axis=1)
            seen = same[np.arange(len(boxes)), best]
            scores = found.class_scores[best[seen]]
            probabilities[seen] = scores / scores.sum(axis=1, keepdims=True)
        return probabilities

    return annotate


def baseline_annotator() -> Annotator:
    """Return an annotator that classifies the ink in each box by the baseline; needs torch."""
    from digit_detector.detect.background import ink_of
    from digit_detector.evaluate.baseline import Baseline, clean, crop

    baseline = Baseline.load()

    def annotate(picture: npt.NDArray[np.uint8], boxes: Floats) -> Floats:
        ink = clean(ink_of(picture))
        edges = np.concatenate([np.floor(boxes[:, :2]), np.ceil(boxes[:, 2:])], axis=1).astype(np.int64)
        with_ink = [index for index, (x0, y0, x1, y1) in enumerate(edges) if ink[y0:y1, x0:x1].any()]
        probabilities = np.zeros((len(boxes), len(CLASSES)), np.float32)
        if with_ink:
            probabilities[with_ink] = baseline.probabilities(np.stack([crop(ink, edges[index]) for index in with_ink]))
        return probabilities

    return annotate


@dataclass(frozen=True)
class LabelIssue:
    """Hold the label-issue score of a drawing or an object."""

    score: float
    """From 0, all annotators agree and are certain, to a little over 1, or DAMAGED."""
    reason: str
    """A few words for the maintainer."""


def find_label_issue(drawing: Drawing, annotators: Mapping[str, Annotator], class_counts: Counter[str]) -> LabelIssue:
    """Return the highest label-issue score among a drawing's annotated and missing objects.

    Args:
        drawing: with the labels in question.
        annotators: by name, at least one.
        class_counts: objects per class in the whole collection.

    A picture that cannot be read has the highest of all.
    """
    try:
        picture = read_image(drawing.read())
    except ImageError as error:
        return LabelIssue(DAMAGED, f"damaged: {error}")
    boxes, _ = boxes_and_labels(drawing.annotations)
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
