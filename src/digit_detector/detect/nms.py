"""Non-maximum suppression: of boxes that overlap, the best stays."""

import numpy as np
import numpy.typing as npt


def nms(
    boxes: npt.NDArray[np.float32],
    scores: npt.NDArray[np.float32],
    iou_threshold: float,
    labels: npt.NDArray[np.integer] | None = None,
) -> npt.NDArray[np.int64]:
    """Greedy non-maximum suppression; class-agnostic unless labels are given.

    Args:
        boxes: (N, 4) xyxy, any unit.
        scores: (N,), the higher the better.
        iou_threshold: in [0, 1]; a box is dropped when its IoU with a better one that stays is greater than this.
        labels: (N,); where given, boxes suppress only boxes of the same label.

    Returns:
        Indices of the boxes that stay, best first; equal scores keep the order given.
    """
    if not 0 <= iou_threshold <= 1:
        raise ValueError(f"iou_threshold is {iou_threshold}: give a number from 0 to 1")
    remaining = np.argsort(-scores, kind="stable")
    corners = boxes.astype(np.float32, copy=False).T
    areas = (corners[2] - corners[0]) * (corners[3] - corners[1])
    kept: list[int] = []
    while remaining.size:
        best, others = remaining[0], remaining[1:]
        kept.append(int(best))
        x0, y0, x1, y1 = corners[:, others]
        left, top, right, bottom = corners[:, best]
        width = np.maximum(np.minimum(x1, right) - np.maximum(x0, left), 0)
        height = np.maximum(np.minimum(y1, bottom) - np.maximum(y0, top), 0)
        intersection = width * height
        # IoU > threshold without a division, which boxes of no area would make NaN.
        suppressed = intersection > iou_threshold * (areas[others] + areas[best] - intersection)
        if labels is not None:
            suppressed &= labels[others] == labels[best]
        remaining = others[~suppressed]
    return np.array(kept, dtype=np.int64)
