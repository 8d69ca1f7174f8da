"""The suite's figures where their values are known, and the command that prints them."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.source_samples import write_all

from digit_detector.classes import CENSORED, CLASSES, OTHER
from digit_detector.cli import main as digit_detector
from digit_detector.detect.detections import Detections
from digit_detector.errors import DataError
from digit_detector.evaluate import contact_sheet as sheets
from digit_detector.evaluate import frozen, plots
from digit_detector.evaluate.benchmark import Reading, Result, matched, results
from digit_detector.evaluate.canvases import Canvas
from digit_detector.evaluate.conditions import CONDITIONS
from digit_detector.evaluate.figures import calibration, confusion, evaluated, figures
from digit_detector.evaluate.frozen import Frozen
from digit_detector.evaluate.pool import Pool, Review
from digit_detector.evaluate.report import measure, table

LEFT, RIGHT = [10, 10, 30, 50], [60, 10, 80, 50]
ELSEWHERE = [5, 70, 25, 95]


def detections(*found: tuple[list[float], int, float]) -> Detections:
    boxes = np.array([box for box, _, _ in found], np.float32).reshape(-1, 4)
    scores = np.zeros((len(found), len(CLASSES)), np.float32)
    for row, (_, label, score) in zip(scores, found, strict=True):
        row[label] = score
    return Detections(boxes, scores, 100, 100)


def canvas(*there: tuple[list[float], int]) -> Canvas:
    boxes = np.array([box for box, _ in there], np.float32).reshape(-1, 4)
    return Canvas(np.full((100, 100), 255, np.uint8), boxes, np.array([label for _, label in there], np.int64))


def read(
    there: list[tuple[list[float], int]], found: list[tuple[list[float], int, float]], condition: str = "one digit"
) -> Result:
    """The result of a canvas on which this was found."""
    said = detections(*found)
    return results([Frozen(condition, [canvas(*there)])], lambda image: Reading(said, said, 1.0))[0]


def test_matching_is_one_to_one_and_best_first() -> None:
    boxes = np.array([LEFT, RIGHT], np.float32)
    found = np.array([[12, 10, 32, 50], LEFT, ELSEWHERE, RIGHT], np.float32)
    assert matched(found, boxes).tolist() == [0, -1, -1, 1]
    assert matched(found[:0], boxes).tolist() == []
    assert matched(found, boxes[:0]).tolist() == [-1] * 4


def figures_of(*read: Result) -> dict[str, float | None]:
    return figures(read, evaluated(read).precision())


def test_shares_of_digits_doodles_and_rude_ones() -> None:
    made = figures_of(
        read([(LEFT, 3), (RIGHT, 5)], [(LEFT, 3, 0.9), (RIGHT, 6, 0.8)]),
        read([(LEFT, OTHER), (RIGHT, OTHER)], [(LEFT, 4, 0.9), (RIGHT, OTHER, 0.8)]),
        read([(LEFT, CENSORED)], [(LEFT, CENSORED, 0.9)]),
        read([(LEFT, 1)], [(LEFT, 1, 0.9), (RIGHT, CENSORED, 0.6)]),
        read([], []),
        read([], [(LEFT, 1, 0.9)]),
    )
    assert made["canvases"] == 6
    assert made["objects"] == 6
    assert made["exact"] == pytest.approx(2 / 6)
    assert made["digits_read"] == pytest.approx(2 / 3)
    assert made["others_clean"] == made["others_as_digit"] == 0.5
    assert made["others_as_censored"] == 0
    assert made["censored_recall"] == 1
    assert made["wrongly_censored"] == 0.5
    assert made["blank_clean"] == 0.5


def test_what_does_not_occur_has_no_figure() -> None:
    made = figures_of(read([], []))
    assert made["exact"] == made["blank_clean"] == 1
    assert made["AP50"] is made["digits_read"] is made["others_clean"] is made["censored_recall"] is None


def test_what_is_named_wrongly_can_be_found_by_its_second_name() -> None:
    scores = np.zeros((2, len(CLASSES)), np.float32)
    scores[[0, 1], [5, 3]] = 0.6, 0.2
    said = Detections(np.array([LEFT, LEFT], np.float32), scores, 100, 100, lesser=[1])
    some = results([Frozen("one digit", [canvas((LEFT, 3))])], lambda image: Reading(said, said.objects(), 1.0))
    made = measure(some)
    assert made.figures["overall"]["AP50"] == pytest.approx(1)
    assert made.figures["by_surest"]["AP50"] == 0
    assert made.calibration.counts.sum() == 1


def test_a_digit_on_a_part_of_a_doodle_counts_against_it() -> None:
    made = figures_of(read([([0, 0, 100, 100], OTHER)], [([0, 0, 100, 100], OTHER, 0.9), (LEFT, 0, 0.8)]))
    assert made["others_clean"] == 0


def test_confusion_has_a_background_row_and_column() -> None:
    counts = confusion([read([(LEFT, 3), (RIGHT, 5)], [(LEFT, 8, 0.9), (ELSEWHERE, 1, 0.8)])])
    background = len(CLASSES)
    assert {(int(row), int(column)) for row, column in np.argwhere(counts)} == {
        (3, 8),
        (5, background),
        (background, 1),
    }
    assert counts.sum() == 3


def test_scores_that_are_right_as_often_as_they_say_are_calibrated() -> None:
    right = read([(LEFT, 3)], [(LEFT, 3, 0.75)])
    wrong = read([(LEFT, 3)], [(LEFT, 8, 0.75)])
    assert calibration([right, right, right, wrong]).error == pytest.approx(0)
    assert calibration([wrong]).error == pytest.approx(0.75)
    unseen = read([(LEFT, 3)], [(LEFT, 8, 0.05)])
    assert calibration([unseen]).counts.sum() == 0
    assert calibration([unseen]).error == 0


def test_the_worst_come_first_and_the_right_not_at_all() -> None:
    right = read([(LEFT, 3)], [(LEFT, 3, 0.9)])
    missed = read([(LEFT, 3)], [])
    sure = read([(LEFT, 3)], [(LEFT, 8, 0.9)])
    unsure = read([(LEFT, 3), (RIGHT, 2)], [(RIGHT, 2, 0.9), (LEFT, 8, 0.5)])
    assert sheets.worst([right, unsure, missed, sure]) == [sure, missed, unsure]
    assert sheets.worst([right, unsure, missed, sure], 1) == [sure]


def test_the_table_names_what_is_missed() -> None:
    shown = table(measure([read([(LEFT, 3)], [(LEFT, 3, 0.9)]), read([(LEFT, 3)], [], "slanted")]).figures)
    lines = {line.split("  ")[0]: line for line in shown.splitlines()}
    assert lines["canvases exactly right"].split()[-3:] == [">=", "0.930", "missed"]
    assert lines["weakest condition exact (slanted)"].split()[-4:] == ["0.000", ">=", "0.850", "missed"]
    assert "MNIST pictures read right" not in lines


def test_training_curves_need_a_training(tmp_path: Path) -> None:
    path = tmp_path / "metrics.csv"
    with pytest.raises(DataError, match=r"metrics\.csv"):
        plots.training_curves(path, tmp_path / "training.png")
    path.write_text("step,train/loss\n1,2.0\n")
    with pytest.raises(DataError, match="val/AP50"):
        plots.training_curves(path, tmp_path / "training.png")


METRICS = """epoch,step,train/loss,val/AP50,val/AP50:95,val/exact
0,1,2.5,,,
0,2,2.0,,,
0,2,,0.5,0.3,0.2
1,4,1.5,,,
1,4,,0.6,0.4,0.3
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_all(tmp_path_factory.mktemp("data"))


