"""`digit-detector promote`: replace the bundled weights with a candidate, unless it is worse.

Calibration, score threshold and decision rest on the validation folder alone. The benchmark is only reported.
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper
from scipy.optimize import minimize  # type: ignore[import-untyped]
from scipy.special import expit  # type: ignore[import-untyped]

from digit_detector.data.formats import read_folder
from digit_detector.detect.detector import Detector
from digit_detector.drawing import boxes_and_labels
from digit_detector.errors import DataError, DigitDetectorError
from digit_detector.evaluate import report
from digit_detector.evaluate.baseline import Baseline
from digit_detector.evaluate.benchmark import BUNDLED, Canvas, Result, load, results
from digit_detector.evaluate.compare import worse
from digit_detector.evaluate.figures import evaluated, measure, scored
from digit_detector.evaluate.metrics import default_threshold
from digit_detector.evaluate.pictures import worst_sheet, write_plots
from digit_detector.metadata import METADATA_KEY, ModelMetadata, Scaling
from digit_detector.synth.splits import split_of
from digit_detector.train.export import read_weights, write
from digit_detector.train.module import DEFAULT_SCORE_THRESHOLD
from digit_detector.yolo import checkpoint
from digit_detector.yolo.network import YOLOv3

NAME: Final = "digit-detector"
CARD_SECTIONS: Final = ("benchmark", "targets", "validation")
IN_METADATA: Final = (
    *("canvases", "AP50", "AP50:95", "exact", "text_exact"),
    *("digits_read", "censored_recall", "others_clean", "wrongly_censored", "blank_clean"),
)

MARGIN: Final = 1e-6
"""Least distance of a score from 0 and 1, whose logarithms are no numbers."""

PRIOR: Final = 2.0
"""Weight of the squared distance from no scaling: a dozen detections that are all right hardly move it."""


def main(argv: Sequence[str]) -> int:
    """Run `digit-detector promote`; return 1 where the candidate is refused, and then nothing has been written."""
    arguments = _parser().parse_args(argv)
    project: Path = arguments.project
    bundled = project / "models" / f"{NAME}.onnx"
    if not bundled.is_file():
        raise DigitDetectorError(f"{bundled} does not exist: run this in a checkout, or name one by --project")
    card, readme = ((project / name).read_text(encoding="utf-8") for name in ("models/README.md", "README.md"))
    report.filled(card, dict.fromkeys(CARD_SECTIONS, ""))  # a missing mark is an error before the long work
    report.filled(readme, {"figures": ""})
    validation, benchmark = load(arguments.validation), load(arguments.benchmark)
    if arguments.reviewed:
        validation += reviewed(arguments.reviewed)
    network, metadata = read_weights(arguments.candidate)
    old = Detector.load(bundled)
    metadata = replace(metadata, training=_training(arguments.notes, old.metadata, metadata))
    with tempfile.TemporaryDirectory(dir=project, prefix=".promote-") as folder:
        staged = Path(folder)
        onnx_file = staged / "models" / bundled.name
        onnx_file.parent.mkdir()
        metadata, new = write_at_best_threshold(network, metadata, onnx_file, validation)
        figures = measure(new).figures
        print(f"Validation:\n{report.tables(figures)}\n")
        before = results(old, validation)
        lines = worse(before, new, measure(before).figures["overall"], figures["overall"])
        if lines:
            print("\n".join(["Worse than the bundled weights:", *lines]))
        if lines and not arguments.force:
            print("The bundled weights stay. --force takes the new ones nevertheless.")
            return 1
        answers = results(Detector.load(onnx_file), benchmark)
        measured = measure(answers)
        print(f"Benchmark:\n{report.tables(measured.figures)}\n")
        metadata = replace(metadata, metrics=_metrics(measured.figures, figures))
        _write_metadata(network, metadata, onnx_file)
        baseline = measure(results(Baseline.load(), benchmark)).figures
        sections = (
            report.benchmark_section(measured.figures, baseline, (metadata.score_threshold, metadata.iou_threshold)),
            report.markdown(report.target_rows(measured.figures)),
            report.validation_section(figures),
        )
        card = report.filled(card, dict(zip(CARD_SECTIONS, sections, strict=True)))
        facts = json.dumps(metadata.training, indent=1, ensure_ascii=False)
        for name, text in (
            ("models/README.md", report.with_model_index(card, measured.figures)),
            ("models/training.json", f"{facts}\n"),
            ("README.md", report.filled(readme, {"figures": report.readme_section(measured.figures)})),
        ):
            (staged / name).write_text(text, encoding="utf-8")
        plots = staged / "models/plots"
        plots.mkdir()
        write_plots(measured, plots)
        worst_sheet(answers).save(plots / "worst.png")
        _take(staged, project)
    print(f"The bundled weights are now those of {arguments.candidate}: see `git diff`, and restart the page.")
    return 0


def write_at_best_threshold(
    network: YOLOv3, metadata: ModelMetadata, onnx_file: Path, canvases: Sequence[Canvas]
) -> tuple[ModelMetadata, list[Result]]:
    """Write both weights files, with the scaling and the score threshold that fit the validation canvases best.

    Returns the metadata with that threshold, and the results at it.
    """
    weights = onnx_file.with_suffix(".safetensors")
    # A candidate that began from calibrated weights has their scaling, which no longer fits its scores.
    write(network, replace(metadata, scaling=Scaling(), score_threshold=DEFAULT_SCORE_THRESHOLD), weights)
    scaling = fit_scaling(*scored(results(Detector.load(onnx_file), canvases)))
    metadata = replace(metadata, scaling=scaling, score_threshold=scaling.of(DEFAULT_SCORE_THRESHOLD))
    write(network, metadata, weights)
    answers = results(Detector.load(onnx_file), canvases)
    threshold = default_threshold(evaluated(answers).exact())
    metadata = replace(metadata, score_threshold=threshold)
    _write_metadata(network, metadata, onnx_file)
    return metadata, [result.at(threshold) for result in answers]


def fit_scaling(scores: NDArray[np.floating], right: NDArray[np.bool_]) -> Scaling:
    """Make scores probabilities: fit the scaling of scores (N,), in [0, 1], to whether the detections are right (N,).

    The targets are Platt's (1999): slightly less than 1 for right detections and more than 0 for others, so that a few
    that are all right do not become certain.
    """
    scores = np.clip(scores.astype(np.float64), MARGIN, 1 - MARGIN)
    log_score, log_rest, count = np.log(scores), np.log1p(-scores), int(right.sum())
    targets = np.where(right, (count + 1) / (count + 2), 1 / (len(right) - count + 2))

    def loss(parameters: NDArray[np.float64]) -> float:
        low, high = np.exp(parameters[:2])  # positive, so that the order of scores stays
        likely = np.clip(expit(low * log_score - high * log_rest + parameters[2]), MARGIN, 1 - MARGIN)
        surprise = -float((targets * np.log(likely) + (1 - targets) * np.log(1 - likely)).sum())
        return surprise + PRIOR * float((parameters**2).sum())

    log_low, log_high, offset = minimize(loss, np.zeros(3), method="Nelder-Mead", options={"maxiter": 2000}).x
    return Scaling(float(np.exp(log_low)), float(np.exp(log_high)), float(offset))


def reviewed(folder: Path) -> list[Canvas]:
    """Read the drawings of `folder` (our ndjson format) that a maintainer reviewed, of sessions kept from training.

    Raises DataError where the folder cannot be read or holds no such drawing.
    """
    records = [
        record
        for record in read_folder("ndjson", folder)
        if record.reviewed and split_of(record.source, record.session) != "train"
    ]
    if not records:
        raise DataError(f"{folder}: no reviewed drawing of a session kept from training: review some first")
    return [Canvas(record.read(), *boxes_and_labels(record.annotations), "reviewed drawings") for record in records]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="digit-detector promote", description=__doc__)
    parser.add_argument("candidate", type=Path, help="a .ckpt of the training, or a .safetensors file")
    parser.add_argument(
        "--validation", type=Path, required=True, help="benchmark folder of the validation split (see benchmark/)"
    )
    parser.add_argument("--benchmark", type=Path, default=BUNDLED, help="benchmark to report; default: benchmark/")
    parser.add_argument("--project", type=Path, default=".", help="checkout to write; by default this folder")
    parser.add_argument("--reviewed", type=Path, help="ndjson folder whose reviewed drawings validate too")
    parser.add_argument("--notes", type=Path, help="JSON of the training's facts: command, data, scenes, hours")
    parser.add_argument("--force", action="store_true", help="take the candidate although it is worse")
    return parser


def _training(notes: Path | None, old: ModelMetadata, new: ModelMetadata) -> dict[str, Any]:
    """Return the facts of the training: the notes, or the bundled weights' facts with the candidate's as `since`."""
    if notes is None:
        earlier = old.training.get("since", [])
        # Earlier versions kept the facts of one training alone.
        return {**old.training, "since": [*([earlier] if isinstance(earlier, dict) else earlier), new.training]}
    try:
        facts = json.loads(notes.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DigitDetectorError(f"{notes} cannot be read as JSON ({error}): name a file of facts") from error
    if not isinstance(facts, dict):
        raise DigitDetectorError(f"{notes} is no JSON object: name a file of facts")
    return facts


def _metrics(benchmark: dict[str, Any], validation: dict[str, Any]) -> dict[str, Any]:
    """Return the figures that travel in the weights' metadata."""
    metrics = {name: validation["overall"][name] for name in ("AP50", "AP50:95", "exact")}
    metrics |= {"benchmark": {name: benchmark["overall"][name] for name in IN_METADATA}}
    rounded: dict[str, Any] = json.loads(json.dumps(metrics), parse_float=lambda text: round(float(text), 6))
    return rounded


def _write_metadata(network: YOLOv3, metadata: ModelMetadata, onnx_file: Path) -> None:
    """Replace the metadata of both weights files, without another export to ONNX."""
    checkpoint.save(network, metadata, onnx_file.with_suffix(".safetensors"))
    model = onnx.load(onnx_file)
    helper.set_model_props(model, {METADATA_KEY: metadata.to_json()})
    onnx_file.write_bytes(model.SerializeToString(deterministic=True))


def _take(staged: Path, project: Path) -> None:
    """Move every staged file to its place in the checkout, one rename each."""
    for path in sorted(path for path in staged.rglob("*") if path.is_file()):
        target = project / path.relative_to(staged)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
