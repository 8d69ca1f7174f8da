"""From the network's raw numbers to boxes: the only place where predictions are decoded for use."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from digit_detector.detect.nms import nms
from digit_detector.metadata import SIZE_LOGIT_RANGE, ModelMetadata

Floats = npt.NDArray[np.float32]

TOP: Final = 3
"""Classes that a box may be read as, its best ones."""


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


class Readings(NamedTuple):
    """Candidates read as one of their classes each, best first.

    Attributes:
        indices: int64 (K,) of the candidates; one may have several readings.
        labels: int64 (K,), the class it is read as.
        shares: float32 (K,) in [0, 1], the part of its score that suppression leaves it.
    """

    indices: npt.NDArray[np.int64]
    labels: npt.NDArray[np.int64]
    shares: Floats


def readings(candidates: Candidates, iou_threshold: float, score_threshold: float = 0.0) -> Readings:
    """What `nms` leaves of the candidates, each read as its TOP best classes; YOLOv3 lets several be true."""
    class_scores = candidates.class_scores
    labels = np.argsort(-class_scores, axis=1, kind="stable")[:, :TOP]
    scores = np.take_along_axis(class_scores, labels, axis=1)
    indices, labels = np.repeat(np.arange(len(labels)), labels.shape[1]), labels.ravel()
    kept, shares = nms(candidates.boxes[indices], scores.ravel(), iou_threshold, labels, score_threshold)
    return Readings(indices[kept], labels[kept], shares)


def select(candidates: Candidates, iou_threshold: float, score_threshold: float = 0.0) -> Candidates:
    """Non-maximum suppression: a box for each of the `readings`, with the scores of that class and those below it."""
    indices, labels, shares = readings(candidates, iou_threshold, score_threshold)
    class_scores = candidates.class_scores[indices] * shares[:, None]
    own = np.take_along_axis(class_scores, labels[:, None], axis=1)
    earlier = np.arange(class_scores.shape[1]) < labels[:, None]
    better = (class_scores > own) | ((class_scores == own) & earlier)
    return Candidates(candidates.boxes[indices], np.where(better, np.float32(0), class_scores))


def sigmoid(logits: Floats) -> Floats:
    """1 / (1 + exp(-x)) without overflow, for float32 of any size."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * logits)), np.float32)
