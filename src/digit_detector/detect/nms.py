"""Non-maximum suppression: of boxes that overlap, the best stays; what else its object may be, weighs less."""

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

NOISE: Final = 0.005
"""What else an object may be, and scores less, is no reading of it: where the authors' evaluation (Darknet's) ends."""


def nms(
    boxes: Floats,
    scores: Floats,
    iou_threshold: float,
    labels: npt.NDArray[np.integer] | None = None,
    score_threshold: float = 0.0,
) -> tuple[npt.NDArray[np.int64], Floats]:
    """Greedy non-maximum suppression, soft between labels (after Soft-NMS, Bodla et al. 2017).

    Boxes that overlap are readings of one object. Of the same label, the best stays. One of another label is right only
    where the better one, of score s, is wrong: it stays with 1 - s of its own score, which is then at most a quarter.
    Above that, what stays is what suppression whatever the labels leaves.

    Args:
        boxes: (N, 4) xyxy, any unit.
        scores: (N,) in [0, 1], the higher the better.
        iou_threshold: in [0, 1]; boxes overlap when their IoU is greater than this.
        labels: (N,); where none are given, all are of one.
        score_threshold: in [0, 1]; boxes that score less go, and those that come to, or come to less than NOISE.

    Returns:
        Indices of the boxes that stay, best first, equal scores in the order given; and the share of its score, in
        [0, 1], that each keeps.
    """
    if not 0 <= iou_threshold <= 1:
        raise ValueError(f"iou_threshold is {iou_threshold}: give a number from 0 to 1")
    labels = np.zeros(len(scores), np.int64) if labels is None else labels
    least = max(NOISE, score_threshold)
    shares = np.ones(len(scores), np.float32)
    remaining = np.flatnonzero(scores >= score_threshold)
    kept: list[int] = []
    while remaining.size:
        current = scores[remaining] * shares[remaining]
        at = int(current.argmax())
        best, others = int(remaining[at]), np.delete(remaining, at)
        kept.append(best)
        overlapping = _overlap(boxes[best], boxes[others], iou_threshold)
        same = labels[others] == labels[best]
        shares[others[overlapping]] *= 1 - current[at]
        left = scores[others] * shares[others]
        remaining = others[~(overlapping & (same | (left < least)))]
    indices = np.array(kept, dtype=np.int64)
    return indices, shares[indices]


def _overlap(box: Floats, others: Floats, iou_threshold: float) -> npt.NDArray[np.bool_]:
    low, high = np.maximum(others[:, :2], box[:2]), np.minimum(others[:, 2:], box[2:])
    intersection = np.maximum(high - low, 0).prod(axis=1)
    area, areas = (box[2:] - box[:2]).prod(), (others[:, 2:] - others[:, :2]).prod(axis=1)
    # IoU > threshold without a division, which boxes of no area would make NaN.
    return np.asarray(intersection > iou_threshold * (areas + area - intersection))
