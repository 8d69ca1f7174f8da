"""New weights replace the bundled ones only where they are not worse, and the documents follow."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from support.benchmark_folder import write_benchmark
from support.promotion import MODELS, checkout, promote

from digit_detector import Detector
from digit_detector.evaluate.benchmark import load
from digit_detector.metadata import ModelMetadata
from digit_detector.train.export import write
from digit_detector.train.promote import write_at_best_threshold
from digit_detector.yolo.network import YOLOv3

BUNDLED = [MODELS / f"digit-detector.{kind}" for kind in ("onnx", "safetensors")]


@pytest.fixture(scope="module")
def benchmark(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("benchmark")
    return write_benchmark(folder, written_numbers=3, doodles=3, rude_doodles=3, empty_or_dots=3)


def contents(project: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_better_weights_are_taken(benchmark: Path, tmp_path: Path, onnx_file: Path, safetensors_file: Path) -> None:
    project = checkout(tmp_path, onnx_file, safetensors_file)
    (project / "notes.json").write_text('{"command": "by hand"}')
    assert promote(benchmark, project, BUNDLED[1], "--notes", str(project / "notes.json")) == 0
    taken = [Detector.load(project / f"models/digit-detector.{kind}").metadata for kind in ("onnx", "safetensors")]
    assert taken[0] == taken[1]
    assert taken[0].training == {"command": "by hand"}
    figures = taken[0].metrics["benchmark"]
    assert figures["canvases"] == 12
    card, readme = (project / "models/README.md").read_text(), (project / "README.md").read_text()
    assert f"| all | 12 | {figures['AP50']:.3f} |" in card
    assert f"type: mAP50\n      value: {round(figures['AP50'], 3)}\n" in card
    assert json.loads((project / "models/training.json").read_text()) == taken[0].training
    assert f"on {figures['exact']:.3f} of the canvases" in readme
    assert f"exactly right {taken[0].metrics['exact']:.3f}." in card
    assert (project / "models/plots/confusion.png").is_file()
    assert not list(project.glob(".promote-*"))


@pytest.mark.slow
def test_worse_weights_change_nothing(
    benchmark: Path, tmp_path: Path, safetensors_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = checkout(tmp_path, *BUNDLED)
    before = contents(project)
    assert promote(benchmark, project, safetensors_file) == 1
    assert "AP50 fell from" in capsys.readouterr().out
    assert contents(project) == before


def test_missing_mark_changes_nothing(benchmark: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = checkout(tmp_path, *BUNDLED)
    (project / "README.md").write_text("no marks")
    before = contents(project)
    assert promote(benchmark, project, BUNDLED[1]) == 1
    assert "<!-- figures -->" in capsys.readouterr().err
    assert contents(project) == before


@pytest.mark.slow
def test_reviewed_drawings_validate(benchmark: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = checkout(tmp_path / "checkout", *BUNDLED)
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty/drawings.ndjson").write_text("")
    assert promote(benchmark, project, BUNDLED[1], "--reviewed", str(tmp_path / "empty")) == 1
    assert "no reviewed drawing" in capsys.readouterr().err


def test_folder_without_checkout(benchmark: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert promote(benchmark, tmp_path, BUNDLED[1]) == 1
    assert "run this in a checkout" in capsys.readouterr().err


def digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()  # pytest would compare bytes line by line, for minutes


@pytest.mark.slow
def test_threshold_is_written_without_second_export(
    benchmark: Path, tmp_path: Path, network: YOLOv3, metadata: ModelMetadata
) -> None:
    onnx_file = tmp_path / "a.onnx"
    chosen, results = write_at_best_threshold(network, metadata, onnx_file, load(benchmark)[:2])
    assert len(results) == 2
    assert chosen == replace(metadata, scaling=chosen.scaling, score_threshold=chosen.score_threshold)
    assert chosen.scaling != metadata.scaling
    weights, exported = write(network, chosen, tmp_path / "b.safetensors")
    assert digest(onnx_file) == digest(exported)
    assert digest(onnx_file.with_suffix(".safetensors")) == digest(weights)
