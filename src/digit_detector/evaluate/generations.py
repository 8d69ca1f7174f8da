"""The detector beside the earlier generations, on the same suite: what the model card compares."""

import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, Final

from digit_detector.errors import DataError
from digit_detector.evaluate.baselines.baseline_weights import NAMES, path_of
from digit_detector.evaluate.baselines.classifier import Baseline
from digit_detector.evaluate.benchmark import reader, results
from digit_detector.evaluate.frozen import Frozen
from digit_detector.evaluate.report import measure

FIGURES: Final = Path("models/baselines/figures.json")
"""In a checkout: the baselines' figures, which stay while the detector is trained further."""

TITLES: Final = {"cnn10": "CNN, digits alone", "cnn12": "CNN, 12 classes", "vit12": "ViT, 12 classes"}
OVERALL: Final = {
    "**all**": "exact",
    "AP50 of all": "AP50",
    "AP50:95 of all": "AP50:95",
    "digits read right": "digits_read",
    "rude doodles censored": "censored_recall",
    "letters and doodles without a digit or rude label": "others_clean",
}


def measure_baselines(suite: Sequence[Frozen]) -> dict[str, Any]:
    """The figures of each baseline, as `measure` gives them, by name."""
    return {name: measure(results(suite, reader(Baseline.load(path_of(name))))).figures for name in NAMES}


def to_text(baselines: dict[str, Any]) -> str:
    """The file's text: of each baseline its overall figures, and what it reads exactly right of each condition."""
    kept = {
        name: {
            "overall": figures["overall"],
            "conditions": {condition: {"exact": row["exact"]} for condition, row in figures["conditions"].items()},
        }
        for name, figures in baselines.items()
    }
    rounded = json.loads(json.dumps(kept), parse_float=lambda text: round(float(text), 6))
    return json.dumps(rounded, indent=1) + "\n"


def load(project: Path, conditions: Collection[str]) -> dict[str, Any]:
    """The baselines' figures in a checkout. Raises DataError where they are missing, or are not of these conditions."""
    path = project / FIGURES
    try:
        baselines = dict(json.loads(path.read_text(encoding="utf-8")))
        lacking = [name for name in conditions if any(name not in one["conditions"] for one in baselines.values())]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{path}: expected the baselines' figures, made by digit-detector evaluate --generations ({error})"
        ) from error
    if lacking:
        raise DataError(
            f"{path}: figures of another suite, without {', '.join(lacking)}; "
            "make them anew by digit-detector evaluate --generations"
        )
    return baselines


def section(detector: dict[str, Any], baselines: dict[str, Any]) -> str:
    """Share of canvases exactly right by condition, then figures of all canvases, in Markdown.

    detector: its figures as `measure` gives them. baselines: theirs, by name.
    """
    columns = {"the detector": detector, **{TITLES[name]: baselines[name] for name in NAMES}}
    rows = [
        f"| exactly right | {' | '.join(columns)} |",
        f"|---|{'---|' * len(columns)}",
        *(
            _row(condition, [figures["conditions"][condition]["exact"] for figures in columns.values()])
            for condition in detector["conditions"]
        ),
        *(
            _row(title, [figures["overall"][figure] for figures in columns.values()])
            for title, figure in OVERALL.items()
        ),
    ]
    return "\n".join(rows)


def _row(title: str, values: Sequence[float | None]) -> str:
    return f"| {title} | {' | '.join('' if value is None else f'{value:.3f}' for value in values)} |"
