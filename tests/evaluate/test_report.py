"""A benchmark's figures where their values are known, its tables and pictures, and the command that makes them."""

import json
from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image
from support.benchmark_folder import write_benchmark

from digit_detector.classes import CENSORED, CLASSES, OTHER
from digit_detector.cli import main
from digit_detector.detect.detections import Detections
from digit_detector.errors import DigitDetectorError
from digit_detector.evaluate.benchmark import Canvas, Result
from digit_detector.evaluate.figures import condition_figures, confusion, evaluated, measure, scored
from digit_detector.evaluate.metrics import calibration
from digit_detector.evaluate.pictures import contact_sheet, worst, write_sheets
from digit_detector.evaluate.report import filled, tables, with_model_index

ROOT = Path(__file__).parents[2]
LEFT, RIGHT = [10, 10, 30, 50], [60, 10, 80, 50]
ELSEWHERE = [5, 70, 25, 95]

Found = tuple[list[float], int, float]


def detections(*found: Found) -> Detections:
    boxes = np.array([box for box, _, _ in found], np.float32).reshape(-1, 4)
    scores = np.zeros((len(found), len(CLASSES)), np.float32)
    for row, (_, label, score) in zip(scores, found, strict=True):
        row[label] = score
    return Detections(boxes, scores, 100, 100)


def answered(
    objects: list[tuple[list[float], int]], found: list[Found], condition: str = "one digit", text: str | None = None
) -> Result:
    """The result of a canvas with these objects on which this was found."""
    boxes = np.array([box for box, _ in objects], np.float32).reshape(-1, 4)
    labels = np.array([label for _, label in objects], np.int64)
    canvas = Canvas(np.full((100, 100), 255, np.uint8), boxes, labels, condition, text)
    return Result(canvas, detections(*found), detections(*found), 1.0)


def figures_of(*results: Result) -> dict[str, float | None]:
    return condition_figures(results, evaluated(results).precision())


def test_figures_of_kinds() -> None:
    made = figures_of(
        answered([(LEFT, 3), (RIGHT, 5)], [(LEFT, 3, 0.9), (RIGHT, 6, 0.8)]),
        answered([(LEFT, OTHER), (RIGHT, OTHER)], [(LEFT, 4, 0.9), (RIGHT, OTHER, 0.8)]),
        answered([(LEFT, CENSORED)], [(LEFT, CENSORED, 0.9)]),
        answered([(LEFT, 1)], [(LEFT, 1, 0.9), (RIGHT, CENSORED, 0.6)]),
        answered([], []),
        answered([], [(LEFT, 1, 0.9)]),
    )
    assert made["canvases"] == 6
    assert made["objects"] == 6
    assert made["exact"] == pytest.approx(2 / 6)
    assert made["digits_read"] == pytest.approx(2 / 3)
    assert made["others_clean"] == made["others_as_digit"] == 0.5
    assert made["others_as_censored"] == 0
    assert made["censored_recall"] == 1
    assert made["censored_precision"] == 0.5
    assert made["wrongly_censored"] == 0.5
    assert made["blank_clean"] == 0.5


def test_figures_of_what_does_not_occur() -> None:
    made = figures_of(answered([], []))
    assert made["exact"] == made["blank_clean"] == 1
    assert made["AP50"] is made["digits_read"] is made["others_clean"] is made["censored_recall"] is None
    assert made["text_exact"] is None


def test_strings_by_length() -> None:
    objects = [(LEFT, 4), (RIGHT, 2)]
    read, swapped = [(LEFT, 4, 0.9), (RIGHT, 2, 0.8)], [(LEFT, 2, 0.9), (RIGHT, 4, 0.8)]
    results = [answered(objects, found, text="42") for found in (read, read, swapped)]
    results.append(answered([*objects, (ELSEWHERE, 1)], read, text="421"))
    made = measure(results).figures
    assert made["strings"] == {
        "2": {"strings": 3, "exact": pytest.approx(2 / 3)},
        "3": {"strings": 1, "exact": 0},
    }
    assert made["overall"]["text_exact"] == 0.5


def test_digit_inside_doodle() -> None:
    made = figures_of(answered([([0, 0, 100, 100], OTHER)], [([0, 0, 100, 100], OTHER, 0.9), (LEFT, 0, 0.8)]))
    assert made["others_clean"] == 0


def test_confusion_background() -> None:
    counts = confusion([answered([(LEFT, 3), (RIGHT, 5)], [(LEFT, 8, 0.9), (ELSEWHERE, 1, 0.8)])])
    background = len(CLASSES)
    assert {tuple(cell) for cell in np.argwhere(counts).tolist()} == {(3, 8), (5, background), (background, 1)}
    assert counts.sum() == 3


