"""Figures of a detector on pictures whose objects are known."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torchmetrics.detection import MeanAveragePrecision

from digit_detector.classes import CLASSES
from digit_detector.detect.postprocess import pairwise_iou

LOWEST_SCORE: Final = 0.02
"""Detections below this score do not count towards average precision."""

THRESHOLDS: Final = tuple(round(0.05 * step, 2) for step in range(2, 19))
"""Score thresholds among which the product's default is chosen."""


HARDLY: Final = 0.002
"""Shares of pictures that are no further apart measure alike, on a few thousand pictures."""


def default_threshold(exact: Mapping[float, float]) -> float:
    """Of the score thresholds at which hardly fewer pictures are exactly right than at the best, the highest.

    Among thresholds that measure alike it shows the fewest boxes that are none. exact: share by threshold.
    """
    return max(threshold for threshold, share in exact.items() if share >= max(exact.values()) - HARDLY)


def exactly_right(
    found: NDArray[np.float32],
    found_labels: NDArray[np.integer],
    boxes: NDArray[np.float32],
    labels: NDArray[np.integer],
) -> bool:
    """Whether a canvas is read as a person would: every object found once (IoU >= 0.5), rightly named, nothing extra.

    found, boxes: (N, 4) and (M, 4) xyxy in the same pixels.
    """
    if len(found) != len(boxes):
        return False
    if not len(boxes):
        return True
    match = (pairwise_iou(found, boxes) >= 0.5) & (np.asarray(found_labels)[:, None] == np.asarray(labels)[None])
    # With as many boxes as objects, a perfect matching is one to one; greedy is exact as boxes hardly overlap.
    taken = np.zeros(len(boxes), bool)
    for row in match:
        free = np.flatnonzero(row & ~taken)
        if not len(free):
            return False
        taken[free[0]] = True
    return True


class Precision(NamedTuple):
    """COCO's precision of each class that occurs (Lin et al. 2014)."""

    labels: tuple[int, ...]
    """K class indices."""
    curves: NDArray[np.float64]
    """(10, 101, K): at IoU 0.5 to 0.95 in steps of 0.05, and at recall 0 to 1 in steps of 0.01."""


class Evaluation:
    """Collects pictures one by one and then gives the figures, over all processes where a training has several."""

    def __init__(self, device: torch.device | str = "cpu") -> None:
        """device: where the processes of a training exchange what they collected."""
        self._precision = MeanAveragePrecision(extended_summary=True, backend="pycocotools").to(device)
        self._precision.warn_on_many_detections = False
        self._device = device
        self._right: list[list[bool]] = []

    def add(
        self,
        found: tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]],
        boxes: NDArray[np.float32],
        labels: NDArray[np.int64],
    ) -> None:
        """Add one picture.

        Args:
            found: boxes (N, 4) xyxy, scores (N,) and labels (N,), one per object, down to LOWEST_SCORE.
            boxes: (M, 4) of its objects, in the same pixels.
            labels: (M,) of its objects.
        """
        found_boxes, scores, found_labels = found
        self._precision.update(
            [
                {
                    "boxes": torch.tensor(found_boxes, device=self._device),
                    "scores": torch.tensor(scores, device=self._device),
                    "labels": torch.tensor(found_labels, device=self._device),
                }
            ],
            [
                {
                    "boxes": torch.tensor(boxes, device=self._device),
                    "labels": torch.tensor(labels, device=self._device),
                }
            ],
        )
        above = [scores >= threshold for threshold in THRESHOLDS]
        self._right.append([exactly_right(found_boxes[a], found_labels[a], boxes, labels) for a in above])

    def exact(self) -> dict[float, float]:
        """Share of pictures read exactly right at each of THRESHOLDS."""
        counts = torch.tensor([*np.sum(self._right, axis=0), len(self._right)], dtype=torch.float64)
        if torch.distributed.is_available() and torch.distributed.is_initialized():
            counts = counts.float().to(self._device)  # not every accelerator has doubles
            torch.distributed.all_reduce(counts)
        *right, pictures = counts.tolist()
        return {threshold: count / pictures for threshold, count in zip(THRESHOLDS, right, strict=True)}

    def precision(self) -> Precision:
        """The precision of the pictures added so far, of any size of object and up to 100 detections a picture."""
        summary = self._precision.compute()
        curves = summary["precision"][:, :, :, 0, -1].cpu().numpy().astype(np.float64)
        occurs = curves[0, 0] >= 0
        labels = summary["classes"].reshape(-1).cpu().numpy()[occurs]
        return Precision(tuple(labels.tolist()), curves[:, :, occurs])

    def figures(self) -> dict[str, float]:
        """AP50, AP50:95 (also of each class that occurs), and the default threshold with the exact share there."""
        labels, curves = self.precision()
        exact = self.exact()
        threshold = default_threshold(exact)
        return {
            "AP50": float(curves[0].mean()) if labels else -1.0,
            "AP50:95": float(curves.mean()) if labels else -1.0,
            "exact": exact[threshold],
            "score_threshold": threshold,
            **{f"AP50:95/{CLASSES[k]}": float(curves[:, :, at].mean()) for at, k in enumerate(labels)},
        }
