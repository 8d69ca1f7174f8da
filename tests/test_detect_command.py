"""`digit-detector detect`: machine-readable answers on stdout, one clear line on stderr for what fails."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digit_detector.cli import main
from digit_detector.detect.images import read_image


@pytest.fixture
def folder(tmp_path: Path, drawing_png: bytes) -> Path:
    """Two pictures, one below the other's folder, and a file that is none."""
    root = tmp_path / "pictures"
    (root / "more").mkdir(parents=True)
    (root / "a.png").write_bytes(drawing_png)
    (root / "more" / "b.PNG").write_bytes(drawing_png)
    (root / "notes.txt").write_text("no picture, and not named like one")
    return root


@dataclass
class Answer:
    """What the command printed and returned."""

    status: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """What a command that failed printed on stderr, one line."""
        assert self.status == 1
        assert self.err.count("\n") == 1
        return self.err


Detect = Callable[..., Answer]


@pytest.fixture
def detect(capsys: pytest.CaptureFixture[str], onnx_file: Path) -> Detect:
    """Run `digit-detector detect` in this process."""

    def run(*arguments: object) -> Answer:
        status = main(["detect", *map(str, arguments), "--weights", str(onnx_file)])
        return Answer(status, *capsys.readouterr())

    return run


def test_json_of_a_folder(detect: Detect, folder: Path) -> None:
    answer = detect(folder)
    assert (answer.status, answer.err) == (0, "")
    entries = json.loads(answer.out)
    assert [entry["file"] for entry in entries] == [str(folder / "a.png"), str(folder / "more" / "b.PNG")]
    for entry in entries:
        assert (entry["width"], entry["height"]) == (320, 240)
        assert len(entry["detections"]) > 0
        for found in entry["detections"]:
            assert set(found) == {"label", "score", "box", "top"}
            assert len(found["box"]) == 4
            assert found["top"][0] == {"label": found["label"], "score": found["score"]}


def test_bad_picture_is_one_line(detect: Detect, folder: Path) -> None:
    (folder / "aa.png").write_bytes(b"")
    answer = detect(folder)
    assert answer.error == f"digit-detector: {folder / 'aa.png'} is empty (0 bytes): save it again\n"
    entries = json.loads(answer.out)
    assert ["error" in entry for entry in entries] == [False, True, False]
    assert "detections" not in entries[1]


def test_continues_after_too_long_name(detect: Detect, folder: Path, tmp_path: Path) -> None:
    answer = detect(folder / "a.png", folder / ("a" * 300), "--save-dir", tmp_path / "boxes")
    assert answer.error
    first, second = json.loads(answer.out)
    assert "error" not in first
    assert second["file"] == str(folder / ("a" * 300))
    assert second["error"].startswith(second["file"])


def test_folder_without_pictures(detect: Detect, tmp_path: Path) -> None:
    answer = detect(tmp_path)
    assert "holds no pictures" in answer.error
    assert json.loads(answer.out)[0]["file"] == str(tmp_path)


def test_thresholds(detect: Detect, folder: Path) -> None:
    def count(*options: str) -> int:
        answer = detect(folder / "a.png", *options)
        return len(json.loads(answer.out)[0]["detections"])

    assert count("--score-threshold", "0.3") > count() > count("--score-threshold", "1") == 0
    assert count("--iou-threshold", "0.9") > count("--iou-threshold", "0.1")


def test_csv_rows(detect: Detect, folder: Path) -> None:
    (folder / "bad.png").write_bytes(b"bad")
    (folder / "blank.png").write_bytes((folder / "a.png").read_bytes())
    as_json = json.loads(detect(folder).out)
    rows = list(csv.DictReader(io.StringIO(detect(folder, "--format", "csv").out)))
    found = [row for row in rows if row["label"]]
    expected = [(entry["file"], item) for entry in as_json for item in entry.get("detections", [])]
    assert len(found) == len(expected)
    for row, (file, item) in zip(found, expected, strict=True):
        assert (row["file"], row["label"], float(row["score"])) == (file, item["label"], item["score"])
        assert [float(row[edge]) for edge in ("x0", "y0", "x1", "y1")] == item["box"]
    assert next(row["error"] for row in rows if row["file"].endswith("bad.png"))
    nothing = detect(folder / "a.png", "--score-threshold", "1", "--format", "csv").out
    assert [row["file"] for row in csv.DictReader(io.StringIO(nothing))] == [str(folder / "a.png")]


def test_table_is_aligned(detect: Detect, folder: Path) -> None:
    lines = detect(folder, "--format", "table").out.splitlines()
    column = lines[0].index("label")
    assert len(lines) > 2
    assert all(line[column - 1] == " " != line[column] for line in lines)


def test_ndjson_lines(detect: Detect, folder: Path) -> None:
    lines = detect(folder, "--format", "ndjson").out.splitlines()
    assert [json.loads(line) for line in lines] == json.loads(detect(folder).out)


