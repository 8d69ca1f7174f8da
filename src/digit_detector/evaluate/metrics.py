"""Figures of a detector on pictures whose objects are known."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]
from torchmetrics.detection import MeanAveragePrecision

from digit_detector.classes import CLASSES
from digit_detector.detect.detections import Detections
from digit_detector.detect.postprocess import pairwise_iou

LOWEST_SCORE: Final = 0.02
"""Detections below this score do not count towards average precision."""

THRESHOLDS: Final = tuple(round(0.05 * step, 2) for step in range(2, 19))
"""Score thresholds among which the product's default is chosen."""

ONE_STANDARD_ERROR: Final = 0.001
"""Of the paired difference from the best threshold: 0.0007 at 0.45, 0.0011 at 0.50, on 3,230 validation canvases."""

BINS: Final = 15
"""Bins of the scores in the reliability diagram and its error (Guo et al. 2017)."""

CALIBRATED_FROM: Final = 0.1
"""Lower scores are left out: nobody sees them, and thousands of rightly tiny ones would flatter the error."""


def matched(found: NDArray[np.float32], boxes: NDArray[np.float32]) -> NDArray[np.int64]:
    """Find for each detection the object that it overlaps most (IoU >= 0.5), of those that none before it found.

    found: (N, 4) xyxy, best score first. boxes: (M, 4) in the same pixels. Classes do not matter.

    Returns: (N,) indices of objects, -1 where there is none.
    """
    overlap = pairwise_iou(found, boxes)
    result = np.full(len(found), -1, np.int64)
    for row in range(len(found)):
        if len(boxes) and overlap[row].max() >= 0.5:
            result[row] = overlap[row].argmax()
            overlap[:, result[row]] = 0
    return result


def exactly_right(
    found: NDArray[np.float32],
    found_labels: NDArray[np.integer],
    boxes: NDArray[np.float32],
    labels: NDArray[np.integer],
) -> bool:
    """Tell whether every object is found once (IoU >= 0.5) and labelled correctly, and nothing else is found.

    found, boxes: (N, 4) and (M, 4) xyxy in the same pixels.
    """
    if len(found) != len(boxes):
        return False
    fits = (pairwise_iou(found, boxes) >= 0.5) & (found_labels[:, None] == labels[None])
    return bool(fits[linear_sum_assignment(fits, maximize=True)].all())


def default_threshold(exact: Mapping[float, float]) -> float:
    """Choose the highest score threshold within one standard error of the best (Breiman et al. 1984).

    It shows the fewest false boxes. exact: ratio of pictures exactly right by threshold.
    """
    return max(threshold for threshold, ratio in exact.items() if ratio >= max(exact.values()) - ONE_STANDARD_ERROR)


class Precision(NamedTuple):
    """COCO's precision of each class that occurs (Lin et al. 2014)."""

    labels: tuple[int, ...]
    """K class indices."""
    curves: NDArray[np.float64]
    """(10, 101, K): at IoU 0.5 to 0.95 in steps of 0.05, and at recall 0 to 1 in steps of 0.01."""

    def averages(self) -> dict[str, float | None]:
        """Return AP50 and AP50:95 over the classes that occur; None where none does."""
        if not self.labels:
            return {"AP50": None, "AP50:95": None}
        return {"AP50": float(self.curves[0].mean()), "AP50:95": float(self.curves.mean())}


class Evaluation:
    """Collects pictures one by one and then gives the figures, over all processes of a training."""

    def __init__(self, device: torch.device | str = "cpu") -> None:
        """device: where the processes of a training exchange what they collected."""
        self._precision = MeanAveragePrecision(extended_summary=True, backend="pycocotools").to(device)
        self._precision.warn_on_many_detections = False
        self._device = device
        self._right: list[list[bool]] = []

    def add(self, found: Detections, boxes: NDArray[np.float32], labels: NDArray[np.int64]) -> None:
        """Add one picture.

        found: down to LOWEST_SCORE. boxes, labels: (M, 4) and (M,), of the picture's objects, in the same pixels.
        """
        detections = {"boxes": found.boxes, "scores": found.scores, "labels": found.labels}
        objects = {"boxes": boxes, "labels": labels}
        self._precision.update(
            *(
                [{name: torch.tensor(values, device=self._device) for name, values in arrays.items()}]
                for arrays in (detections, objects)
            )
        )
        shown = [found.scores >= threshold for threshold in THRESHOLDS]
        self._right.append([exactly_right(found.boxes[s], found.labels[s], boxes, labels) for s in shown])

    def exact(self) -> dict[float, float]:
        """Return the ratio of pictures that are exactly right at each of THRESHOLDS."""
        counts = torch.tensor([*np.sum(self._right, axis=0), len(self._right)], dtype=torch.float64)
        if torch.distributed.is_available() and torch.distributed.is_initialized():
            counts = counts.float().to(self._device)  # not every accelerator has doubles
            torch.distributed.all_reduce(counts)
        *right, pictures = counts.tolist()
        return {threshold: count / pictures for threshold, count in zip(THRESHOLDS, right, strict=True)}

    def precision(self) -> Precision:
        """Compute the precision of the pictures so far, for objects of any size and up to 100 detections a picture."""
        summary = self._precision.compute()
        curves = summary["precision"][:, :, :, 0, -1].cpu().numpy().astype(np.float64)
        occurs = curves[0, 0] >= 0
        labels = summary["classes"].reshape(-1).cpu().numpy()[occurs]
        return Precision(tuple(labels.tolist()), curves[:, :, occurs])

    def figures(self) -> dict[str, float]:
        """Return AP50, AP50:95 (also of each class that occurs), the default threshold, and the exact ratio there."""
        precision, exact = self.precision(), self.exact()
        threshold = default_threshold(exact)
        return {
            **{name: -1.0 if value is None else value for name, value in precision.averages().items()},
            "exact": exact[threshold],
            "score_threshold": threshold,
            **{
                f"AP50:95/{CLASSES[k]}": float(precision.curves[:, :, at].mean())
                for at, k in enumerate(precision.labels)
            },
        }


class Calibration(NamedTuple):
    """How often detections of a score are right."""

    scores: NDArray[np.float64]
    """(BINS,) mean score, NaN where a bin is empty."""
    right: NDArray[np.float64]
    """(BINS,) ratio of right detections: IoU >= 0.5 with an object of that class."""
    counts: NDArray[np.int64]
    """(BINS,) detections."""

    @property
    def error(self) -> float:
        """The expected calibration error: the mean distance of score and ratio, weighted by the counts."""
        gaps = np.nan_to_num(np.abs(self.scores - self.right))
        return float(gaps @ self.counts / max(1, self.counts.sum()))


def calibration(scores: NDArray[np.floating], right: NDArray[np.bool_]) -> Calibration:
    """Compare scores (N,) of detections with whether they are right (N,), from CALIBRATED_FROM upwards."""
    shown = scores >= CALIBRATED_FROM
    scores, right = scores[shown].astype(np.float64), right[shown]
    bins = np.minimum((scores * BINS).astype(int), BINS - 1)
    counts = np.bincount(bins, minlength=BINS)
    with np.errstate(invalid="ignore"):
        return Calibration(
            np.bincount(bins, scores, BINS) / counts, np.bincount(bins, right, BINS) / counts, counts.astype(np.int64)
        )
