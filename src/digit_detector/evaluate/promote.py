"""`digit-detector promote`: new weights take the bundled ones' place, if nothing important got worse."""

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from digit_detector.detect.detector import Detector
from digit_detector.errors import DigitDetectorError
from digit_detector.evaluate import frozen, generations
from digit_detector.evaluate import model_card as card
from digit_detector.evaluate.benchmark import reader, results
from digit_detector.evaluate.compare import lost, worsened
from digit_detector.evaluate.frozen import Frozen
from digit_detector.evaluate.pool import Pool
from digit_detector.evaluate.report import Measured, aims, measure, table
from digit_detector.evaluate.reviewed import reviewed
from digit_detector.evaluate.scene_figures import scene_figures
from digit_detector.evaluate.suite_pictures import draw_pictures
from digit_detector.metadata import ModelMetadata
from digit_detector.synth.scene import SceneGenerator
from digit_detector.synth.sources.public_sets import TRAINED_ON, Reader, data_root
from digit_detector.train.export import read_weights, write
from digit_detector.yolo.network import YOLOv3

NAME: Final = "digit-detector"
CHOOSING_SEED: Final = 11
REPORTED_SEED: Final = 1
"""Of the validation scenes: the thresholds are chosen on other canvases than those of the reported figures."""
IN_METADATA: Final = (
    *("canvases", "AP50", "AP50:95", "exact"),
    *("digits_read", "censored_recall", "others_clean", "wrongly_censored", "blank_clean"),
)


def main(argv: Sequence[str]) -> int:
    """Runs `digit-detector promote`; 1 where the new weights are turned down, and then nothing has been written."""
    given = _parser().parse_args(argv)
    root = data_root(given.data_root)
    bundled = given.project / "models" / f"{NAME}.onnx"
    if not bundled.is_file():
        raise DigitDetectorError(f"{bundled} does not exist: run this in a checkout, or name one by --project")
    suite = frozen.rebuild(frozen.load(given.suite), Pool.read(root))
    baselines = generations.load(given.project, [condition.condition for condition in suite])
    scenes = SceneGenerator(Reader(root, "validation").read(TRAINED_ON))
    collected = [Frozen("reviewed drawings", reviewed(given.reviewed))] if given.reviewed else []
    network, metadata = read_weights(given.candidate)
    metadata = replace(metadata, training=_training(given.notes, Detector.load(bundled).metadata, metadata))
    with tempfile.TemporaryDirectory() as folder:
        candidate = Path(folder) / bundled.name
        metadata = write_at_best_threshold(network, metadata, candidate, scenes, given.scenes)
        readers = [reader(Detector.load(path)) for path in (bundled, candidate)]
        old, new = (results(suite, read) for read in readers)
        measured = measure(new)
        print(table(measured.figures))
        worse = worsened(measure(old).figures["overall"], measured.figures["overall"]) + lost(old, new)
        worse += lost(*(results(collected, read) for read in readers))
        if worse:
            print("\n".join(["", "worse than the bundled weights:", *worse]))
        if worse and not given.force:
            print("The bundled weights stay; --force takes the new ones all the same.")
            return 1
        validation = scene_figures(Detector.load(candidate), scenes, REPORTED_SEED, given.scenes)
    metadata = replace(metadata, metrics=_metrics(measured, validation))
    documents = _documents(given.project, measured, validation, metadata, baselines)
    write(network, metadata, bundled.with_suffix(".safetensors"))
    for path, text in documents.items():
        path.write_text(text, encoding="utf-8")
    draw_pictures(measured, new, given.project / "docs")
    print(f"\nThe bundled weights are now those of {given.candidate}: see `git diff`, and start the page anew.")
    return 0


def write_at_best_threshold(
    network: YOLOv3, metadata: ModelMetadata, onnx: Path, scenes: SceneGenerator, count: int
) -> ModelMetadata:
    """Write both weights files with the score threshold at which most of `count` validation scenes are exactly right.

    Returns the metadata with that threshold.
    """
    for_choosing = write(network, metadata, onnx.with_suffix(".safetensors"))[1]
    chosen = scene_figures(Detector.load(for_choosing), scenes, CHOOSING_SEED, count)
    metadata = replace(metadata, score_threshold=chosen["best"]["score_threshold"])
    write(network, metadata, onnx.with_suffix(".safetensors"))
    return metadata


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="digit-detector promote", description=__doc__)
    parser.add_argument("candidate", type=Path, help="a .ckpt of the training, or a .safetensors file")
    parser.add_argument("--project", type=Path, default=".", help="the checkout to write; by default this folder")
    parser.add_argument("--data-root", help="folder of the public sets (or DIGIT_DETECTOR_DATA)")
    parser.add_argument("--suite", type=Path, default=frozen.LIST, help="the list of canvases; by default %(default)s")
    parser.add_argument("--scenes", type=int, default=2000, help="validation scenes; by default %(default)s")
    parser.add_argument("--reviewed", type=Path, help="folder of our ndjson format: its reviewed drawings are read too")
    parser.add_argument("--notes", type=Path, help="JSON of the training's facts: command, data, scenes, hours")
    parser.add_argument("--force", action="store_true", help="take the new weights although figures got worse")
    return parser


def _training(notes: Path | None, old: ModelMetadata, new: ModelMetadata) -> dict[str, Any]:
    """The facts of the training: those noted, or the bundled weights' with what was done since."""
    if notes is None:
        return {**old.training, "since": new.training}
    try:
        facts = json.loads(notes.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DigitDetectorError(f"{notes} cannot be read as JSON ({error})") from error
    if not isinstance(facts, dict):
        raise DigitDetectorError(f"{notes} holds no JSON object of facts")
    return facts


def _metrics(suite: Measured, validation: dict[str, Any]) -> dict[str, Any]:
    """The figures that travel in the weights' metadata."""
    overall = {name: suite.figures["overall"][name] for name in IN_METADATA}
    metrics = {name: validation[name] for name in ("AP50", "AP50:95", "exact")} | {"suite": overall}
    rounded: dict[str, Any] = json.loads(json.dumps(metrics), parse_float=lambda text: round(float(text), 6))
    return rounded


def _documents(
    project: Path,
    suite: Measured,
    validation: dict[str, Any],
    metadata: ModelMetadata,
    baselines: dict[str, Any],
) -> dict[Path, str]:
    """The model card and the README with the figures, to be written."""
    figures = suite.figures
    thresholds = (metadata.score_threshold, metadata.iou_threshold)
    sections = {
        "models/README.md": {
            "suite": card.suite_section(figures, thresholds),
            "generations": generations.section(figures, baselines),
            "aims": card.aims_section(aims(figures)),
            "validation": card.validation_section(validation),
        },
        "README.md": {"figures": card.readme_section(figures)},
    }
    return {
        project / name: card.filled((project / name).read_text(encoding="utf-8"), contents)
        for name, contents in sections.items()
    }
