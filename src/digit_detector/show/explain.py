"""Explain a result: what each grid predicts, and which boxes were left out for which reason."""

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from digit_detector.detect.detections import Detections
from digit_detector.detect.detector import Prediction
from digit_detector.detect.postprocess import nms, pairwise_iou, suppress, to_detections
from digit_detector.metadata import ModelMetadata

Floats = npt.NDArray[np.float32]

MIN_SCORE: Final = 0.05
"""Boxes that score less are noise at any useful threshold."""

MAX_LEFT_OUT: Final = 10
"""Boxes that are listed, best first."""


class Reason(NamedTuple):
    """Why a box was left out.

    Attributes:
        kind: its score is below the threshold, or a better box overlaps it too much, or it is around better boxes.
        label: the better box's label, for `overlap`.
        iou: with the better box, in [0, 1], for `overlap`.
    """

    kind: Literal["score", "overlap", "group"]
    label: str | None = None
    iou: float | None = None


@dataclass(frozen=True, eq=False)
class LeftOut:
    """Boxes that were left out, best first, with their reasons."""

    detections: Detections
    reasons: tuple[Reason, ...]


def left_out(prediction: Prediction, score_threshold: float, iou_threshold: float) -> LeftOut:
    """Return the boxes that `prediction.detections` leaves out at these thresholds, each in [0, 1].

    A box below the score threshold is listed only if no better box overlaps it: lowering the threshold would show it.
    """
    candidates = prediction.candidates(min(MIN_SCORE, score_threshold))
    boxes, scores = candidates.boxes, candidates.scores
    distinct = nms(boxes, scores, iou_threshold)
    kept = suppress(candidates, prediction.letterbox.ink, iou_threshold)
    # Greedy suppression ignores lower scores, so the higher threshold alone would keep exactly these.
    shown = kept[scores[kept] >= score_threshold]
    suppressed = np.setdiff1d(np.flatnonzero(scores >= score_threshold), shown)
    listed = np.concatenate([suppressed, kept[len(shown) :]])
    listed = listed[np.argsort(-scores[listed], kind="stable")][:MAX_LEFT_OUT]
    labels = candidates.class_scores.argmax(axis=1)
    reasons = []
    for index in listed:
        if scores[index] < score_threshold:
            reasons.append(Reason("score"))
            continue
        if index in distinct:
            reasons.append(Reason("group"))
            continue
        overlaps = np.where(scores[distinct] >= scores[index], pairwise_iou(boxes[index][None], boxes[distinct])[0], -1)
        better = int(overlaps.argmax())
        label = prediction.metadata.classes[labels[distinct[better]]]
        reasons.append(Reason("overlap", label, float(overlaps[better])))
    return LeftOut(to_detections(candidates.take(listed), prediction.views), tuple(reasons))


def objectness_maps(prediction: Prediction) -> list[Floats]:
    """Return each grid's objectness: float32 (cells, cells) in [0, 1], finest grid first.

    A cell with several anchors has the highest objectness among them.
    """
    metadata = prediction.metadata
    maps, start = [], 0
    for stride, anchors in zip(metadata.strides, metadata.anchors, strict=True):
        cells = metadata.input_size // stride
        end = start + cells * cells * len(anchors)
        maps.append(prediction.outputs[start:end, 4].reshape(cells, cells, len(anchors)).max(axis=2))
        start = end
    return maps


class Origin(NamedTuple):
    """The prediction that a box comes from; `scale` is an index into the strides."""

    scale: int
    row: int
    column: int
    anchor: int


def origin(metadata: ModelMetadata, index: int) -> Origin:
    """Return where the prediction of this index, from 0, lies; raises IndexError beyond the last."""
    remaining = index
    for scale, (stride, anchors) in enumerate(zip(metadata.strides, metadata.anchors, strict=True)):
        cells = metadata.input_size // stride
        count = cells * cells * len(anchors)
        if remaining < count:
            cell, anchor = divmod(remaining, len(anchors))
            return Origin(scale, *divmod(cell, cells), anchor)
        remaining -= count
    raise IndexError(f"there are {metadata.predictions} predictions: index {index} is past the last")
