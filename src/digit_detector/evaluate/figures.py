"""The suite's figures: of all canvases together, and of each condition."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from digit_detector.classes import CENSORED, CLASSES, DIGITS, OTHER
from digit_detector.detect.detections import Detections
from digit_detector.detect.postprocess import pairwise_iou
from digit_detector.evaluate.benchmark import Result, matched
from digit_detector.evaluate.metrics import Evaluation, Precision

BINS: Final = 15
"""Of the scores, in the reliability diagram and its error (Guo et al. 2017)."""

CALIBRATED_FROM: Final = 0.1
"""Scores below are no claim: nobody sees them, and thousands of rightly tiny ones would flatter the error."""


class Calibration(NamedTuple):
    """How often detections of a score are right."""

    scores: NDArray[np.float64]
    """(BINS,) mean score, NaN where a bin is empty."""
    right: NDArray[np.float64]
    """(BINS,) share that is right: IoU >= 0.5 with an object of that class."""
    counts: NDArray[np.int64]
    """(BINS,) detections."""

    @property
    def error(self) -> float:
        """The expected calibration error: the mean distance of score and share, weighted by the counts."""
        gaps = np.nan_to_num(np.abs(self.scores - self.right))
        return float(gaps @ self.counts / max(1, self.counts.sum()))


def evaluated(results: Sequence[Result]) -> Evaluation:
    """The results as pictures of one evaluation."""
    evaluation = Evaluation()
    for result in results:
        found, canvas = result.reading.found, result.canvas
        evaluation.add((found.boxes, found.scores, found.labels), canvas.boxes, canvas.labels)
    return evaluation


def figures(results: Sequence[Result], precision: Precision) -> dict[str, Any]:
    """Figures of some canvases, of which `precision` is; None where there is nothing of the kind.

    AP50, AP50:95: COCO's, over the classes that occur. exact: share of canvases read exactly right at the product's
    threshold. digits_read, censored_recall: share of such objects found (IoU >= 0.5) and rightly named.
    others_clean: share of `other` objects that bear no digit or rude label; others_as_digit, others_as_censored: share
    that bear one. wrongly_censored: share of canvases with digits and nothing rude on which something is censored.
    blank_clean: share of canvases without objects on which nothing is found.
    """
    objects = _Objects(results)
    return {
        "canvases": len(results),
        "objects": len(objects.labels),
        **average_precision(precision),
        "exact": float(np.mean([result.right for result in results])),
        "digits_read": _share(objects.read[objects.labels < len(DIGITS)]),
        "censored_recall": _share(objects.read[objects.labels == CENSORED]),
        "others_clean": _share(~(objects.bear_digit | objects.bear_censored)[objects.labels == OTHER]),
        "others_as_digit": _share(objects.bear_digit[objects.labels == OTHER]),
        "others_as_censored": _share(objects.bear_censored[objects.labels == OTHER]),
        "wrongly_censored": _share([_names(one, CENSORED) for one in results if _is_of_digits(one)]),
        "blank_clean": _share([not len(one.reading.served.boxes) for one in results if not len(one.canvas.boxes)]),
    }


def average_precision(precision: Precision) -> dict[str, float | None]:
    """AP50 and AP50:95, over the classes that occur; None where none does."""
    some = bool(precision.labels)
    return {
        "AP50": float(precision.curves[0].mean()) if some else None,
        "AP50:95": float(precision.curves.mean()) if some else None,
    }


class _Objects:
    """All objects of some results, and what was said of each."""

    def __init__(self, results: Sequence[Result]) -> None:
        self.labels = np.concatenate([one.canvas.labels for one in results])
        self.read = np.concatenate([_read(one) for one in results])
        self.bear_digit = np.concatenate([_bears(one, range(len(DIGITS))) for one in results])
        self.bear_censored = np.concatenate([_bears(one, [CENSORED]) for one in results])


def _read(result: Result) -> NDArray[np.bool_]:
    """For each object, whether a detection found it and named it rightly."""
    read = np.zeros(len(result.canvas.labels), bool)
    hits = result.matches >= 0
    found = result.matches[hits]
    read[found] = result.reading.served.labels[hits] == result.canvas.labels[found]
    return read


def _bears(result: Result, labels: Sequence[int]) -> NDArray[np.bool_]:
    """For each object, whether a detection with one of these labels is on it: overlaps it, or lies mostly inside."""
    served, boxes = result.reading.served, result.canvas.boxes
    chosen = served.boxes[np.isin(served.labels, list(labels))]
    low = np.maximum(chosen[:, None, :2], boxes[None, :, :2])
    high = np.minimum(chosen[:, None, 2:], boxes[None, :, 2:])
    inside = np.clip(high - low, 0, None).prod(-1) >= 0.5 * (chosen[:, 2:] - chosen[:, :2]).prod(-1)[:, None]
    return np.asarray((inside | (pairwise_iou(chosen, boxes) >= 0.5)).any(axis=0))


def _names(result: Result, label: int) -> bool:
    return bool((result.reading.served.labels == label).any())


def _is_of_digits(result: Result) -> bool:
    labels = result.canvas.labels
    return bool((labels < len(DIGITS)).any() and not (labels == CENSORED).any())


def _share(values: Sequence[bool] | NDArray[np.bool_]) -> float | None:
    return float(np.mean(values)) if len(values) else None


def class_figures(precision: Precision) -> dict[str, dict[str, float]]:
    """AP50 and AP50:95 of each class that occurs."""
    return {
        CLASSES[label]: {
            "AP50": float(precision.curves[0, :, at].mean()),
            "AP50:95": float(precision.curves[:, :, at].mean()),
        }
        for at, label in enumerate(precision.labels)
    }


def confusion(results: Sequence[Result]) -> NDArray[np.int64]:
    """(13, 13) counts at the product's threshold: what is there by row, what was said by column, background last."""
    background = len(CLASSES)
    counts = np.zeros((background + 1, background + 1), np.int64)
    for result in results:
        for match, said in zip(result.matches, result.reading.served.labels, strict=True):
            counts[result.canvas.labels[match] if match >= 0 else background, said] += 1
        for missed in set(range(len(result.canvas.labels))) - set(result.matches.tolist()):
            counts[result.canvas.labels[missed], background] += 1
    return counts


def calibration(results: Sequence[Result]) -> Calibration:
    """Of every detection that scores at least CALIBRATED_FROM."""
    objects = [one.reading.found for one in results]
    scores = np.concatenate([found.scores for found in objects]).astype(np.float64)
    right = np.concatenate([_right(found, one) for found, one in zip(objects, results, strict=True)])
    claims = scores >= CALIBRATED_FROM
    scores, right = scores[claims], right[claims]
    bins = np.minimum((scores * BINS).astype(int), BINS - 1)
    counts = np.bincount(bins, minlength=BINS)
    with np.errstate(invalid="ignore"):
        return Calibration(
            np.bincount(bins, scores, BINS) / counts, np.bincount(bins, right, BINS) / counts, counts.astype(np.int64)
        )


def _right(found: Detections, result: Result) -> NDArray[np.bool_]:
    matches = matched(found.boxes, result.canvas.boxes)
    right = matches >= 0
    right[right] = found.labels[right] == result.canvas.labels[matches[right]]
    return right
