"""How boxes lie to one another."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


def overlap(first: Floats, second: Floats, iou_threshold: float) -> npt.NDArray[np.bool_]:
    """Whether the IoU of xyxy boxes (N, 4) and (M, 4) is greater than the threshold: (N, M); never without area."""
    intersection, union = _intersection_and_union(first, second)
    return np.asarray(intersection > iou_threshold * union)  # no division, which boxes of no area would make NaN


def pairwise_iou(first: Floats, second: Floats) -> Floats:
    """IoU of xyxy boxes (N, 4) and (M, 4): (N, M); 0 for boxes without area."""
    intersection, union = _intersection_and_union(first, second)
    return np.asarray(intersection / np.maximum(union, 1e-9), np.float32)


def _intersection_and_union(first: Floats, second: Floats) -> tuple[Floats, Floats]:
    """Areas (N, M)."""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    intersection = np.maximum(high - low, 0).prod(-1)
    areas = [(boxes[:, 2:] - boxes[:, :2]).prod(-1) for boxes in (first, second)]
    return intersection, areas[0][:, None] + areas[1][None] - intersection
