"""Test the list of label fixes, which training applies and the benchmark does not, and the label-issue search."""

import json
from pathlib import Path

import numpy as np
import pytest
from benchmark_scenes.reserved_drawings import Review
from PIL import Image
from support.strokes import strokes

from digit_detector import Detector
from digit_detector.classes import CLASSES
from digit_detector.cli import main
from digit_detector.evaluate.baseline import Baseline
from digit_detector.evaluate.benchmark import BUNDLED
from digit_detector.evaluate.label_issues import label_issues
from digit_detector.synth.sources.curation import MISLABELLED
from digit_detector.synth.sources.public_sets import Reader
from digit_detector.synth.splits import MNIST_BENCHMARK, SPLITS, Split
from digit_detector.synth.strokes import Sketch


def labels(root: Path, split: Split) -> dict[str, tuple[str, str]]:
    drawings = Reader(root, split).read(("unipen-digits", "canvas"))
    return {drawing.key: (drawing.label, drawing.name) for drawing in drawings}


@pytest.mark.parametrize("split", ["train", "validation"])
def test_listed_drawings_are_corrected_or_left_out(root: Path, split: Split, monkeypatch: pytest.MonkeyPatch) -> None:
    before = labels(root, split)
    digits = [key for key in before if key.startswith("1a/")]
    rasters = [key for key in before if key.startswith("canvas/") and not key.endswith("/filled")]
    wrong, illegible, unaffected = digits[:3]
    monkeypatch.setitem(MISLABELLED, wrong, (before[wrong][0], "9"))
    monkeypatch.setitem(MISLABELLED, illegible, (before[illegible][0], None))
    monkeypatch.setitem(MISLABELLED, unaffected, ("other", None))
    monkeypatch.setitem(MISLABELLED, rasters[0], ("7", None))
    left_out = {illegible, rasters[0], f"{rasters[0]}/filled"}
    after = labels(root, split)
    assert after == {key: label for key, label in before.items() if key not in left_out} | {wrong: ("9", "9")}
    reader = Reader(root, split)
    reader.read(("unipen-digits",))
    assert reader.report.left_out["unipen: label issue"] == 1


def test_benchmark_ignores_label_fixes(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = labels(root, "benchmark")
    for key, (label, _) in before.items():
        monkeypatch.setitem(MISLABELLED, key, (label, None))
    assert labels(root, "benchmark") == before


def test_list_covers_training_and_validation_only() -> None:
    assert all(label in CLASSES and right in (*CLASSES, None) for label, right in MISLABELLED.values())
    assert all(label != right for label, right in MISLABELLED.values())
    assert not any(key.endswith("/filled") for key in MISLABELLED)
    images = json.loads((BUNDLED / "annotations.json").read_text())["images"]
    frozen_keys = {key for image in images for key in image["drawings"]}
    review = Review.load("benchmark")
    reviewed = {key for keys in (*review.left_out.values(), *review.shapes.values()) for key in keys}
    assert not set(MISLABELLED) & (frozen_keys | reviewed)
    pictures = [int(key.removeprefix("mnist/")) for key in MISLABELLED if key.startswith("mnist/")]
    assert pictures
    assert max(pictures) < MNIST_BENCHMARK


def seven(label: str, key: str) -> Sketch:
    shape = [stroke.astype(np.float32) for stroke in strokes("7", 0, 0, 100)]
    return Sketch.from_strokes(shape, label=label, name=label, writer="a", source="unipen", key=key)


def test_label_that_both_models_contradict() -> None:
    detector, baseline = Detector.load(device="cpu"), Baseline.load()
    drawings = [seven("7", "1a/1"), seven("3", "1a/2"), seven("7", "1a/3")]
    (found,) = label_issues(drawings, detector, baseline, sure=0.3)
    assert found.drawing.key == "1a/2"
    assert found.detector.label == found.baseline.label == "7"
    assert found.score == min(found.detector.score, found.baseline.score) > 0.3
    assert not list(label_issues(drawings, detector, baseline, sure=1.0))


@pytest.mark.slow
def test_label_issues_command(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--data-root", str(root), "--sources", "mnist", "unipen-digits", "--sure", "0.2"]
    assert main(["data", "label-issues", str(tmp_path), *options]) == 0
    rows = [json.loads(line) for line in (tmp_path / "label-issues.ndjson").read_text().splitlines()]
    assert capsys.readouterr().out.splitlines()[-1] == f"{len(rows)} label issues in {tmp_path}"
    assert rows  # circles with bars are no digits, whatever they are called
    sure = [min(row["detector"]["score"], row["baseline"]["score"]) for row in rows]
    assert sure == sorted(sure, reverse=True)
    assert sure[-1] >= 0.2
    assert all(row["label"] not in (row["detector"]["label"], row["baseline"]["label"]) for row in rows)
    with Image.open(tmp_path / "label-issues-01.png") as picture:
        assert picture.width > 1000
    reserved = {key for split in SPLITS[2:] for key in labels(root, split)}
    assert not reserved & {row["key"] for row in rows}
