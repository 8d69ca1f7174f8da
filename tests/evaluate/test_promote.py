"""New weights take the bundled ones' place only where nothing important got worse, and the documents follow."""

import json
from pathlib import Path

import numpy as np
import pytest
from support.promotion import MODELS, checkout, promote
from support.source_samples import write_all

from digit_detector import Detector
from digit_detector.detect.detections import Detections
from digit_detector.detect.postprocess import Candidates
from digit_detector.errors import DigitDetectorError
from digit_detector.evaluate import frozen
from digit_detector.evaluate.benchmark import Reading, Result
from digit_detector.evaluate.canvases import Canvas
from digit_detector.evaluate.compare import lost, worsened
from digit_detector.evaluate.model_card import filled

BUNDLED = [MODELS / f"digit-detector.{kind}" for kind in ("onnx", "safetensors")]
NOTHING = Detections(*Candidates(np.zeros((0, 4), np.float32), np.zeros((0, 12), np.float32)), 9, 9)
FIGURES = {
    "AP50": 0.9,
    "AP50:95": 0.8,
    "digits_read": 0.95,
    "censored_recall": 0.95,
    "others_clean": 0.9,
    "wrongly_censored": 0.01,
}


def read(condition: str, *right: bool) -> list[Result]:
    canvas = Canvas(np.zeros((9, 9), np.uint8), np.zeros((0, 4), np.float32), np.zeros(0, np.int64))
    reading = Reading(NOTHING, NOTHING, 1.0)
    return [Result(condition, canvas, reading, np.zeros(0, np.int64), one) for one in right]


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({}, 0),
        ({"AP50": 0.99, "wrongly_censored": 0.0}, 0),
        ({"AP50:95": 0.79}, 1),
        ({"censored_recall": 0.945}, 0),
        ({"censored_recall": 0.93, "wrongly_censored": 0.02}, 2),
    ],
)
def test_figures_may_fall_by_little(changes: dict[str, float], lines: int) -> None:
    assert len(worsened(FIGURES, FIGURES | changes)) == lines


def test_a_condition_is_lost_beyond_chance_only() -> None:
    old = read("thin pens", *[True] * 20) + read("doodles", *[True] * 20)
    shaky = read("thin pens", *[False] * 3, *[True] * 17) + read("doodles", *[False] * 8, *[True] * 12)
    assert lost(old, old) == []
    assert lost(shaky, old) == []
    (line,) = lost(old, shaky)
    assert line.startswith("doodles: 8 canvases")


def test_sections_are_written_between_their_marks() -> None:
    text = "a\n<!-- one -->\nold\n<!-- /one -->\nz\n"
    assert filled(text, {"one": "new"}) == "a\n<!-- one -->\nnew\n<!-- /one -->\nz\n"
    with pytest.raises(DigitDetectorError, match="<!-- two -->"):
        filled(text, {"two": "new"})


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_all(tmp_path_factory.mktemp("data"))


def contents(project: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in project.rglob("*") if path.is_file() and path.name != "suite.json"}


def test_better_weights_are_taken_and_the_documents_tell_it(
    root: Path, tmp_path: Path, onnx_file: Path, safetensors_file: Path
) -> None:
    project = checkout(tmp_path, onnx_file, safetensors_file)
    (project / "notes.json").write_text('{"command": "by hand"}')
    assert promote(root, project, BUNDLED[1], "--notes", str(project / "notes.json")) == 0
    taken = [Detector.load(project / f"models/digit-detector.{kind}").metadata for kind in ("onnx", "safetensors")]
    assert taken[0] == taken[1]
    assert taken[0].training == {"command": "by hand"}
    assert taken[0].metrics["suite"]["canvases"] == 24
    card, readme = (project / "models/README.md").read_text(), (project / "README.md").read_text()
    assert f"| **all** | 24 | {taken[0].metrics['suite']['AP50']:.3f} |" in card
    assert f"exactly right on {taken[0].metrics['suite']['exact']:.3f} of the canvases" in readme
    assert f"exactly right {taken[0].metrics['exact']:.3f}." in card
    assert (project / "docs/confusion.png").is_file()


def test_worse_weights_change_nothing(
    root: Path, tmp_path: Path, safetensors_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = checkout(tmp_path, *BUNDLED)
    before = contents(project)
    assert promote(root, project, safetensors_file) == 1
    assert "AP50 went from" in capsys.readouterr().out
    assert contents(project) == before


def test_reviewed_drawings_are_read_too(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = checkout(tmp_path / "checkout", *BUNDLED)
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty/drawings.ndjson").write_text("")
    words = ("--reviewed", str(tmp_path / "empty"))
    assert promote(root, project, BUNDLED[1], *words) == 1
    assert "no reviewed drawing" in capsys.readouterr().err


def test_a_folder_that_is_no_checkout(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert promote(root, tmp_path, BUNDLED[1]) == 1
    assert "run this in a checkout" in capsys.readouterr().err
    assert json.loads((tmp_path / "suite.json").read_text())["format"] == frozen.FORMAT
