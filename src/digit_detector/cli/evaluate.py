"""`digit-detector evaluate`: measure weights, as they are served, on a benchmark folder."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from digit_detector.data.output import prepare_output
from digit_detector.detect.detector import Detector
from digit_detector.evaluate.baseline import Baseline
from digit_detector.evaluate.benchmark import BUNDLED, Canvas, Finder, Result, load, results
from digit_detector.evaluate.contact_sheet import condition_sheet, worst_sheet
from digit_detector.evaluate.figures import Measured, measure
from digit_detector.evaluate.plots import write_plots
from digit_detector.evaluate.report import tables

FIGURES: Final = "figures.json"


def main(argv: Sequence[str]) -> int:
    """Run `digit-detector evaluate`."""
    parser = argparse.ArgumentParser(prog="digit-detector evaluate", description=__doc__)
    parser.add_argument(
        "folder", nargs="?", type=Path, default=BUNDLED, help="COCO annotations.json and images; default: benchmark/"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--weights", type=Path, help="a .onnx or .safetensors file; by default the bundled weights")
    which.add_argument("--baseline", action="store_true", help="the baseline in place of the detector")
    parser.add_argument("--output", type=Path, metavar="DIR", help="folder for figures.json and pictures")
    arguments = parser.parse_args(argv)
    if arguments.output:
        prepare_output(arguments.output / FIGURES)
    canvases = load(arguments.folder)
    finder: Finder = Baseline.load() if arguments.baseline else Detector.load(arguments.weights)
    answers = results(finder, canvases)
    measured = measure(answers)
    print(tables(measured.figures))
    if arguments.output:
        _write(arguments.output, measured, answers)
    return 0


def _write(folder: Path, measured: Measured, answers: Sequence[Result]) -> None:
    (folder / "conditions").mkdir(parents=True, exist_ok=True)
    (folder / FIGURES).write_text(json.dumps(measured.figures, indent=1) + "\n", encoding="utf-8")
    write_plots(measured, folder)
    worst_sheet(answers).save(folder / "worst.png")
    conditions: dict[str, list[Canvas]] = {}
    for answer in answers:
        conditions.setdefault(answer.canvas.condition, []).append(answer.canvas)
    for name, canvases in conditions.items():
        condition_sheet(canvases).save(folder / "conditions" / f"{name.lower().replace(' ', '-')}.png")
