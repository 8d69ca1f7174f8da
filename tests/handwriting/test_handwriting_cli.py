import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from digit_detector.cli import main

SEVEN = [[[10, 10], [50, 10], [20, 80]]]
FOUR = {"points": [[100, 10], [90, 45], [130, 45]], "width": 4}
FOUR_STEM = {"points": [[120, 20], [118, 85]], "width": 4}


def run(tmp_path: Path, *rows: dict[str, Any], number: str = "2026") -> int:
    (tmp_path / "strokes.ndjson").write_text("\n".join(map(json.dumps, rows)))
    return main(["handwriting", str(tmp_path / "strokes.ndjson"), str(tmp_path / "out.svg"), "--number", number])


def paths(tmp_path: Path) -> list[ElementTree.Element]:
    return ElementTree.parse(tmp_path / "out.svg").findall(".//{http://www.w3.org/2000/svg}path")


def test_labelled_digit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, {"label": "7", "strokes": SEVEN}) == 0
    assert 4 <= len(paths(tmp_path)) <= 8
    assert "learnt from 1 drawn digit: 7" in capsys.readouterr().out


def test_confirmed_boxes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    annotations = [
        {"label": "7", "box": [5, 5, 55, 85]},
        {"label": "9", "box": [85, 5, 135, 90]},
        {"label": "4", "box": [85, 5, 135, 90]},
    ]
    row = {"strokes": [{"points": SEVEN[0], "width": 4}, FOUR, FOUR_STEM], "annotations": annotations}
    assert run(tmp_path, row, number="74") == 0
    assert "learnt from 2 drawn digits: 4, 7" in capsys.readouterr().out
    assert len(paths(tmp_path)) == 3


def test_detector_reads_drawing_without_labels(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, {"strokes": SEVEN}) == 0
    assert "learnt from 1 drawn digit: 7" in capsys.readouterr().out


@pytest.mark.parametrize("scale", [0.5, 1, 10])
def test_pen_is_as_drawn(tmp_path: Path, scale: float) -> None:
    """Whoever reads the drawing, and whatever its unit."""
    points = [[[scale * x, scale * y] for x, y in stroke] for stroke in SEVEN]
    drawn = {"strokes": [{"points": points[0], "width": 4 * scale}]}
    widths = []
    for row in (drawn, {**drawn, "label": "7"}):
        assert run(tmp_path, row) == 0
        group = (tmp_path / "out.svg").read_text()
        widths.append(float(re.search(r'stroke-width="([\d.]+)"', group)[1]))  # type: ignore[index]
    assert widths[0] == pytest.approx(widths[1], rel=0.01)


@pytest.mark.parametrize(
    ("row", "number", "message"),
    [
        ({"image": "images/a.png", "strokes": None}, "1", "has no strokes, only pictures"),
        ({"strokes": []}, "1", "has no strokes, only pictures"),
        ({"label": "1", "strokes": [[[5, 5]]]}, "1", "no digit that is read with certainty"),
        ({"strokes": [[[5, 5]]]}, "1", "no digit that is read with certainty"),
        ({"label": "other", "strokes": SEVEN}, "1", "no digit that is read with certainty"),
        ({"label": "7", "strokes": SEVEN}, "", "'' cannot be written"),
        ({"label": "7", "strokes": SEVEN}, "20a6", "'20a6' cannot be written"),
        ({"strokes": [[1, 2]]}, "1", "line 1: "),
        ({"strokes": [[["x", 2]]]}, "1", "line 1: "),
        ({"label": "7", "strokes": [{"points": SEVEN[0], "width": float("nan")}]}, "1", "a pen of nan"),
        ({"label": "7", "strokes": [{"points": SEVEN[0], "width": 0}]}, "1", "a pen of 0.0"),
    ],
)
def test_bad_input_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], row: dict[str, Any], number: str, message: str
) -> None:
    assert run(tmp_path, row, number=number) == 1
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out.svg").exists()


def test_doodle_is_no_reference(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    house = [[[0, 100], [0, 40], [50, 0], [100, 40], [100, 100], [0, 100]], [[40, 100], [40, 70], [60, 70], [60, 100]]]
    sun = [[[150, 10], [170, 30]], [[170, 10], [150, 30]], [[160, 5], [160, 35]], [[145, 20], [175, 20]]]
    assert run(tmp_path, {"strokes": [*house, *sun]}) == 1
    assert "no digit that is read with certainty" in capsys.readouterr().err


def test_missing_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["handwriting", str(tmp_path / "none.ndjson"), str(tmp_path / "out.svg"), "--number", "1"]) == 1
    assert "none.ndjson cannot be read" in capsys.readouterr().err
