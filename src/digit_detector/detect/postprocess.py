"""Postprocessing: score threshold, non-maximum suppression, and box edges snapped to the ink.

`postprocess` is the only postprocessing in the project: serving, validation during training, the explanation view and
the label-issue search call it or its parts.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from digit_detector.detect.detections import Detections
from digit_detector.detect.letterbox import Letterbox

Floats = npt.NDArray[np.float32]

MIN_SCORE: Final = 0.01
"""Candidates that score less are no objects at any threshold: there are thousands, and each is compared with each."""

SNAP_REACH: Final = 2.0
"""Pixels of the input by which an edge may move; for large boxes SNAP_REACH_FRACTION of their longer side."""

SNAP_REACH_FRACTION: Final = 0.1

CUT_REACH: Final = 2.0
"""Pixels of a window's input: boxes that come nearer to an inner edge are cut by it."""

MIN_INSIDE: Final = 0.8
"""A box lies in a larger one if this fraction of its area does."""

MIN_GROUP_INK: Final = 0.8
"""A box is a group of objects if these have this fraction of its ink."""

MIN_SHARED_INK: Final = 0.95
"""A box has no ink of its own if objects that overlap it have this fraction of its ink."""

MIN_EDGE_INK: Final = 0.15
"""Ink below this is no edge."""


class View(NamedTuple):
    """What the network predicts for the whole picture, or for a window of it.

    Attributes:
        outputs: float32 (A, 5 + classes): xyxy in pixels of the input, objectness, class probabilities.
        letterbox: the input.
    """

    outputs: Floats
    letterbox: Letterbox


class Candidates(NamedTuple):
    """Boxes with a score for every class.

    Attributes:
        boxes: float32 (N, 4) xyxy in pixels of the whole picture's input, not clipped.
        class_scores: float32 (N, classes) in [0, 1]: objectness times class probability.
        views: int64 (N,), the view in which the network predicted each; 0 is the whole picture.
    """

    boxes: Floats
    class_scores: Floats
    views: npt.NDArray[np.int64]

    @property
    def scores(self) -> Floats:
        """The best class's score of each box: (N,)."""
        return np.asarray(self.class_scores.max(axis=1))

    def take(self, indices: npt.NDArray[np.integer] | npt.NDArray[np.bool_]) -> "Candidates":
        """Return the candidates at these indices, in their order."""
        return Candidates(self.boxes[indices], self.class_scores[indices], self.views[indices])


def postprocess(views: Sequence[View], score_threshold: float, iou_threshold: float) -> Detections:
    """Turn the network's predictions into detections, one per object, best first.

    Args:
        views: the whole picture, then its windows.
        score_threshold: in [0, 1]; candidates that score less, or less than MIN_SCORE, are dropped.
        iou_threshold: in [0, 1]; see `nms`.

    Raises:
        ValueError: a threshold outside [0, 1].
    """
    candidates = find_candidates(views, score_threshold)
    candidates = candidates.take(candidates.scores >= MIN_SCORE)
    detections = to_detections(candidates.take(suppress(candidates, views, iou_threshold)), views)
    # Boxes in the letterbox's padding have no area in the picture.
    visible: npt.NDArray[np.bool_] = np.all(detections.boxes[:, 2:] > detections.boxes[:, :2], axis=1)
    return detections.take(visible)


def find_candidates(views: Sequence[View], score_threshold: float) -> Candidates:
    """Return the predictions whose best class scores at least the threshold, in their order.

    Boxes that a window's edge cuts are left out: another window holds them whole. Raises ValueError for a threshold
    outside [0, 1].
    """
    if not 0 <= score_threshold <= 1:
        raise ValueError(f"score_threshold is {score_threshold}: give a number from 0 to 1")
    found = []
    for index, (outputs, letterbox) in enumerate(views):
        # No class can score more than the objectness, so most predictions need no further look.
        likely = outputs[outputs[:, 4] >= score_threshold]
        class_scores = likely[:, 4:5] * likely[:, 5:]
        chosen = class_scores.max(axis=1) >= score_threshold
        boxes = likely[:, :4]
        if index:
            chosen &= ~_is_cut(boxes, letterbox)
            boxes = views[0].letterbox.to_input(letterbox.to_picture(boxes))
        found.append(Candidates(boxes[chosen], class_scores[chosen], np.full(int(chosen.sum()), index)))
    return found[0] if len(found) == 1 else Candidates(*map(np.concatenate, zip(*found, strict=True)))


