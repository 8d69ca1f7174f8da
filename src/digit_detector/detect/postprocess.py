"""From the network's raw numbers to boxes: the only place where predictions are decoded for use."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from digit_detector.detect.boxes import overlap
from digit_detector.detect.nms import nms
from digit_detector.metadata import SIZE_LOGIT_RANGE, ModelMetadata

Floats = npt.NDArray[np.float32]

TOP: Final = 3
"""Classes that a box may be read as, its best ones."""

NOISE: Final = 0.005
"""A lesser name that scores less is none: where the evaluation of YOLOv3's authors (Darknet's) ends too."""


class Candidates(NamedTuple):
    """Boxes in px of the network's input, with a score for every class.

    Attributes:
        boxes: float32 (N, 4) xyxy, not clipped.
        class_scores: float32 (N, classes) in [0, 1], objectness times class probability.
    """

    boxes: Floats
    class_scores: Floats


class Decoder:
    """Decodes one picture's predictions, as the YOLOv3 paper does (section 2.1) with YOLOv4's widened centres."""

    def __init__(self, metadata: ModelMetadata) -> None:
        self.metadata: Final = metadata
        self._shape: Final = (metadata.predictions, 5 + len(metadata.classes))
        corners, strides, anchors = [], [], []
        for stride, scale in zip(metadata.strides, metadata.anchors, strict=True):
            cells = metadata.input_size // stride
            row, column = np.divmod(np.arange(cells * cells), cells)
            corners.append(np.repeat(np.stack([column, row], axis=1), len(scale), axis=0))
            strides.append(np.full((cells * cells * len(scale), 1), stride))
            anchors.append(np.tile(scale, (cells * cells, 1)))
        self._cells: Final = np.concatenate(corners).astype(np.float32)  # (A, 2) column, row
        self._strides: Final = np.concatenate(strides).astype(np.float32)  # (A, 1)
        self._anchors: Final = np.concatenate(anchors).astype(np.float32)  # (A, 2) width, height

    def __call__(self, predictions: Floats, score_threshold: float = 0.0) -> Candidates:
        """Decode the predictions whose best class scores at least the threshold, in the order given.

        Args:
            predictions: (A, 5 + classes) raw: tx, ty, tw, th, objectness, classes.
            score_threshold: in [0, 1].
        """
        if predictions.shape != self._shape:
            raise ValueError(f"predictions have the shape {predictions.shape}, not {self._shape}")
        if not 0 <= score_threshold <= 1:
            raise ValueError(f"score_threshold is {score_threshold}: give a number from 0 to 1")
        # No class can score more than the objectness: most predictions need no further look.
        objectness = sigmoid(predictions[:, 4])
        chosen = np.flatnonzero(objectness >= score_threshold)
        class_scores = objectness[chosen, None] * sigmoid(predictions[chosen, 5:])
        reached = class_scores.max(axis=1) >= score_threshold
        chosen = chosen[reached]
        return Candidates(self._boxes(predictions[chosen, :4], chosen), class_scores[reached])

    def _boxes(self, offsets: Floats, chosen: npt.NDArray[np.intp]) -> Floats:
        centres = (2 * sigmoid(offsets[:, :2]) - 0.5 + self._cells[chosen]) * self._strides[chosen]
        halves = self._anchors[chosen] * np.exp(np.clip(offsets[:, 2:], *SIZE_LOGIT_RANGE)) / 2
        return np.concatenate([centres - halves, centres + halves], axis=1)


def select(candidates: Candidates, iou_threshold: float) -> Candidates:
    """The objects: class-agnostic non-maximum suppression by each box's best class; what stays, best first."""
    kept = nms(candidates.boxes, candidates.class_scores.max(axis=1), iou_threshold)
    return Candidates(candidates.boxes[kept], candidates.class_scores[kept])


def readings(
    candidates: Candidates, iou_threshold: float, score_threshold: float
) -> tuple[Candidates, npt.NDArray[np.int64]]:
    """The objects of `select`, with what else each may be; best first.

    YOLOv3's classes do not exclude each other: each box, kept or suppressed, is read as its TOP best ones. But an
    object is one thing. A lesser name is right only where the surest one, of score s, is wrong: 1 - s of its score is
    left, a quarter at most. (Soft-NMS, Bodla et al. 2017, weakens by the overlap.) Of the boxes with that name the best
    stays. Those that are left with less than NOISE go, whatever the threshold. A higher threshold leaves fewer of them,
    and changes none.

    Args:
        candidates: those that score at least `score_threshold`.
        iou_threshold, score_threshold: in [0, 1].

    Returns:
        A candidate for each object, and one for each lesser name, with the scores of that class and of those below it;
        and the indices of the latter.
    """
    objects = select(candidates, iou_threshold)
    if score_threshold > 0.25:  # more than s (1 - s) can be
        return objects, np.zeros(0, np.int64)
    least = max(score_threshold, NOISE)
    named, (boxes, class_scores) = (_scoring(some, least) for some in (objects, candidates))
    # (objects, boxes): which box is of which object.
    of = overlap(named.boxes, boxes, iou_threshold) | (named.boxes[:, None] == boxes).all(axis=2)
    names, scores = named.class_scores.argmax(axis=1), named.class_scores.max(axis=1)
    surest = np.where(of, scores[:, None], np.float32(0)).max(axis=0, initial=0)
    weakened = class_scores * (1 - surest)[:, None]
    rank = np.argsort(np.argsort(-class_scores, axis=1, kind="stable"), axis=1)
    others = (rank < TOP) & (weakened >= least)
    for own, name, score in zip(of, names, scores, strict=True):
        others[own, name] &= weakened[own, name] > score
    indices, labels = np.nonzero(others)
    best = nms(boxes[indices], weakened[indices, labels], iou_threshold, labels)
    indices, labels = indices[best], labels[best]
    below = rank[indices] >= rank[indices, labels][:, None]
    found = Candidates(
        np.concatenate([objects.boxes, boxes[indices]]),
        np.concatenate([objects.class_scores, np.where(below, weakened[indices], np.float32(0))]),
    )
    order = np.argsort(-found.class_scores.max(axis=1), kind="stable")
    return Candidates(found.boxes[order], found.class_scores[order]), np.flatnonzero(order >= len(objects.boxes))


def _scoring(candidates: Candidates, least: float) -> Candidates:
    reached = candidates.class_scores.max(axis=1) >= least
    return Candidates(candidates.boxes[reached], candidates.class_scores[reached])


def sigmoid(logits: Floats) -> Floats:
    """1 / (1 + exp(-x)) without overflow, for float32 of any size."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * logits)), np.float32)
