"""Non-maximum suppression: of boxes that overlap, the best stays."""

import numpy as np
import numpy.typing as npt

from digit_detector.detect.boxes import overlap


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
    boxes = boxes.astype(np.float32, copy=False)
    kept: list[int] = []
    while remaining.size:
        best, others = remaining[0], remaining[1:]
        kept.append(int(best))
        suppressed = overlap(boxes[best][None], boxes[others], iou_threshold)[0]
        if labels is not None:
            suppressed &= labels[others] == labels[best]
        remaining = others[~suppressed]
    return np.array(kept, dtype=np.int64)
