"""The figures of a detector on a benchmark: overall, by condition, by class and by length of the string."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from digit_detector.classes import CENSORED, CLASSES, DIGITS, OTHER
from digit_detector.evaluate.benchmark import Result, by_condition
from digit_detector.evaluate.metrics import LOWEST_SCORE, Calibration, Evaluation, Precision, calibration


class Measured(NamedTuple):
    """Everything measured of a detector on a benchmark."""

    figures: dict[str, Any]
    """All figures as JSON values."""
    precision: Precision
    confusion: NDArray[np.int64]
    calibration: Calibration


def measure(results: Sequence[Result]) -> Measured:
    """Compute the figures of all canvases together, of each condition, of each class and of strings by length."""
    evaluation, conditions = evaluated(results), by_condition(results)
    precision, counts, calibrated = evaluation.precision(), confusion(results), calibration(*scored(results))
    figures = {
        "overall": condition_figures(results, precision),
        "conditions": {
            name: condition_figures(group, evaluated(group).precision()) for name, group in conditions.items()
        },
        "classes": {
            CLASSES[label]: Precision((label,), precision.curves[:, :, at : at + 1]).averages()
            for at, label in enumerate(precision.labels)
        },
        "strings": string_figures(results),
        "exact_by_threshold": evaluation.exact(),
        "confusion": {"labels": [*CLASSES, "background"], "counts": counts.tolist()},
        "calibration_error": calibrated.error,
        "milliseconds_p50": float(np.median([result.milliseconds for result in results])),
    }
    return Measured(figures, precision, counts, calibrated)


def evaluated(results: Sequence[Result]) -> Evaluation:
    """Collect the results as pictures of one evaluation, as the product returns them: one entry per object."""
    evaluation = Evaluation()
    for result in results:
        evaluation.add(result.found, result.canvas.boxes, result.canvas.labels)
    return evaluation


def condition_figures(results: Sequence[Result], precision: Precision) -> dict[str, Any]:
    """Compute figures of some canvases, whose precision is given; None where nothing of the kind occurs.

    AP50, AP50:95: COCO's, over the classes that occur. exact: ratio of canvases exactly right at the product's
    threshold. text_exact: ratio of written strings whose reading is exactly right. digits_read, censored_recall: ratio
    of such objects found (IoU >= 0.5) and labelled correctly. censored_precision: ratio of censored detections on a
    rude doodle. others_clean: ratio of `other` objects that bear no digit or rude label; others_as_digit,
    others_as_censored: ratio that bear one. wrongly_censored: ratio of canvases with digits and nothing rude on which
    something is censored. blank_clean: ratio of canvases without objects on which nothing is found.
    """
    objects = Objects.on(results)
    return {
        "canvases": len(results),
        "objects": len(objects.labels),
        **precision.averages(),
        "exact": _ratio([result.exact for result in results]),
        "text_exact": _ratio([result.text_exact for result in results if result.canvas.text is not None]),
        "digits_read": _ratio(objects.read[objects.labels < len(DIGITS)]),
        "censored_recall": _ratio(objects.read[objects.labels == CENSORED]),
        "censored_precision": _ratio(
            np.concatenate([result.right[result.served.labels == CENSORED] for result in results])
        ),
        "others_clean": _ratio(objects.clean[objects.labels == OTHER]),
        "others_as_digit": _ratio(objects.bear_digit[objects.labels == OTHER]),
        "others_as_censored": _ratio(objects.bear_censored[objects.labels == OTHER]),
        "wrongly_censored": _ratio([result.censors for result in results if result.shows_digits]),
        "blank_clean": _ratio([not len(result.served) for result in results if not len(result.canvas.labels)]),
    }


def string_figures(results: Sequence[Result]) -> dict[str, dict[str, Any]]:
    """Count strings, and compute the ratio read exactly right, by the string's length."""
    by_length: dict[int, list[bool]] = {}
    for result in results:
        if result.canvas.text is not None:
            by_length.setdefault(len(result.canvas.text), []).append(result.text_exact)
    return {str(n): {"strings": len(by_length[n]), "exact": _ratio(by_length[n])} for n in sorted(by_length)}


def figures_of_strings(results: Sequence[Result]) -> dict[str, Any]:
    """Return the number of strings, the ratio read exactly right, the same by length, and the median time."""
    return {
        "strings": len(results),
        "text_exact": float(np.mean([result.text_exact for result in results])),
        "by_length": string_figures(results),
        "milliseconds_p50": float(np.median([result.milliseconds for result in results])),
    }


class Objects(NamedTuple):
    """All objects of some results, and how they were labelled."""

    labels: NDArray[np.int64]
    """(N,) class indices."""
    read: NDArray[np.bool_]
    """(N,) whether a detection found the object and labelled it correctly."""
    bear_digit: NDArray[np.bool_]
    """(N,) whether a detection labelled as a digit is on it: overlaps it, or lies mostly inside."""
    bear_censored: NDArray[np.bool_]
    """(N,) the same for `censored`."""

    @property
    def clean(self) -> NDArray[np.bool_]:
        """(N,) whether an object bears neither."""
        return ~(self.bear_digit | self.bear_censored)

    @classmethod
    def on(cls, results: Sequence[Result]) -> "Objects":
        """Collect the objects of the canvases, in their order."""
        return cls(
            np.concatenate([result.canvas.labels for result in results]),
            np.concatenate([result.read for result in results]),
            np.concatenate([result.bears(result.served.labels < len(DIGITS)) for result in results]),
            np.concatenate([result.bears(result.served.labels == CENSORED) for result in results]),
        )


def _ratio(values: Sequence[bool] | NDArray[np.bool_]) -> float | None:
    return float(np.mean(values)) if len(values) else None


def confusion(results: Sequence[Result]) -> NDArray[np.int64]:
    """Count (13, 13) at the product's threshold: true class by row, detected class by column, background last."""
    background = len(CLASSES)
    counts = np.zeros((background + 1, background + 1), np.int64)
    for result in results:
        labels, matches = result.canvas.labels, result.matches
        missed = np.delete(labels, matches[matches >= 0])
        true = np.concatenate([np.append(labels, background)[matches], missed])
        np.add.at(counts, (true, np.append(result.served.labels, np.full_like(missed, background))), 1)
    return counts


def scored(results: Sequence[Result]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return the scores (N,) of all detections down to LOWEST_SCORE, and whether each is right (N,)."""
    scores = np.concatenate([result.found.scores for result in results])
    return scores, np.concatenate([result.at(LOWEST_SCORE).right for result in results])
