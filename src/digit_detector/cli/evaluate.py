"""`digit-detector evaluate`: measure weights, as they are served, on a benchmark folder."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from digit_detector.data.output import prepare_output
from digit_detector.detect.detector import Detector
from digit_detector.errors import DataError
from digit_detector.evaluate.baselines import comparison, networks
from digit_detector.evaluate.baselines.classifier import Baseline
from digit_detector.evaluate.benchmark import BUNDLED, Canvas, Finder, Result, load, results
from digit_detector.evaluate.contact_sheet import condition_sheet, worst_sheet
from digit_detector.evaluate.figures import Measured, measure
from digit_detector.evaluate.model_card import filled
from digit_detector.evaluate.plots import training_curves, write_plots
from digit_detector.evaluate.report import tables

FIGURES: Final = "figures.json"


def main(argv: Sequence[str]) -> int:
    """Run `digit-detector evaluate`."""
    arguments = _parse(argv)
    if arguments.compare_baselines:
        _compare_baselines(arguments.project)
        return 0
    if arguments.output:
        prepare_output(arguments.output / FIGURES)
    canvases = load(arguments.folder)
    finder, facts = _finder(arguments)
    answers = results(finder, canvases)
    measured = measure(answers)
    print(tables(measured.figures))
    if arguments.output:
        _write(arguments.output, facts, measured, answers)
        if arguments.metrics:
            training_curves(arguments.metrics, arguments.output / "training.png")
    return 0


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="digit-detector evaluate", description=__doc__)
    parser.add_argument(
        "folder", nargs="?", type=Path, default=BUNDLED, help="COCO annotations.json and images; default: benchmark/"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--weights", type=Path, help="a .onnx or .safetensors file; by default the bundled weights")
    which.add_argument("--baseline", choices=networks.NAMES, help="a baseline in place of the detector")
    parser.add_argument("--output", type=Path, metavar="DIR", help="folder for figures.json and pictures")
    parser.add_argument("--metrics", type=Path, help="a training's metrics.csv, for its curves in --output")
    parser.add_argument("--compare-baselines", action="store_true", help="write the baselines into the model card")
    parser.add_argument("--project", type=Path, default=".", help="for --compare-baselines: the checkout to write")
    arguments = parser.parse_args(argv)
    if arguments.metrics and not arguments.output:
        parser.error("--metrics needs --output, the folder for the curves")
    others = (arguments.weights, arguments.baseline, arguments.output)
    if arguments.compare_baselines and (any(others) or arguments.folder.resolve() != BUNDLED.resolve()):
        parser.error(
            "--compare-baselines measures the bundled weights and baselines on the bundled benchmark: "
            "give no FOLDER, --weights, --baseline or --output"
        )
    return arguments


def _finder(arguments: argparse.Namespace) -> tuple[Finder, dict[str, Any]]:
    """Load the detector or the baseline, and name it beside its figures."""
    if arguments.baseline:
        return Baseline.load(networks.path_of(arguments.baseline)), {"baseline": arguments.baseline}
    detector = Detector.load(arguments.weights)
    return detector, {"score_threshold": detector.metadata.score_threshold}


def _compare_baselines(project: Path) -> None:
    """Write the baselines' figures, and the section of the model card that sets them beside the detector's."""
    card = project / "models/README.md"
    if not card.is_file():
        raise DataError(f"{card} does not exist: run this in a checkout, or name one by --project")
    prepare_output(card)
    prepare_output(project / comparison.FIGURES)
    canvases = load(BUNDLED)
    detector = measure(results(Detector.load(), canvases)).figures
    baselines = comparison.measure_baselines(canvases)
    section = comparison.section(detector, baselines)
    text = filled(card.read_text(encoding="utf-8"), {"baselines": section})
    (project / comparison.FIGURES).write_text(comparison.to_text(baselines), encoding="utf-8")
    card.write_text(text, encoding="utf-8")
    print(section)


def _write(folder: Path, facts: dict[str, Any], measured: Measured, answers: Sequence[Result]) -> None:
    (folder / "conditions").mkdir(parents=True, exist_ok=True)
    figures = {**facts, **measured.figures}
    (folder / FIGURES).write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    write_plots(measured, folder)
    worst_sheet(answers).save(folder / "worst.png")
    conditions: dict[str, list[Canvas]] = {}
    for answer in answers:
        conditions.setdefault(answer.canvas.condition, []).append(answer.canvas)
    for name, canvases in conditions.items():
        condition_sheet(canvases).save(folder / "conditions" / f"{name.lower().replace(' ', '-')}.png")
