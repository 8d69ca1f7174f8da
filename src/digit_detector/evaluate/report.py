"""A benchmark's figures as printed tables, compared with the targets, and in the model card and the README.

`digit-detector evaluate` measures weights on a benchmark folder, by `Detector.detect`.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from digit_detector.data.output import prepare_output
from digit_detector.detect.detector import Detector
from digit_detector.errors import DigitDetectorError
from digit_detector.evaluate.baseline import Baseline
from digit_detector.evaluate.benchmark import BUNDLED, is_of_strings, load, load_strings, results
from digit_detector.evaluate.figures import figures_of_strings, measure
from digit_detector.evaluate.pictures import write_plots, write_sheets
from digit_detector.show.listing import text_table

FIGURES: Final = "figures.json"
COLUMNS: Final = {
    "AP50": "AP50",
    "AP50:95": "AP50:95",
    "exact": "exactly right",
    "text_exact": "strings exactly right",
    "digits_read": "digits read",
    "censored_recall": "rude censored",
    "others_clean": "others clean",
}
"""Figures of each condition and their headings."""

MODEL_INDEX: Final = {
    "AP50": {"type": "mAP50"},
    "AP50:95": {"type": "mAP50:95"},
    "exact": {"name": "canvases exactly right", "type": "accuracy"},
    "text_exact": {"name": "digit strings exactly right", "type": "accuracy"},
}
"""The figures in the model card's YAML, as the Hugging Face Hub names them."""


def main(argv: Sequence[str]) -> None:
    """Measure weights on a benchmark folder, as the command line and the API detect."""
    parser = argparse.ArgumentParser(prog="digit-detector evaluate", description=main.__doc__)
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=BUNDLED,
        help="COCO annotations.json and images, or strings as in ORAND-CAR and CVL; default: benchmark/",
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--weights", type=Path, help="a .onnx or .safetensors file; by default the bundled weights")
    which.add_argument("--baseline", action="store_true", help="the baseline in place of the detector")
    parser.add_argument("--output", type=Path, metavar="DIR", help="folder for figures.json and pictures")
    arguments = parser.parse_args(argv)
    if arguments.output:
        prepare_output(arguments.output / FIGURES)
    finder = Baseline.load() if arguments.baseline else Detector.load(arguments.weights)
    if is_of_strings(arguments.folder):
        figures = figures_of_strings(results(finder, load_strings(arguments.folder)))
        print(table_of_strings(figures))
        if arguments.output:
            _write_figures(arguments.output, figures)
        return
    answers = results(finder, load(arguments.folder))
    measured = measure(answers)
    print(tables(measured.figures))
    if arguments.output:
        _write_figures(arguments.output, measured.figures)
        write_plots(measured, arguments.output)
        write_sheets(answers, arguments.output)


def _write_figures(folder: Path, figures: dict[str, Any]) -> None:
    (folder / FIGURES).write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


class Target(NamedTuple):
    """A figure that the detector must reach: at least `bound`, or less than it if `below` is set."""

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
    Target("MNIST digits read right", "MNIST pictures", "digits_read", 0.99),
    Target("doodles without digit or rude label", "doodles", "others_clean", 0.95),
    Target("letters without digit or rude label", "letters", "others_clean", 0.95),
    Target("rude doodles censored", None, "censored_recall", 0.93),
    Target("digit canvases wrongly censored", None, "wrongly_censored", 0.01, below=True),
    Target("empty canvases left empty", None, "blank_clean", 1.0),
)
WEAKEST_EXACT: Final = 0.85
"""Canvases exactly right in the weakest condition."""

Rows = list[tuple[str, ...]]
"""A table: its headings, then its rows."""


def tables(figures: dict[str, Any]) -> str:
    """Format the figures by condition, by class and by length of the string, then the targets."""
    classes = [(name, number(row["AP50"]), number(row["AP50:95"])) for name, row in figures["classes"].items()]
    parts = (
        condition_rows(figures),
        [("class", "AP50", "AP50:95"), *classes],
        string_rows(figures["strings"]),
        summary_rows(figures),
        target_rows(figures),
    )
    return "\n\n".join([*(text_table(rows) for rows in parts if len(rows) > 1), _pace(figures)])


def condition_rows(figures: dict[str, Any]) -> Rows:
    """Tabulate the figures of each condition, those of all canvases last."""
    conditions = [*figures["conditions"].items(), ("all", figures["overall"])]
    return [
        ("condition", "canvases", *COLUMNS.values()),
        *((name, f"{row['canvases']:,}", *(number(row[column]) for column in COLUMNS)) for name, row in conditions),
    ]


def string_rows(by_length: dict[str, Any]) -> Rows:
    """Tabulate the strings exactly right by their length."""
    rows = [(length, str(row["strings"]), number(row["exact"])) for length, row in by_length.items()]
    return [("digits in a string", "strings", "exactly right"), *rows]


def summary_rows(figures: dict[str, Any]) -> Rows:
    """Tabulate what the table of conditions does not show, over all canvases."""
    overall, by_threshold = figures["overall"], figures["exact_by_threshold"]
    best = max(by_threshold, key=lambda threshold: float(by_threshold[threshold]))
    return [
        ("all canvases", ""),
        ("precision of censored", number(overall["censored_precision"])),
        ("letters and doodles with a digit on them", number(overall["others_as_digit"])),
        ("digit canvases wrongly censored", number(overall["wrongly_censored"])),
        ("empty canvases left empty", number(overall["blank_clean"])),
        ("calibration error", number(figures["calibration_error"])),
        (f"exactly right at the best score threshold, {best}", number(by_threshold[best])),
    ]


