"""Why the detector answered as it did: what its grids say, and which boxes it left out for which reason."""

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from digit_detector.detect.boxes import pairwise_iou
from digit_detector.detect.detections import Detections
from digit_detector.detect.detector import RawPrediction
from digit_detector.detect.nms import nms
from digit_detector.detect.postprocess import Candidates, sigmoid
from digit_detector.metadata import ModelMetadata

Floats = npt.NDArray[np.float32]

FAINTEST: Final = 0.05
"""Boxes that score less are noise that no threshold worth choosing would show."""

MOST: Final = 10
"""Boxes that were left out are named up to this number, the best of them."""


class Reason(NamedTuple):
    """Why a box was left out."""

    kind: Literal["score", "overlap"]
    """Its score is below the threshold, or a better box overlaps it too much."""
    label: str | None = None
    """Of that better box."""
    iou: float | None = None
    """With that better box, in [0, 1]."""


@dataclass(frozen=True, eq=False)
class LeftOut:
    """Boxes that were left out, best first, and why."""

    detections: Detections
    reasons: tuple[Reason, ...]


def left_out(prediction: RawPrediction, score_threshold: float, iou_threshold: float) -> LeftOut:
    """The boxes that `prediction.detections(…).objects()` leaves out at these thresholds, each in [0, 1].

    A box that falls short of the score threshold counts only where no better box overlaps it: those that lowering the
    threshold would show.
    """
    boxes, class_scores = prediction.decoder(prediction.predictions, min(FAINTEST, score_threshold))
    scores = class_scores.max(axis=1)
    kept = nms(boxes, scores, iou_threshold)
    # Greedy suppression never looks at lesser boxes, so this is what the higher threshold alone would leave.
    shown = kept[scores[kept] >= score_threshold]
    doubled = np.setdiff1d(np.flatnonzero(scores >= score_threshold), shown)
    chosen = np.concatenate([doubled, kept[len(shown) :]])
    chosen = chosen[np.argsort(-scores[chosen], kind="stable")][:MOST]
    shown_labels = class_scores[shown].argmax(axis=1)
    reasons = []
    for index in chosen:
        if scores[index] < score_threshold:
            reasons.append(Reason("score"))
            continue
        overlaps = np.where(scores[shown] >= scores[index], pairwise_iou(boxes[index][None], boxes[shown])[0], -1)
        better = int(overlaps.argmax())
        label = prediction.decoder.metadata.classes[shown_labels[better]]
        reasons.append(Reason("overlap", label, float(overlaps[better])))
    prepared = prediction.prepared
    found = Candidates(prediction.to_image(boxes[chosen]), class_scores[chosen])
    return LeftOut(Detections.of(found, prepared.width, prepared.height), tuple(reasons))


def objectness_maps(prediction: RawPrediction) -> list[Floats]:
    """What each grid says about where objects are: float32 (cells, cells) in [0, 1], finest grid first.

    A cell with several anchors has the highest objectness among them.
    """
    metadata = prediction.decoder.metadata
    objectness, maps, start = sigmoid(prediction.predictions[:, 4]), [], 0
    for stride, anchors in zip(metadata.strides, metadata.anchors, strict=True):
        cells = metadata.input_size // stride
        end = start + cells * cells * len(anchors)
        maps.append(objectness[start:end].reshape(cells, cells, len(anchors)).max(axis=2))
        start = end
    return maps


class Origin(NamedTuple):
    """Which of the network's predictions a box comes from."""

    scale: int
    """Index into the strides."""
    row: int
    column: int
    anchor: int


def origin(metadata: ModelMetadata, index: int) -> Origin:
    """Where the prediction of this index, from 0, lies; raises IndexError beyond the last."""
    left = index
    for scale, (stride, anchors) in enumerate(zip(metadata.strides, metadata.anchors, strict=True)):
        cells = metadata.input_size // stride
        count = cells * cells * len(anchors)
        if left < count:
            cell, anchor = divmod(left, len(anchors))
            return Origin(scale, *divmod(cell, cells), anchor)
        left -= count
    raise IndexError(f"there are {metadata.predictions} predictions: index {index} past the last")