def _is_cut(boxes: Floats, letterbox: Letterbox) -> npt.NDArray[np.bool_]:
    """Whether boxes (N, 4) in a window's pixels reach an edge that lies inside the picture: (N,)."""
    left, top, right, bottom = letterbox.region
    corners = letterbox.to_input(np.array([letterbox.region], np.float32))[0]
    inner = np.array([left > 0, top > 0, right < letterbox.width, bottom < letterbox.height])
    inside = np.concatenate([boxes[:, :2] - corners[:2], corners[2:] - boxes[:, 2:]], axis=1)
    return np.asarray((inside < CUT_REACH)[:, inner].any(axis=1))


def to_detections(candidates: Candidates, views: Sequence[View]) -> Detections:
    """Snap candidates to the ink and move them to the picture; they must come best first."""
    boxes = np.zeros_like(candidates.boxes)
    for index, (_, letterbox) in enumerate(views):
        chosen = candidates.views == index
        seen = candidates.boxes[chosen]
        if index:
            seen = letterbox.to_input(views[0].letterbox.to_picture(seen))
        boxes[chosen] = letterbox.to_image(snap_to_ink(seen, letterbox.ink))
    whole = views[0].letterbox
    return Detections(boxes, candidates.class_scores, whole.width, whole.height)


def suppress(candidates: Candidates, views: Sequence[View], iou_threshold: float) -> npt.NDArray[np.int64]:
    """Apply `nms`, then drop each box whose ink better ones have: one around a line, across digits, or beyond one.

    Args:
        candidates: N boxes.
        views: in which they were found; see `Prediction.views` for their order.
        iou_threshold: in [0, 1]; see `nms`.

    Returns:
        Indices of the kept candidates, best first.

    Raises:
        ValueError: a threshold outside [0, 1].
    """
    inks = _whole_inks(views)
    kept: list[int] = []
    better = np.empty_like(candidates.boxes)
    for index in nms(candidates.boxes, candidates.scores, iou_threshold).tolist():
        box = candidates.boxes[index]
        if not _is_explained(box, better[: len(kept)], inks[candidates.views[index]]):
            better[len(kept)] = box
            kept.append(index)
    return np.array(kept, dtype=np.int64)


def _whole_inks(views: Sequence[View]) -> list[Floats]:
    """Return for each view the input (S, S) of the whole picture, or of all faint ink, of which it is a part."""
    inks: list[Floats] = []
    for _, letterbox in views:
        inks.append(letterbox.ink if letterbox.region == views[0].letterbox.region else inks[-1])
    return inks


def _is_explained(box: Floats, better: Floats, ink: Floats) -> bool:
    """Whether better boxes (M, 4) have a box's ink: most of it those inside it, or all of it those that overlap it.

    Boxes that hold it do not count: a digit may stand in a frame.
    """
    intersection = _intersection_and_union(box[None], better)[0][0]
    area, areas = (box[2:] - box[:2]).prod(), (better[:, 2:] - better[:, :2]).prod(axis=1)
    inside = better[(intersection >= MIN_INSIDE * areas) & (areas <= area / 2)]
    if len(inside) and _shared_ink(box, inside, ink, margin=1) > MIN_GROUP_INK:
        return True
    overlapping = better[(intersection > 0) & (intersection < MIN_INSIDE * area)]
    return len(overlapping) > 0 and _shared_ink(box, overlapping, ink, margin=0) > MIN_SHARED_INK


def _shared_ink(box: Floats, others: Floats, ink: Floats, margin: int) -> float:
    """Return the fraction of a box's ink in others (M, 4), or up to `margin` beside them, in pixels of the input."""
    x0, y0, x1, y1 = box.tolist()
    rows, columns = _pixels(y0, y1, len(ink)), _pixels(x0, x1, len(ink))
    part = ink[rows, columns]
    uncovered = part.copy()
    height, width = part.shape
    for x0, y0, x1, y1 in (others - np.array([columns.start, rows.start] * 2, np.float32)).tolist():
        uncovered[_pixels(y0 - margin, y1 + margin, height), _pixels(x0 - margin, x1 + margin, width)] = 0
    total = float(part.sum())
    return 1 - float(uncovered.sum()) / total if total else 0.0


def nms(boxes: Floats, scores: Floats, iou_threshold: float) -> npt.NDArray[np.int64]:
    """Apply greedy, class-agnostic non-maximum suppression.

    Args:
        boxes: (N, 4) xyxy, any unit.
        scores: (N,), higher is better.
        iou_threshold: in [0, 1]; a box is dropped if its IoU with a better kept box is greater than this.

    Returns:
        Indices of the kept boxes, best first; equal scores keep their order.

    Raises:
        ValueError: a threshold outside [0, 1].
    """
    if not 0 <= iou_threshold <= 1:
        raise ValueError(f"iou_threshold is {iou_threshold}: give a number from 0 to 1")
    remaining = np.argsort(-scores, kind="stable")
    boxes = boxes.astype(np.float32, copy=False)
    kept: list[int] = []
    while remaining.size:
        best, others = remaining[0], remaining[1:]
        kept.append(int(best))
        intersection, union = _intersection_and_union(boxes[best][None], boxes[others])
        # No division, which would give NaN for boxes without area.
        remaining = others[(intersection <= iou_threshold * union)[0]]
    return np.array(kept, dtype=np.int64)


