"""Explain a result: what each grid predicts, which boxes were left out for which reason, and pictures of the steps.

Pictures are uint8 (S * ENLARGED, S * ENLARGED, 3) for a network input (S, S); boxes are xyxy in pixels of that input.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
from PIL import ImageColor

from digit_detector.detect.detections import Detections
from digit_detector.detect.detector import Prediction
from digit_detector.detect.images import Pixels
from digit_detector.detect.postprocess import Candidates, nms, pairwise_iou, suppress, to_detections
from digit_detector.metadata import ANCHORS_PER_SCALE, STRIDES, ModelMetadata
from digit_detector.show.render import COLOURS

Floats = npt.NDArray[np.float32]

MIN_SCORE: Final = 0.05
"""Boxes that score less are noise at any useful threshold."""

MAX_LEFT_OUT: Final = 10
"""Boxes that are listed, best first."""

Colour = tuple[int, int, int]

ENLARGED: Final = 3
HEAT: Final[Colour] = (217, 72, 15)
"""The colour of objectness 1; 0 is white."""
FAINT: Final[Colour] = (150, 156, 163)
FILLED: Final = -1
_CELL: Final[Colour] = (253, 214, 190)
_INK: Final = 0.35  # of black, under boxes


class Reason(NamedTuple):
    """Why a box was left out.

    Attributes:
        kind: its score is below the threshold, or a better box overlaps it too much, or better boxes have its ink.
        label: the better box's label, for `overlap`.
        iou: with the better box, in [0, 1], for `overlap`.
    """

    kind: Literal["score", "overlap", "ink"]
    label: str | None = None
    iou: float | None = None


@dataclass(frozen=True, eq=False)
class LeftOut:
    """Boxes that were left out, best first, with their reasons."""

    detections: Detections
    reasons: tuple[Reason, ...]


def left_out(prediction: Prediction, score_threshold: float, iou_threshold: float) -> LeftOut:
    """Return the boxes that `prediction.detections` leaves out at these thresholds, each in [0, 1].

    A box below the score threshold is listed only if lowering the threshold would show it.
    """
    candidates = prediction.candidates(min(MIN_SCORE, score_threshold))
    boxes, scores = candidates.boxes, candidates.scores
    distinct = nms(boxes, scores, iou_threshold)
    kept = suppress(candidates, prediction.views, iou_threshold)
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
        elif index in distinct:
            reasons.append(Reason("ink"))
        else:
            iou = pairwise_iou(boxes[index][None], boxes[distinct])[0]
            overlaps = np.where(scores[distinct] >= scores[index], iou, -1)
            better = int(overlaps.argmax())
            label = prediction.metadata.classes[labels[distinct[better]]]
            reasons.append(Reason("overlap", label, float(overlaps[better])))
    found = to_detections(candidates.take(listed), prediction.views)
    return LeftOut(found.turn(-prediction.turned), tuple(reasons))


def objectness_maps(prediction: Prediction) -> list[Floats]:
    """Return each grid's objectness: float32 (cells, cells) in [0, 1], finest grid first.

    A cell with several anchors has the highest objectness among them.
    """
    sides = [prediction.metadata.input_size // stride for stride in STRIDES]
    ends = np.cumsum([ANCHORS_PER_SCALE * side**2 for side in sides])
    grids = np.split(prediction.outputs[:, 4], ends[:-1])
    return [grid.reshape(side, side, ANCHORS_PER_SCALE).max(axis=2) for side, grid in zip(sides, grids, strict=True)]


class Origin(NamedTuple):
    """The prediction that a box comes from; `scale` is an index into the strides."""

    scale: int
    row: int
    column: int
    anchor: int


def origin(metadata: ModelMetadata, index: int) -> Origin:
    """Return where the prediction of this index, from 0, lies; raises IndexError beyond the last."""
    remaining = index
    for scale, stride in enumerate(STRIDES):
        side = metadata.input_size // stride
        if remaining < (count := ANCHORS_PER_SCALE * side**2):
            cell, anchor = divmod(remaining, ANCHORS_PER_SCALE)
            return Origin(scale, *divmod(cell, side), anchor)
        remaining -= count
    raise IndexError(f"there are {metadata.predictions} predictions: index {index} is past the last")


class Frame(NamedTuple):
    """A box in a step picture."""

    box: Floats
    colour: Colour
    width: int
    """Of the line in pixels; FILLED tints the ground under the ink."""


def ink_picture(ink: Floats) -> Pixels:
    """Draw the network's input (S, S), ink in [0, 1], as black on white."""
    return _enlarged(np.asarray(255 * (1 - ink), np.uint8))


