"""Figures of a detector on pictures whose objects are known."""

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torchmetrics.detection import MeanAveragePrecision

from digit_detector.classes import CLASSES
from digit_detector.detect.decode import Candidates, Decoder, select

LOWEST_SCORE: Final = 0.02
"""Detections below this score do not count towards average precision."""

THRESHOLDS: Final = tuple(round(0.05 * step, 2) for step in range(2, 19))
"""Score thresholds among which the product's default is chosen."""


def pairwise_iou(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    """IoU of xyxy boxes (N, 4) and (M, 4): (N, M)."""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    overlap = np.clip(high - low, 0, None).prod(-1)
    areas = [(boxes[:, 2:] - boxes[:, :2]).prod(-1) for boxes in (first, second)]
    return np.asarray(overlap / np.maximum(areas[0][:, None] + areas[1][None] - overlap, 1e-9), np.float32)


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


class Evaluation:
    """Collects pictures one by one and then gives the figures."""

    def __init__(self, decoder: Decoder, iou_threshold: float) -> None:
        self._decoder = decoder
        self._iou_threshold = iou_threshold
        self._precision = MeanAveragePrecision(class_metrics=True, backend="pycocotools")
        self._precision.warn_on_many_detections = False
        self._right: list[list[bool]] = []

    def add(self, predictions: NDArray[np.float32], boxes: NDArray[np.float32], labels: NDArray[np.int64]) -> None:
        """One picture: raw predictions (A, 5 + classes), and its objects' boxes (M, 4) xyxy and labels (M,)."""
        kept = select(self._decoder(predictions, LOWEST_SCORE), self._iou_threshold)
        self.add_detections(kept, boxes, labels)

    def add_detections(self, kept: Candidates, boxes: NDArray[np.float32], labels: NDArray[np.int64]) -> None:
        """One picture whose detections are at hand: as `add`, after NMS."""
        scores, found = kept.class_scores.max(axis=1), kept.class_scores.argmax(axis=1)
        self._precision.update(
            [{name: torch.from_numpy(value) for name, value in
              (("boxes", kept.boxes), ("scores", scores), ("labels", found))}],
            [{"boxes": torch.from_numpy(boxes), "labels": torch.from_numpy(labels)}],
        )  # fmt: skip
        above = [scores >= threshold for threshold in THRESHOLDS]
        self._right.append([exactly_right(kept.boxes[a], found[a], boxes, labels) for a in above])

    def figures(self) -> dict[str, float]:
        """AP50, AP50:95, AP50 of each class (where it occurs), the exact share at the best threshold, and that."""
        precision = self._precision.compute()
        shares = np.mean(self._right, axis=0)
        best = int(shares.argmax())
        return {
            "AP50": float(precision["map_50"]),
            "AP50:95": float(precision["map"]),
            "exact": float(shares[best]),
            "score_threshold": THRESHOLDS[best],
        } | {
            f"AP50:95/{CLASSES[int(label)]}": float(value)
            for label, value in zip(
                precision["classes"].reshape(-1), precision["map_per_class"].reshape(-1), strict=True
            )
            if value >= 0
        }
