"""Digit strings without boxes, in the layouts of ORAND-CAR and CVL."""

import json
import re
import shutil
from pathlib import Path

import pytest

from digit_detector import Detector
from digit_detector.cli import main
from digit_detector.evaluate.benchmark import BUNDLED

COUNT = 4


@pytest.fixture(scope="module")
def strings() -> list[tuple[Path, str]]:
    """Pictures of written numbers, and what the detector reads on them."""
    rows = [row for row in json.loads((BUNDLED / "annotations.json").read_text())["images"] if row.get("text")]
    detector = Detector.load()
    pictures = [BUNDLED / "images" / row["file_name"] for row in rows[:COUNT]]
    return [(picture, detector.detect(picture).reading().replace(" ", "")) for picture in pictures]


def exact(place: Path, output: Path) -> float:
    """Run the command, and return the ratio of strings exactly right."""
    assert main(["evaluate", str(place), "--output", str(output)]) == 0
    figures = json.loads((output / "figures.json").read_text())
    assert figures["strings"] == COUNT
    return float(figures["text_exact"])


def test_orand_layout(strings: list[tuple[Path, str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a_test_images").mkdir()
    lines = []
    for number, (picture, text) in enumerate(strings):
        shutil.copyfile(picture, tmp_path / f"a_test_images/a_car_{number:06}.png")
        lines.append(f"a_car_{number:06}.png\t{text if number else text + '0'}\n")  # so the first one is wrong
    (tmp_path / "a_test_gt.txt").write_text("".join(lines))
    assert exact(tmp_path / "a_test_gt.txt", tmp_path / "output") == 0.75
    assert re.search(r"^all +4 +0.750$", capsys.readouterr().out, re.MULTILINE)


def test_cvl_layout(strings: list[tuple[Path, str]], tmp_path: Path) -> None:
    (tmp_path / "strings").mkdir()
    for number, (picture, text) in enumerate(strings):
        shutil.copyfile(picture, tmp_path / f"strings/{text}-{number:04}-01.png")
    (tmp_path / "strings/12-0001-01.txt").write_text("not a picture")
    assert exact(tmp_path / "strings", tmp_path / "output") == 1


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a.png 12x", "line 1: expected a picture's name and its digits, found 'a.png 12x'"),
        ("12", "line 1: expected a picture's name and its digits"),
        ("", "gt.txt lists no pictures"),
        ("none.png 12", "none.png does not exist: put the pictures there"),
    ],
)
def test_invalid_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, message: str) -> None:
    (tmp_path / "gt.txt").write_text(f"{line}\n")
    assert main(["evaluate", str(tmp_path / "gt.txt")]) == 1
    error = capsys.readouterr().err
    assert message in error
    assert len(error.splitlines()) == 1
