"""The suite's figures as one JSON object and as a printed table, held against what the detector must reach."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from digit_detector.classes import CLASSES
from digit_detector.evaluate.benchmark import Result
from digit_detector.evaluate.figures import (
    Calibration,
    calibration,
    class_figures,
    confusion,
    evaluated,
    figures,
)
from digit_detector.evaluate.frozen import LeftOut
from digit_detector.evaluate.metrics import Precision


class Target(NamedTuple):
    """A figure that the detector must reach: at least `bound`, or less than it where `below` is set."""

    name: str
    condition: str | None
    """None: all canvases together."""
    figure: str
    bound: float
    below: bool = False


TARGETS: Final = (
    Target("AP50", None, "AP50", 0.985),
    Target("AP50:95", None, "AP50:95", 0.88),
    Target("canvases exactly right", None, "exact", 0.93),
    Target("MNIST pictures read right", "MNIST pictures", "digits_read", 0.99),
    Target("doodles without digit or rude label", "doodles", "others_clean", 0.95),
    Target("letters without digit or rude label", "letters", "others_clean", 0.95),
    Target("rude doodles censored", None, "censored_recall", 0.93),
    Target("digit canvases wrongly censored", None, "wrongly_censored", 0.01, below=True),
    Target("empty canvases left empty", None, "blank_clean", 1.0),
)

LEAST_EXACT: Final = 0.85
"""Share of canvases exactly right that every condition must reach."""


class Aim(NamedTuple):
    """A target and what is reached of it."""

    name: str
    reached: float
    wanted: str
    met: bool


COLUMNS: Final = ("AP50", "AP50:95", "exact", "digits_read", "censored_recall", "others_clean")


class Measured(NamedTuple):
    """Everything measured of a detector on the suite."""

    figures: dict[str, Any]
    """All figures as JSON values."""
    precision: Precision
    confusion: NDArray[np.int64]
    calibration: Calibration


def measure(results: Sequence[Result]) -> Measured:
    """The figures of all canvases together, of each condition, and of each class."""
    by_condition: dict[str, list[Result]] = {}
    for result in results:
        by_condition.setdefault(result.condition, []).append(result)
    evaluation = evaluated(results)
    precision, counts, calibrated = evaluation.precision(), confusion(results), calibration(results)
    listed = {
        "overall": figures(results, precision),
        "conditions": {name: figures(some, evaluated(some).precision()) for name, some in by_condition.items()},
        "classes": class_figures(precision),
        "exact_by_threshold": evaluation.exact(),
        "confusion": {"labels": [*CLASSES, "background"], "counts": counts.tolist()},
        "calibration_error": calibrated.error,
        "milliseconds_p50": float(np.median([result.reading.milliseconds for result in results])),
    }
    return Measured(listed, precision, counts, calibrated)


def aims(figures: dict[str, Any]) -> list[Aim]:
    """Every target of which `measure` has a figure, the weakest condition last."""
    reached = []
    for target in TARGETS:
        place = figures["conditions"].get(target.condition, {}) if target.condition else figures["overall"]
        if (value := place.get(target.figure)) is not None:
            met = value < target.bound if target.below else value >= target.bound
            reached.append(Aim(target.name, value, f"{'<' if target.below else '>='} {target.bound:.3f}", met))
    weakest = min(figures["conditions"], key=lambda name: figures["conditions"][name]["exact"])
    least = figures["conditions"][weakest]["exact"]
    reached.append(Aim(f"weakest condition exact ({weakest})", least, f">= {LEAST_EXACT:.3f}", least >= LEAST_EXACT))
    return reached


def table(figures: dict[str, Any]) -> str:
    """The conditions' figures in rows, then the classes', then the targets with what is reached of each."""
    rows = [("condition", "canvases", *COLUMNS)]
    for name, row in [*figures["conditions"].items(), ("all", figures["overall"])]:
        rows.append((name, str(row["canvases"]), *(_number(row[column]) for column in COLUMNS)))
    classes = [("class", "AP50", "AP50:95")]
    classes += [(name, _number(row["AP50"]), _number(row["AP50:95"])) for name, row in figures["classes"].items()]
    targets = [("target", "reached", "wanted", "")]
    targets += [(aim.name, _number(aim.reached), aim.wanted, "" if aim.met else "missed") for aim in aims(figures)]
    best = max(figures["exact_by_threshold"], key=lambda threshold: figures["exact_by_threshold"][threshold])
    rest = (
        f"calibration error {figures['calibration_error']:.3f}; {figures['milliseconds_p50']:.1f} ms a canvas; "
        f"most are exactly right at a threshold of {best}: {figures['exact_by_threshold'][best]:.3f}"
    )
    return "\n\n".join((_aligned(rows), _aligned(classes), _aligned(targets), rest))


def left_out_table(left_out: Sequence[LeftOut]) -> str:
    """What could not be measured of the suite, a row each condition that lacks canvases, and all together."""
    rows: list[tuple[str, ...]] = [("left out", "canvases", "drawings not there", "drawn otherwise", "measured")]
    total = LeftOut("all", *(sum(column) for column in list(zip(*left_out, strict=True))[1:]))
    for one in (*(one for one in left_out if one.lacking or one.different), total):
        missing = one.lacking + one.different
        rows.append((one.condition, *map(str, (missing, one.lacking, one.different, one.canvases - missing))))
    return _aligned(rows)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _aligned(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