@pytest.mark.parametrize("form", ["json", "ndjson", "csv"])
def test_results_are_streamed(
    detect: Detect, folder: Path, monkeypatch: pytest.MonkeyPatch, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = []

    def read(path: Path) -> np.ndarray:
        printed.append(capsys.readouterr().out)
        return read_image(path)

    monkeypatch.setattr("digit_detector.cli.detect.read_image", read)
    detect(folder, "--format", form)
    before, between = printed
    assert before == ""
    assert str(folder / "a.png") in between


def test_workers_give_same_answer(detect: Detect, folder: Path, tmp_path: Path, onnx_file: Path) -> None:
    for number in range(12):  # more than wait at once
        (folder / f"more/{number:02}.png").write_bytes((folder / "a.png").read_bytes())
    (folder / "more/05.png").write_bytes(b"bad")
    alone = detect(folder, "--save-dir", tmp_path / "alone")
    # A process of its own, since each worker runs the main module of the one that starts it.
    options = ["--weights", onnx_file, "--save-dir", tmp_path / "together", "--workers", "2"]
    command = [sys.executable, "-m", "digit_detector", "detect", folder, *options]
    together = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (together.returncode, together.stderr) == (1, alone.err)
    assert json.loads(together.stdout) == json.loads(alone.out)
    first, second = (
        {path.relative_to(root): path.read_bytes() for path in root.rglob("*.png")}
        for root in (tmp_path / "alone", tmp_path / "together")
    )
    assert first == second
    assert len(first) == 13


def test_shards_share_pictures(detect: Detect, folder: Path, tmp_path: Path) -> None:
    (folder / "a.jpg").write_bytes((folder / "a.png").read_bytes())
    whole = json.loads(detect(folder).out)
    parts = []
    for shard in ("1/2", "2/2", "3/3"):
        answer = detect(folder, "--shard", shard, "--save-dir", tmp_path / "boxes")
        assert answer.status == 0
        parts.append(json.loads(answer.out))
    assert parts == [whole[::2], whole[1::2], whole[2::3]]
    assert {path.name for path in (tmp_path / "boxes").rglob("*.png")} == {"a.png", "a-2.png", "b.png"}
    assert json.loads(detect(folder, "--shard", "9/9").out) == []


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--workers=0", "'0' is not a number of processes"),
        ("--shard=3/2", "'3/2' is no shard"),
        ("--shard=0/2", "'0/2' is no shard"),
        ("--shard=half", "'half' is no shard"),
        *(
            (f"--{kind}-threshold={value}", "is not a number from 0 to 1")
            for kind in ("score", "iou")
            for value in ("1.5", "-0.1", "high", "nan")
        ),
    ],
)
def test_bad_options(
    detect: Detect, folder: Path, option: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        detect(folder, option)
    assert caught.value.code == 2
    assert message in capsys.readouterr().err


def test_saved_pictures(detect: Detect, folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "new" / "boxes"
    answer = detect(folder, folder / "a.png", "--save-dir", target)
    assert answer.status == 0
    saved = sorted(path.relative_to(target).as_posix() for path in target.rglob("*.png"))
    assert saved == ["a-2.png", "a.png", "more/b.png"]
    picture = read_image(target / "a.png")
    assert picture.shape == (240, 320, 3)
    assert (picture.max(axis=2) != picture.min(axis=2)).any()  # coloured boxes on a grey drawing


def test_never_saves_onto_itself(detect: Detect, folder: Path) -> None:
    before = (folder / "a.png").read_bytes()
    answer = detect(folder, "--save-dir", folder)
    assert answer.status == 1
    assert "would overwrite" in answer.err
    assert (folder / "a.png").read_bytes() == before


def test_never_saves_onto_another_input(detect: Detect, folder: Path) -> None:
    (folder / "a.jpg").write_bytes((folder / "a.png").read_bytes())  # its picture would be called a.png, too
    before = (folder / "a.png").read_bytes()
    answer = detect(folder, "--save-dir", folder)
    assert answer.status == 1
    assert f"would overwrite {folder / 'a.png'}" in answer.err
    assert (folder / "a.png").read_bytes() == before


def test_results_among_the_pictures_are_not_read(detect: Detect, folder: Path) -> None:
    target = folder / "boxes"
    target.mkdir()
    (target / "earlier.png").write_bytes((folder / "a.png").read_bytes())
    answer = detect(folder, "--save-dir", target)
    assert answer.status == 0
    assert [entry["file"] for entry in json.loads(answer.out)] == [str(folder / "a.png"), str(folder / "more/b.PNG")]
    assert (target / "more/b.png").is_file()


def test_save_dir_for_a_folder_without_pictures(
    detect: Detect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    assert "holds no pictures" in detect(".", "--save-dir", tmp_path / "boxes").error


def test_unwritable_save_dir(detect: Detect, folder: Path) -> None:
    assert "cannot be written" in detect(folder / "a.png", "--save-dir", folder / "notes.txt" / "boxes").error


def test_continues_after_failed_save(detect: Detect, folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "boxes"
    (target / "a.png").mkdir(parents=True)  # where the first picture would be saved
    answer = detect(folder, "--save-dir", target)
    assert answer.error
    first, second = json.loads(answer.out)
    assert f"{target / 'a.png'} cannot be written" in first["error"]
    assert first["detections"] == second["detections"] != []
    assert "error" not in second
    assert (target / "more" / "b.png").is_file()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--weights", "none.onnx"], "none.onnx does not exist"),
        (["--weights", "last.ckpt"], "digit-detector export"),
        (["--runtime", "onnx", "--device", "cuda"], "serves the CPU, not cuda"),
    ],
)
def test_unusable_weights_are_one_line(
    capsys: pytest.CaptureFixture[str], folder: Path, options: list[str], message: str
) -> None:
    assert main(["detect", str(folder), *options]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert err.count("\n") == 1


def test_huge_picture_is_one_line(detect: Detect, tmp_path: Path) -> None:
    Image.new("1", (12_000, 10_000)).save(tmp_path / "huge.png")  # large enough for a warning of Pillow's own
    assert "make it smaller" in detect(tmp_path).error


def test_names_the_terminal_cannot_show(onnx_file: Path, folder: Path) -> None:
    (folder / "a.png").rename(folder / "zwölf.png")
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    words = ["detect", folder, "--weights", onnx_file, "--format", "table"]
    command = [sys.executable, "-m", "digit_detector", *map(str, words)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert finished.returncode == 0
    assert "zw\\xf6lf.png" in finished.stdout