def heat_picture(ink: Floats, objectness: Floats) -> Pixels:
    """Draw a grid's objectness (cells, cells) in [0, 1] as colour under the ink."""
    colour = 255 - objectness[:, :, None] * (255 - np.array(HEAT))
    side = ink.shape[0] * ENLARGED
    heat = cv2.resize(np.asarray(colour, np.uint8), (side, side), interpolation=cv2.INTER_NEAREST)
    step = side // objectness.shape[0]
    heat[::step] = heat[:, ::step] = FAINT
    dark = cv2.resize(ink, (side, side), interpolation=cv2.INTER_NEAREST)[:, :, None]
    return np.asarray(heat * (1 - 0.8 * dark), np.uint8)


def frames_picture(ink: Floats, frames: Iterable[Frame]) -> Pixels:
    """Draw boxes over the faint ink, later ones on top."""
    picture = _enlarged(np.asarray(255 * (1 - _INK * ink), np.uint8))
    for box, colour, width in frames:
        x0, y0, x1, y1 = np.rint(np.clip(box, -1e4, 1e4) * ENLARGED).astype(int).tolist()
        if width == FILLED:
            ground = picture[max(y0, 0) : y1, max(x0, 0) : x1]
            ground[:] = np.minimum(ground, colour)
        else:
            cv2.rectangle(picture, (x0, y0), (x1, y1), colour, width)
    return picture


def anchor_frames(metadata: ModelMetadata, where: Origin, box: Floats) -> list[Frame]:
    """Return frames for one cell, its anchors around the cell's centre, and the box made from one of them."""
    stride = STRIDES[where.scale]
    corner = np.array([where.column, where.row], np.float32) * stride
    centre = corner + stride / 2
    frames = [Frame(np.concatenate([corner, corner + stride]), _CELL, FILLED)]
    for index, (width, height) in enumerate(metadata.anchors[where.scale]):
        half = np.array([width, height], np.float32) / 2
        chosen = index == where.anchor
        frames.append(Frame(np.concatenate([centre - half, centre + half]), HEAT if chosen else FAINT, 2))
    return [*frames, Frame(box, (0, 0, 0), 3)]


def labelled_frames(candidates: Candidates, classes: tuple[str, ...], width: int) -> list[Frame]:
    """Return boxes in the colours of their best classes, best last."""
    labels = candidates.class_scores.argmax(axis=1)
    colours = [ImageColor.getrgb(COLOURS[name])[:3] for name in classes]
    order = np.argsort(candidates.scores, kind="stable")
    return [Frame(candidates.boxes[index], colours[labels[index]], width) for index in order]


def window_frames(prediction: Prediction) -> list[Frame]:
    """Return frames around the windows that the network saw enlarged; empty if it saw none."""
    whole = prediction.letterbox
    regions = [view.letterbox.region for view in prediction.views if view.letterbox.region != whole.region]
    return [Frame(box, HEAT, 2) for box in whole.to_input(np.array(regions, np.float32).reshape(-1, 4))]


def _enlarged(grey: Pixels) -> Pixels:
    side = grey.shape[0] * ENLARGED
    large = cv2.resize(grey, (side, side), interpolation=cv2.INTER_NEAREST)
    return np.asarray(cv2.cvtColor(large, cv2.COLOR_GRAY2RGB), np.uint8)