def target_rows(figures: dict[str, Any]) -> Rows:
    """Compare the figures with every target that they cover, the weakest condition last."""
    weakest = min(figures["conditions"], key=lambda name: figures["conditions"][name]["exact"])
    weakest_target = Target(f"weakest condition exact ({weakest})", weakest, "exact", WEAKEST_EXACT)
    rows: Rows = [("target", "reached", "wanted", "")]
    for target in (*TARGETS, weakest_target):
        group = figures["conditions"].get(target.condition, {}) if target.condition else figures["overall"]
        if (value := group.get(target.figure)) is not None:
            is_met = value < target.bound if target.below else value >= target.bound
            wanted = f"{'<' if target.below else '>='} {target.bound:.3f}"
            rows.append((target.name, number(value), wanted, "" if is_met else "missed"))
    return rows


def table_of_strings(figures: dict[str, Any]) -> str:
    """Format the figures of strings without boxes."""
    total = ("all", str(figures["strings"]), number(figures["text_exact"]))
    return f"{text_table([*string_rows(figures['by_length']), total])}\n\n{_pace(figures)}"


def _pace(figures: dict[str, Any]) -> str:
    return f"milliseconds a picture, p50  {figures['milliseconds_p50']:.1f}"


def number(value: float | None) -> str:
    """Format three decimals, or nothing if there is no figure."""
    return "" if value is None else f"{value:.3f}"


def filled(text: str, sections: dict[str, str]) -> str:
    """Return `text` with each section's content between `<!-- name -->` and `<!-- /name -->`.

    Raises DigitDetectorError where a section's marks are missing.
    """
    for name, content in sections.items():
        start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        before, found, rest = text.partition(start)
        _, closed, after = rest.partition(end)
        if not (found and closed):
            raise DigitDetectorError(f"the marks {start} and {end} are missing: put them where the figures belong")
        text = f"{before}{start}\n{content}\n{end}{after}"
    return text


def with_model_index(card: str, figures: dict[str, Any]) -> str:
    """Return the model card with the overall figures in its YAML head."""
    overall = figures["overall"]
    start, head, text = card.split("---\n", 2)
    facts = yaml.safe_load(head)
    facts["model-index"][0]["results"][0]["metrics"] = [
        {**kind, "value": round(overall[name], 3)} for name, kind in MODEL_INDEX.items() if overall[name] is not None
    ]
    return f"{start}---\n{yaml.safe_dump(facts, sort_keys=False, allow_unicode=True)}---\n{text}"


def benchmark_section(figures: dict[str, Any], baseline: dict[str, Any], thresholds: tuple[float, float]) -> str:
    """Write the benchmark's tables in Markdown, the baseline's canvases exactly right beside the detector's.

    figures, baseline: those of the detector and of the baseline, by `figures.measure`. thresholds: default score and
    IoU thresholds.
    """
    exact = [row["exact"] for row in (*baseline["conditions"].values(), baseline["overall"])]
    last_column = ["baseline exactly right", *map(number, exact)]
    conditions = [(*row, cell) for row, cell in zip(condition_rows(figures), last_column, strict=True)]
    parts = (conditions, string_rows(figures["strings"]), summary_rows(figures))
    head = f"At the default thresholds (score {thresholds[0]}, IoU {thresholds[1]}):"
    return "\n\n".join([head, *(markdown(rows) for rows in parts if len(rows) > 1)])


def markdown(rows: Rows) -> str:
    """Format a table in Markdown."""
    head, *body = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join([head, "|---" * len(rows[0]) + "|", *body])


def validation_section(figures: dict[str, Any]) -> str:
    """Write the validation benchmark's figures in a sentence."""
    overall = figures["overall"]
    return (
        f"{overall['canvases']:,} canvases: AP50 {number(overall['AP50'])}, AP50:95 {number(overall['AP50:95'])}, "
        f"exactly right {number(overall['exact'])}."
    )


def readme_section(figures: dict[str, Any]) -> str:
    """Write the benchmark's figures in the words of the README."""
    overall, conditions = figures["overall"], figures["conditions"]
    exact = {name: row["exact"] for name, row in conditions.items()}
    weakest = [name for name in sorted(exact, key=exact.__getitem__) if exact[name] <= sorted(exact.values())[:2][-1]]
    usual = [name for name in ("one digit", "MNIST pictures", "written numbers") if name in conditions]
    strings = "" if overall["text_exact"] is None else f", and {number(overall['text_exact'])} of the written strings"
    return (
        f"On the {overall['canvases']:,} canvases of the [benchmark](benchmark/README.md), the bundled weights get "
        f"**everything exactly right\non {number(overall['exact'])} of the canvases**{strings} "
        f"(AP50 {number(overall['AP50'])}, AP50:95 {number(overall['AP50:95'])}).\n"
        f"By condition: {_listed(conditions, usual)}. Weakest: {_listed(conditions, weakest)}."
    )


def _listed(conditions: dict[str, Any], names: Sequence[str]) -> str:
    return ", ".join(f"{name} {number(conditions[name]['exact'])}" for name in names)
