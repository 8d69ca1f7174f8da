"""A benchmark's figures as printed tables, compared with the targets, and in the model card and the README.

`digit-detector evaluate` measures weights, as they are served, on a benchmark folder.
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
from digit_detector.evaluate.benchmark import (
    BUNDLED,
    Canvas,
    Finder,
    Result,
    is_of_strings,
    load,
    load_strings,
    results,
)
from digit_detector.evaluate.figures import Measured, figures_of_strings, measure
from digit_detector.evaluate.pictures import condition_sheet, worst_sheet, write_plots
from digit_detector.show.listing import text_table

FIGURES: Final = "figures.json"
COLUMNS: Final = ("AP50", "AP50:95", "exact", "text_exact", "digits_read", "censored_recall", "others_clean")

MODEL_INDEX: Final = {
    "AP50": {"type": "mAP50"},
    "AP50:95": {"type": "mAP50:95"},
    "exact": {"name": "canvases exactly right", "type": "accuracy"},
    "text_exact": {"name": "digit strings exactly right", "type": "accuracy"},
}
"""The figures in the model card's YAML, as the Hugging Face Hub names them."""


def main(argv: Sequence[str]) -> None:
    """Measure weights, as they are served, on a benchmark folder."""
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
    has_boxes = not is_of_strings(arguments.folder)
    canvases = load(arguments.folder) if has_boxes else load_strings(arguments.folder)
    finder: Finder = Baseline.load() if arguments.baseline else Detector.load(arguments.weights)
    answers = results(finder, canvases)
    if not has_boxes:
        figures = figures_of_strings(answers)
        print(table_of_strings(figures))
        if arguments.output:
            _write_figures(arguments.output, figures)
        return
    measured = measure(answers)
    print(tables(measured.figures))
    if arguments.output:
        _write(arguments.output, measured, answers)


def _write_figures(folder: Path, figures: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FIGURES).write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def _write(folder: Path, measured: Measured, answers: Sequence[Result]) -> None:
    _write_figures(folder, measured.figures)
    (folder / "conditions").mkdir(exist_ok=True)
    write_plots(measured, folder)
    worst_sheet(answers).save(folder / "worst.png")
    conditions: dict[str, list[Canvas]] = {}
    for answer in answers:
        conditions.setdefault(answer.canvas.condition, []).append(answer.canvas)
    for name, canvases in conditions.items():
        condition_sheet(canvases).save(folder / "conditions" / f"{name.lower().replace(' ', '-')}.png")


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


class Reached(NamedTuple):
    """A target and the figure that was reached."""

    name: str
    value: float
    wanted: str
    met: bool


def reached(figures: dict[str, Any]) -> list[Reached]:
    """Compare the figures of `measure` with every target that they cover, the weakest condition last."""
    lines = []
    for target in TARGETS:
        place = figures["conditions"].get(target.condition, {}) if target.condition else figures["overall"]
        if (value := place.get(target.figure)) is not None:
            met = value < target.bound if target.below else value >= target.bound
            lines.append(Reached(target.name, value, f"{'<' if target.below else '>='} {target.bound:.3f}", met))
    weakest = min(figures["conditions"], key=lambda name: figures["conditions"][name]["exact"])
    least = figures["conditions"][weakest]["exact"]
    wanted = f">= {WEAKEST_EXACT:.3f}"
    return [*lines, Reached(f"weakest condition exact ({weakest})", least, wanted, least >= WEAKEST_EXACT)]