def test_calibration_of_results() -> None:
    right = answered([(LEFT, 3)], [(LEFT, 3, 0.75)])
    wrong = answered([(LEFT, 3)], [(LEFT, 8, 0.75)])
    assert calibration(*scored([right, right, right, wrong])).error == pytest.approx(0)
    assert calibration(*scored([wrong])).error == pytest.approx(0.75)
    unseen = answered([(LEFT, 3)], [(LEFT, 8, 0.05)])
    assert calibration(*scored([unseen])).counts.sum() == 0
    assert calibration(*scored([unseen])).error == 0


def test_worst_order() -> None:
    right = answered([(LEFT, 3)], [(LEFT, 3, 0.9)])
    missed = answered([(LEFT, 3)], [])
    sure = answered([(LEFT, 3)], [(LEFT, 8, 0.9)])
    unsure = answered([(LEFT, 3), (RIGHT, 2)], [(RIGHT, 2, 0.9), (LEFT, 8, 0.5)])
    assert worst([right, unsure, missed, sure], 9) == [sure, missed, unsure]
    assert worst([right, unsure, missed, sure], 1) == [sure]


def test_contact_sheet_grid() -> None:
    pictures = [Image.new("L", size, 0) for size in ((40, 40), (400, 100), (10, 30))]
    sheet = contact_sheet(pictures, ["a", "b\nc", ""], columns=2, tile=100)
    assert sheet.size == (200, 2 * (100 + 24))
    assert contact_sheet(pictures, ["", "", ""], columns=3, tile=100).size == (300, 100)
    assert np.asarray(sheet)[10, 110].tolist() == [0, 0, 0]
    assert np.asarray(sheet)[60, 110].tolist() == [255, 255, 255]


def test_sheets_stay_in_their_folder(tmp_path: Path) -> None:
    write_sheets([answered([(LEFT, 3)], [], "../../one digit")], tmp_path)
    assert [path.name for path in (tmp_path / "conditions").iterdir()] == ["..-..-one-digit.png"]


def test_tables_name_missed_targets() -> None:
    missed = answered([(LEFT, 3)], [], "slanted")
    shown = tables(measure([answered([(LEFT, 3)], [(LEFT, 3, 0.9)]), missed]).figures)
    lines = {line.split("  ")[0]: line for line in shown.splitlines()}
    assert lines["canvases exactly right"].split()[-3:] == [">=", "0.930", "missed"]
    assert lines["weakest condition exact (slanted)"].split()[-4:] == ["0.000", ">=", "0.850", "missed"]
    assert "MNIST digits read right" not in lines
    assert "digits in a string" not in lines


def test_sections_between_marks() -> None:
    text = "a\n<!-- one -->\nold\n<!-- /one -->\nz\n"
    assert filled(text, {"one": "new"}) == "a\n<!-- one -->\nnew\n<!-- /one -->\nz\n"
    with pytest.raises(DigitDetectorError, match="<!-- two -->"):
        filled(text, {"two": "new"})


def test_model_index_of_the_card() -> None:
    card = (ROOT / "models/README.md").read_text()
    figures = {"overall": {"AP50": 0.51234, "AP50:95": 0.25, "exact": 0.75, "text_exact": None}}
    changed = with_model_index(card, figures)
    assert changed.split("---\n", 2)[2] == card.split("---\n", 2)[2]
    (result,) = yaml.safe_load(changed.split("---\n")[1])["model-index"][0]["results"]
    assert [metric["value"] for metric in result["metrics"]] == [0.512, 0.25, 0.75]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_benchmark(tmp_path_factory.mktemp("benchmark"), written_numbers=3, doodles=3, empty_or_dots=3)


def test_evaluate_writes_figures_and_pictures(
    folder: Path, onnx_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [folder, "--weights", onnx_file, "--output", tmp_path / "out"]
    assert main(["evaluate", *map(str, words)]) == 0
    assert "canvases exactly right" in capsys.readouterr().out
    made = json.loads((tmp_path / "out/figures.json").read_text())
    assert set(made["conditions"]) == {"written numbers", "doodles", "empty or dots"}
    assert np.shape(made["confusion"]["counts"]) == (13, 13)
    assert set(made["classes"]) <= set(CLASSES)
    for name in ("precision-recall", "confusion", "calibration", "worst", "conditions/written-numbers"):
        with Image.open(tmp_path / f"out/{name}.png") as picture:
            assert min(picture.size) > 200


def test_evaluate_baseline(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(folder), "--baseline", "--output", str(tmp_path)]) == 0
    assert "canvases exactly right" in capsys.readouterr().out
    made = json.loads((tmp_path / "figures.json").read_text())
    assert made["overall"]["canvases"] == 9
    assert made["overall"]["exact"] == made["exact_by_threshold"]["0.1"]  # each piece of ink, whatever it scores
