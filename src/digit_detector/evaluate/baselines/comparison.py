"""The detector beside the baselines, on the same benchmark: a section of the model card."""

import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, Final

from digit_detector.errors import DataError
from digit_detector.evaluate.baselines.classifier import Baseline
from digit_detector.evaluate.baselines.networks import NAMES, path_of
from digit_detector.evaluate.benchmark import Canvas, results
from digit_detector.evaluate.figures import measure
from digit_detector.evaluate.report import number

FIGURES: Final = Path("models/baselines/figures.json")
"""The baselines' figures in a checkout. They stay while the detector is trained further."""

TITLES: Final = {"cnn10": "CNN, digits alone", "cnn12": "CNN, 12 classes", "vit12": "ViT, 12 classes"}
OVERALL: Final = {
    "**all**": "exact",
    "written strings": "text_exact",
    "AP50 of all": "AP50",
    "AP50:95 of all": "AP50:95",
    "digits read right": "digits_read",
    "rude doodles censored": "censored_recall",
    "letters and doodles without a digit or rude label": "others_clean",
}


def measure_baselines(canvases: Sequence[Canvas]) -> dict[str, Any]:
    """Measure each baseline; its figures by its name."""
    return {name: measure(results(Baseline.load(path_of(name)), canvases)).figures for name in NAMES}


def to_text(baselines: dict[str, Any]) -> str:
    """Write the file's text: of each baseline the overall figures and the exact ratio of each condition."""
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
    """Read the baselines' figures in a checkout.

    Raises DataError where they are missing, or are not of these conditions.
    """
    path = project / FIGURES
    remedy = "make them by digit-detector evaluate --compare-baselines"
    try:
        baselines = dict(json.loads(path.read_text(encoding="utf-8")))
        missing = [
            name for name in conditions if any(name not in figures["conditions"] for figures in baselines.values())
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path}: expected the baselines' figures ({error}): {remedy}") from error
    if missing:
        raise DataError(f"{path}: figures of another benchmark, without {', '.join(missing)}: {remedy}")
    return baselines


def section(detector: dict[str, Any], baselines: dict[str, Any]) -> str:
    """Write the exact ratio of each condition, then figures of all canvases, in Markdown.

    detector: its figures by `figures.measure`. baselines: theirs, by name.
    """
    columns = {"detector": detector, **{TITLES[name]: baselines[name] for name in NAMES}}
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
    return f"| {title} | {' | '.join(map(number, values))} |"
