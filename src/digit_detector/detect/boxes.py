"""How boxes lie to one another."""

import numpy as np
import numpy.typing as npt


def overlap(
    first: npt.NDArray[np.float32], second: npt.NDArray[np.float32], iou_threshold: float
) -> npt.NDArray[np.bool_]:
    """Whether the IoU of xyxy boxes (N, 4) and (M, 4) is greater than the threshold: (N, M); never without area."""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    intersection = np.maximum(high - low, 0).prod(-1)
    areas = [(boxes[:, 2:] - boxes[:, :2]).prod(-1) for boxes in (first, second)]
    # Without a division, which boxes of no area would make NaN.
    return np.asarray(intersection > iou_threshold * (areas[0][:, None] + areas[1][None] - intersection))


def pairwise_iou(first: npt.NDArray[np.float32], second: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """IoU of xyxy boxes (N, 4) and (M, 4): (N, M); 0 for boxes without area."""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    overlap = np.clip(high - low, 0, None).prod(-1)
    areas = [(boxes[:, 2:] - boxes[:, :2]).prod(-1) for boxes in (first, second)]
    return np.asarray(overlap / np.maximum(areas[0][:, None] + areas[1][None] - overlap, 1e-9), np.float32)