def test_the_command_writes_figures_and_pictures(
    root: Path, onnx_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "metrics.csv").write_text(METRICS)
    words = ["--weights", onnx_file, "--data-root", root, "--suite", small_list(root, tmp_path / "suite.json")]
    words += ["--output", tmp_path / "out", "--metrics", tmp_path / "metrics.csv"]
    assert digit_detector(["evaluate", *map(str, words)]) == 0
    assert "canvases exactly right" in capsys.readouterr().out
    made = json.loads((tmp_path / "out/figures.json").read_text())
    assert set(made["conditions"]) == {"one digit", "doodles", "empty or dots"}
    assert np.shape(made["confusion"]["counts"]) == (13, 13)
    assert set(made["classes"]) <= set(CLASSES)
    for name in ("precision-recall", "confusion", "calibration", "worst", "training", "conditions/one-digit"):
        with Image.open(tmp_path / f"out/{name}.png") as picture:
            assert min(picture.size) > 200


def test_the_command_tells_that_canvases_are_others(
    root: Path, onnx_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = small_list(root, tmp_path / "suite.json")
    listed = json.loads(path.read_text())
    listed["conditions"]["doodles"]["sha256"] = "0" * 64
    path.write_text(json.dumps(listed))
    words = ["evaluate", "--weights", str(onnx_file), "--data-root", str(root), "--suite", str(path)]
    assert digit_detector(words) == 1
    assert "doodles differ" in capsys.readouterr().err


def small_list(root: Path, path: Path) -> Path:
    """A list of three conditions."""
    chosen = [replace(one, count=3) for one in CONDITIONS if one.name in ("one digit", "doodles", "empty or dots")]
    path.write_text(frozen.to_text(frozen.freeze(Pool.read(root).chooser(Review({}, {})), chosen)))
    return path


def test_random_scenes_of_a_split_are_measured_instead(
    root: Path, onnx_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--weights", str(onnx_file), "--data-root", str(root), "--split", "validation", "--scenes", "5"]
    assert digit_detector(["evaluate", *words]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["scenes"] == 5
    assert printed["split"] == "validation"
    assert 0 <= printed["exact"] <= printed["best"]["exact"] <= 1
