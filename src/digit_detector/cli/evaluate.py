"""`digit-detector evaluate`: weights as they are served, on the frozen suite or on random scenes of a split."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from digit_detector.detect.detector import Detector
from digit_detector.errors import DataError
from digit_detector.evaluate import contact_sheet as sheets
from digit_detector.evaluate import frozen, generations, plots
from digit_detector.evaluate.baselines import baseline_weights
from digit_detector.evaluate.baselines.classifier import Baseline
from digit_detector.evaluate.benchmark import Finder, reader, results
from digit_detector.evaluate.model_card import filled
from digit_detector.evaluate.pool import Pool, Review
from digit_detector.evaluate.report import left_out_table, measure, table
from digit_detector.evaluate.scene_figures import scene_figures
from digit_detector.evaluate.suite_pictures import draw_pictures
from digit_detector.synth.scene import SceneGenerator
from digit_detector.synth.sources.public_sets import READERS, TRAINED_ON, Reader, data_root


def main(argv: Sequence[str]) -> int:
    """Runs `digit-detector evaluate`."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.baseline and arguments.split:
        parser.error("--baseline reads the suite alone: leave out --split")
    root = data_root(arguments.data_root)
    if arguments.freeze:
        _freeze(arguments, root)
    elif arguments.generations:
        _compare(arguments, root)
    elif arguments.split:
        generator = SceneGenerator(Reader(root, arguments.split).read(tuple(arguments.sources)))
        figures = scene_figures(Detector.load(arguments.weights), generator, arguments.seed, arguments.scenes)
        print(json.dumps({"split": arguments.split, **figures}, indent=2))
    else:
        _suite(arguments, root)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="digit-detector evaluate", description=__doc__)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--weights", type=Path, help="a .onnx or .safetensors file; by default the bundled one")
    which.add_argument(
        "--baseline", choices=baseline_weights.NAMES, help="an earlier generation in place of the detector"
    )
    parser.add_argument("--data-root", help="folder of the public sets (or DIGIT_DETECTOR_DATA)")
    suite = parser.add_argument_group("the frozen suite (the default)")
    suite.add_argument("--suite", type=Path, default=frozen.LIST, help="the list of canvases; by default %(default)s")
    suite.add_argument(
        "--at-hand", action="store_true", help="leave out, and count, canvases that the data root lacks drawings of"
    )
    suite.add_argument("--output", type=Path, help="folder for figures.json and the pictures")
    suite.add_argument("--metrics", type=Path, help="a training's metrics.csv, for its curves in --output")
    suite.add_argument("--generations", action="store_true", help="compare with all baselines, in the model card")
    suite.add_argument("--project", type=Path, default=".", help="for --generations: the checkout to write")
    suite.add_argument("--freeze", action="store_true", help="choose the canvases anew and write the list")
    suite.add_argument("--review", type=Path, default=frozen.REVIEW, help="for --freeze: drawings left out, and shapes")
    suite.add_argument("--force", action="store_true", help="for --freeze: replace a list that is there")
    scenes = parser.add_argument_group("random scenes instead, as training validates on")
    scenes.add_argument("--split", choices=("train", "validation"))
    scenes.add_argument("--scenes", type=int, default=2000)
    scenes.add_argument("--seed", type=int, default=0)
    scenes.add_argument("--sources", nargs="+", default=TRAINED_ON, choices=list(READERS))
    return parser


def _finder(arguments: argparse.Namespace) -> tuple[Finder, dict[str, Any]]:
    """What reads the pictures, and what to say of it beside its figures."""
    if arguments.baseline:
        return Baseline.load(baseline_weights.path_of(arguments.baseline)), {"baseline": arguments.baseline}
    detector = Detector.load(arguments.weights)
    return detector, {"score_threshold": detector.metadata.score_threshold}


def _freeze(arguments: argparse.Namespace, root: Path) -> None:
    if arguments.suite.exists() and not arguments.force:
        raise DataError(
            f"{arguments.suite} is there, and figures measured on it would no longer compare: replace it by --force"
        )
    chooser = Pool.read(root).chooser(Review.load(arguments.review))
    arguments.suite.write_text(frozen.to_text(frozen.freeze(chooser)), encoding="utf-8")
    print(arguments.suite)


def _compare(arguments: argparse.Namespace, root: Path) -> None:
    """Write the baselines' figures, and the section of the model card that sets them beside the detector's."""
    suite = frozen.rebuild(frozen.load(arguments.suite), Pool.read(root))
    detector = measure(results(suite, reader(Detector.load(arguments.weights)))).figures
    baselines = generations.measure_baselines(suite)
    (arguments.project / generations.FIGURES).write_text(generations.to_text(baselines), encoding="utf-8")
    section = generations.section(detector, baselines)
    card: Path = arguments.project / "models/README.md"
    card.write_text(filled(card.read_text(encoding="utf-8"), {"generations": section}), encoding="utf-8")
    print(section)


def _suite(arguments: argparse.Namespace, root: Path) -> None:
    finder, facts = _finder(arguments)
    listed, pool = frozen.load(arguments.suite), Pool.read(root)
    suite, left_out = frozen.rebuild_at_hand(listed, pool) if arguments.at_hand else (frozen.rebuild(listed, pool), [])
    read = results(suite, reader(finder))
    measured = measure(read)
    print(table(measured.figures))
    if left_out:
        print(f"\n{left_out_table(left_out)}")
    if arguments.output:
        folder: Path = arguments.output
        (folder / "conditions").mkdir(parents=True, exist_ok=True)
        figures = {**facts, **measured.figures}
        (folder / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        draw_pictures(measured, read, folder)
        for name, canvases in suite:
            sheets.condition_sheet(canvases, folder / "conditions" / f"{name.replace(' ', '-')}.png")
        if arguments.metrics:
            plots.training_curves(arguments.metrics, folder / "training.png")