def tables(figures: dict[str, Any]) -> str:
    """Format the figures by condition, by class and by length of the string, then the targets."""
    overall = figures["overall"]
    conditions = [("condition", "canvases", *COLUMNS)]
    for name, row in [*figures["conditions"].items(), ("all", overall)]:
        conditions.append((name, str(row["canvases"]), *(number(row[column]) for column in COLUMNS)))
    classes = [("class", "AP50", "AP50:95")]
    classes += [(name, number(row["AP50"]), number(row["AP50:95"])) for name, row in figures["classes"].items()]
    strings = _length_rows(figures["strings"])
    targets = [("target", "reached", "wanted", "")]
    targets += [(line.name, number(line.value), line.wanted, "" if line.met else "missed") for line in reached(figures)]
    by_threshold = figures["exact_by_threshold"]
    best = max(by_threshold, key=lambda threshold: float(by_threshold[threshold]))
    rest = [
        ("precision of censored", number(overall["censored_precision"])),
        ("letters and doodles with a digit on them", number(overall["others_as_digit"])),
        ("digit canvases wrongly censored", number(overall["wrongly_censored"])),
        ("empty canvases left empty", number(overall["blank_clean"])),
        ("calibration error", number(figures["calibration_error"])),
        (f"exact at the best threshold, {best}", number(by_threshold[best])),
        ("milliseconds a canvas, p50", f"{figures['milliseconds_p50']:.1f}"),
    ]
    return "\n\n".join(text_table(rows) for rows in (conditions, classes, strings, rest, targets) if len(rows) > 1)


def _length_rows(by_length: dict[str, Any]) -> list[tuple[str, ...]]:
    rows = [(length, str(row["strings"]), number(row["exact"])) for length, row in by_length.items()]
    return [("digits in a string", "strings", "exact"), *rows]


def table_of_strings(figures: dict[str, Any]) -> str:
    """Format the figures of strings without boxes."""
    rows = _length_rows(figures["by_length"])
    rows.append(("all", str(figures["strings"]), number(figures["text_exact"])))
    return f"{text_table(rows)}\n\nmilliseconds a picture, p50  {figures['milliseconds_p50']:.1f}"


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
    """Write the benchmark's table by condition and its figures over all, in Markdown.

    figures, baseline: those of the detector and of the baseline, by `figures.measure`. thresholds: default score and
    IoU thresholds.
    """
    overall = figures["overall"]
    rows = [
        _row("condition", "canvases", "AP50", "AP50:95", "exactly right", "strings exactly right", "baseline"),
        "|---|---|---|---|---|---|---|",
        *(_figures_row(name, row, baseline["conditions"][name]) for name, row in figures["conditions"].items()),
        _figures_row("**all**", overall, baseline["overall"]),
    ]
    strings = [
        _row("digits in the string", *figures["strings"]),
        "|---|" + "---|" * len(figures["strings"]),
        _row("strings", *(str(row["strings"]) for row in figures["strings"].values())),
        _row("exactly right", *(number(row["exact"]) for row in figures["strings"].values())),
    ]
    summary = (
        f"At the default thresholds (score {thresholds[0]}, IoU {thresholds[1]}): digits read right "
        f"{number(overall['digits_read'])}, rude doodles censored {number(overall['censored_recall'])} (precision "
        f"{number(overall['censored_precision'])}),\nletters and doodles without a digit or rude label "
        f"{number(overall['others_clean'])}, digit canvases wrongly censored {number(overall['wrongly_censored'])},\n"
        f"empty canvases left empty {number(overall['blank_clean'])}. Expected calibration error: "
        f"{number(figures['calibration_error'])}."
    )
    return "\n".join([*rows, "", *(strings if figures["strings"] else []), "", summary])


def targets_section(targets: Sequence[Reached]) -> str:
    """Write the targets and the figures reached, in Markdown."""
    rows = [_row(target.name, target.wanted, number(target.value), "yes" if target.met else "no") for target in targets]
    return "\n".join([_row("target", "wanted", "reached", "met"), "|---|---|---|---|", *rows])


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
    weakest = sorted(conditions, key=lambda name: conditions[name]["exact"])[:2]
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


def _figures_row(name: str, row: dict[str, Any], baseline: dict[str, Any]) -> str:
    shown = [row[figure] for figure in ("AP50", "AP50:95", "exact", "text_exact")]
    return _row(name, f"{row['canvases']:,}", *map(number, (*shown, baseline["exact"])))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