def pairwise_iou(first: Floats, second: Floats) -> Floats:
    """Return the IoU of xyxy boxes (N, 4) and (M, 4): (N, M); 0 for boxes without area."""
    intersection, union = _intersection_and_union(first, second)
    return np.asarray(intersection / np.maximum(union, 1e-9), np.float32)


def _intersection_and_union(first: Floats, second: Floats) -> tuple[Floats, Floats]:
    """Return areas (N, M)."""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    intersection = np.maximum(high - low, 0).prod(-1)
    areas = [(boxes[:, 2:] - boxes[:, :2]).prod(-1) for boxes in (first, second)]
    return intersection, areas[0][:, None] + areas[1][None] - intersection


def snap_to_ink(boxes: Floats, ink: Floats) -> Floats:
    """Move each edge to the outermost of the object's ink within its reach: (N, 4) xyxy in pixels of the input.

    The network finds boxes to about a pixel of its input; the ink shows them to a fraction of one. An edge stays where
    the ink continues beyond its reach, as between touching digits, and where there is no ink.

    Args:
        boxes: (N, 4) xyxy in pixels of the input.
        ink: (S, S) in [0, 1], the input; a pixel at an edge is covered in proportion to its ink.
    """
    is_ink = ink >= MIN_EDGE_INK
    count, pieces = cv2.connectedComponents(is_ink.view(np.uint8))
    areas = np.bincount(pieces[is_ink], minlength=count)
    return np.array([_snap(box, ink, np.asarray(pieces, np.int32), areas) for box in boxes], np.float32).reshape(-1, 4)


def _snap(box: Floats, ink: Floats, pieces: npt.NDArray[np.int32], areas: npt.NDArray[np.int64]) -> tuple[float, ...]:
    """Snap a box; `pieces` (S, S) has each pixel's connected piece of ink, 0 for none, and `areas` their areas."""
    x0, y0, x1, y1 = box.tolist()
    reach = max(SNAP_REACH, SNAP_REACH_FRACTION * max(x1 - x0, y1 - y0))
    rows, columns = (_pixels(low - reach, high + reach, len(ink)) for low, high in ((y0, y1), (x0, x1)))
    inner_rows, inner_columns = _pixels(y0, y1, len(ink)), _pixels(x0, x1, len(ink))
    # A piece is the object's if it lies mostly in the box, or is most of the ink in it.
    inside = np.bincount(pieces[inner_rows, inner_columns].ravel(), minlength=len(areas))
    is_own = 2 * inside >= np.minimum(areas, inside[1:].sum())
    is_own[0] = False
    own = np.where(is_own[pieces[rows, columns]], ink[rows, columns], 0)
    # Only the box's own rows and columns count: ink beside a corner belongs to a neighbour.
    across, down = np.zeros((2, len(ink)), np.float32)
    across[columns] = own[inner_rows.start - rows.start : inner_rows.stop - rows.start].max(axis=0, initial=0)
    down[rows] = own[:, inner_columns.start - columns.start : inner_columns.stop - columns.start].max(axis=1, initial=0)
    (left, right), (top, bottom) = _edges(across, x0, x1, reach), _edges(down, y0, y1, reach)
    return left, top, right, bottom


def _pixels(low: float, high: float, size: int) -> slice:
    return slice(max(0, int(np.floor(low))), max(0, min(size, int(np.ceil(high)))))


def _edges(profile: Floats, low: float, high: float, reach: float) -> tuple[float, float]:
    """Return where the ink of a profile (S,) begins and ends near `low` and `high`."""
    window = _pixels(low - reach, high + reach, len(profile))
    inked = np.flatnonzero(profile[window] >= MIN_EDGE_INK)
    if not inked.size:
        return low, high
    first, last = window.start + int(inked[0]), window.start + int(inked[-1])
    begin, end = float(first), float(last + 1)
    if first < last:
        begin, end = begin + 1 - float(profile[first]), end - 1 + float(profile[last])
    continues_before, continues_after = 0 < first == window.start, len(profile) > last + 1 == window.stop
    if continues_before or abs(begin - low) > reach:
        begin = low
    if continues_after or abs(end - high) > reach:
        end = high
    # In a box narrower than its reach, one edge may meet ink beyond the other.
    return (begin, end) if begin < end else (low, high)
