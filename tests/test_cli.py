"""The command line: machine-readable answers on stdout, one clear line on stderr for what fails."""

import csv
import importlib.metadata
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.source_samples import write_all

from digit_detector.cli import main
from digit_detector.data.output import prepare_output
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


class Answer:
    """What `digit-detector detect` printed and returned."""

    def __init__(self, capsys: pytest.CaptureFixture[str], onnx_file: Path, *arguments: object) -> None:
        self.status = main(["detect", *map(str, arguments), "--weights", str(onnx_file)])
        self.out, self.err = capsys.readouterr()


def test_json_of_a_folder(capsys: pytest.CaptureFixture[str], onnx_file: Path, folder: Path) -> None:
    answer = Answer(capsys, onnx_file, folder)
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


def test_a_bad_picture_is_one_line_and_the_others_are_done(
    capsys: pytest.CaptureFixture[str], onnx_file: Path, folder: Path
) -> None:
    (folder / "aa.png").write_bytes(b"")
    answer = Answer(capsys, onnx_file, folder)
    assert answer.status == 1
    assert answer.err == f"digit-detector: {folder / 'aa.png'} is empty (0 bytes): save it again\n"
    entries = json.loads(answer.out)
    assert ["error" in entry for entry in entries] == [False, True, False]
    assert "detections" not in entries[1]


def test_detect_continues_after_too_long_name(
    capsys: pytest.CaptureFixture[str], onnx_file: Path, folder: Path, tmp_path: Path
) -> None:
    answer = Answer(capsys, onnx_file, folder / "a.png", folder / ("a" * 300), "--save-dir", tmp_path / "boxes")
    assert answer.status == 1
    assert answer.err.count("\n") == 1
    first, second = json.loads(answer.out)
    assert "error" not in first
    assert second["file"] == str(folder / ("a" * 300))
    assert second["error"].startswith(second["file"])


def test_a_folder_without_pictures_is_an_error(
    capsys: pytest.CaptureFixture[str], onnx_file: Path, tmp_path: Path
) -> None:
    answer = Answer(capsys, onnx_file, tmp_path)
    assert answer.status == 1
    assert "holds no pictures" in answer.err
    assert answer.err.count("\n") == 1
    assert json.loads(answer.out)[0]["file"] == str(tmp_path)


def test_thresholds(capsys: pytest.CaptureFixture[str], onnx_file: Path, folder: Path) -> None:
    def count(*options: str) -> int:
        answer = Answer(capsys, onnx_file, folder / "a.png", *options)
        return len(json.loads(answer.out)[0]["detections"])

    assert count("--score-threshold", "0.3") > count() > count("--score-threshold", "1") == 0
    assert count("--iou-threshold", "0.9") > count("--iou-threshold", "0.1")


def test_csv_has_a_row_for_each_object_picture_and_error(
    capsys: pytest.CaptureFixture[str], onnx_file: Path, folder: Path
) -> None:
    (folder / "bad.png").write_bytes(b"bad")
    (folder / "blank.png").write_bytes((folder / "a.png").read_bytes())
    as_json = json.loads(Answer(capsys, onnx_file, folder).out)
    rows = list(csv.DictReader(io.StringIO(Answer(capsys, onnx_file, folder, "--format", "csv").out)))
    found = [row for row in rows if row["label"]]
    expected = [(entry["file"], item) for entry in as_json for item in entry.get("detections", [])]
    assert len(found) == len(expected)
    for row, (file, item) in zip(found, expected, strict=True):
        assert (row["file"], row["label"], float(row["score"])) == (file, item["label"], item["score"])
        assert [float(row[edge]) for edge in ("x0", "y0", "x1", "y1")] == item["box"]
    assert next(row["error"] for row in rows if row["file"].endswith("bad.png"))
    nothing = Answer(capsys, onnx_file, folder / "a.png", "--score-threshold", "1", "--format", "csv").out
    assert [row["file"] for row in csv.DictReader(io.StringIO(nothing))] == [str(folder / "a.png")]


def test_table_is_aligned(capsys: pytest.CaptureFixture[str], onnx_file: Path, folder: Path) -> None:
    lines = Answer(capsys, onnx_file, folder, "--format", "table").out.splitlines()
    column = lines[0].index("label")
    assert len(lines) > 2
    assert all(line[column - 1] == " " != line[column] for line in lines)


def test_ndjson_has_a_line_per_picture(capsys: pytest.CaptureFixture[str], onnx_file: Path, folder: Path) -> None:
    lines = Answer(capsys, onnx_file, folder, "--format", "ndjson").out.splitlines()
    assert [json.loads(line) for line in lines] == json.loads(Answer(capsys, onnx_file, folder).out)


@pytest.mark.parametrize("form", ["json", "ndjson", "csv"])
def test_results_are_written_as_they_come(
    capsys: pytest.CaptureFixture[str], onnx_file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    printed = []

    def read(path: Path) -> np.ndarray:
        printed.append(capsys.readouterr().out)
        return read_image(path)

    monkeypatch.setattr("digit_detector.cli.detect.read_image", read)
    Answer(capsys, onnx_file, folder, "--format", form)
    before, between = printed
    assert before == ""
    assert str(folder / "a.png") in between


def test_workers_give_the_same_answer(
    capsys: pytest.CaptureFixture[str], onnx_file: Path, folder: Path, tmp_path: Path
) -> None:
    for number in range(12):  # more than wait at once
        (folder / f"more/{number:02}.png").write_bytes((folder / "a.png").read_bytes())
    (folder / "more/05.png").write_bytes(b"bad")
    alone = Answer(capsys, onnx_file, folder, "--save-dir", tmp_path / "alone")
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


def test_shards_share_the_pictures(
    capsys: pytest.CaptureFixture[str], onnx_file: Path, folder: Path, tmp_path: Path
) -> None:
    (folder / "a.jpg").write_bytes((folder / "a.png").read_bytes())
    whole = json.loads(Answer(capsys, onnx_file, folder).out)
    parts = []
    for shard in ("1/2", "2/2", "3/3"):
        answer = Answer(capsys, onnx_file, folder, "--shard", shard, "--save-dir", tmp_path / "boxes")
        assert answer.status == 0
        parts.append(json.loads(answer.out))
    assert parts == [whole[::2], whole[1::2], whole[2::3]]
    assert {path.name for path in (tmp_path / "boxes").rglob("*.png")} == {"a.png", "a-2.png", "b.png"}
    assert json.loads(Answer(capsys, onnx_file, folder, "--shard", "9/9").out) == []


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--workers=0", "'0' is not a number of processes"),
        ("--shard=3/2", "'3/2' is no shard"),
        ("--shard=0/2", "'0/2' is no shard"),
        ("--shard=half", "'half' is no shard"),
    ],
)
def test_bad_workers_and_shards_are_refused(
    capsys: pytest.CaptureFixture[str], onnx_file: Path, folder: Path, option: str, message: str
) -> None:
    with pytest.raises(SystemExit) as caught:
        Answer(capsys, onnx_file, folder, option)
    assert caught.value.code == 2
    assert message in capsys.readouterr().err


def test_pictures_with_boxes_are_saved(
    capsys: pytest.CaptureFixture[str], onnx_file: Path, folder: Path, tmp_path: Path
) -> None:
    target = tmp_path / "new" / "boxes"
    answer = Answer(capsys, onnx_file, folder, folder / "a.png", "--save-dir", target)
    assert answer.status == 0
    saved = sorted(path.relative_to(target).as_posix() for path in target.rglob("*.png"))
    assert saved == ["a-2.png", "a.png", "more/b.png"]
    picture = read_image(target / "a.png")
    assert picture.shape == (240, 320, 3)
    assert (picture.max(axis=2) != picture.min(axis=2)).any()  # coloured boxes on a grey drawing


def test_a_picture_is_never_saved_onto_itself(
    capsys: pytest.CaptureFixture[str], onnx_file: Path, folder: Path
) -> None:
    before = (folder / "a.png").read_bytes()
    answer = Answer(capsys, onnx_file, folder, "--save-dir", folder)
    assert answer.status == 1
    assert "would overwrite" in answer.err
    assert (folder / "a.png").read_bytes() == before


def test_a_picture_is_never_saved_onto_another_that_is_read(
    capsys: pytest.CaptureFixture[str], onnx_file: Path, folder: Path
) -> None:
    (folder / "a.jpg").write_bytes((folder / "a.png").read_bytes())  # its picture would be called a.png, too
    before = (folder / "a.png").read_bytes()
    answer = Answer(capsys, onnx_file, folder, "--save-dir", folder)
    assert answer.status == 1
    assert f"would overwrite {folder / 'a.png'}" in answer.err
    assert (folder / "a.png").read_bytes() == before


def test_a_folder_that_cannot_be_written_is_one_line(
    capsys: pytest.CaptureFixture[str], onnx_file: Path, folder: Path
) -> None:
    answer = Answer(capsys, onnx_file, folder / "a.png", "--save-dir", folder / "notes.txt" / "boxes")
    assert answer.status == 1
    assert "cannot be written" in answer.err
    assert answer.err.count("\n") == 1


def test_detect_continues_after_failed_save(
    capsys: pytest.CaptureFixture[str], onnx_file: Path, folder: Path, tmp_path: Path
) -> None:
    target = tmp_path / "boxes"
    (target / "a.png").mkdir(parents=True)  # where the first picture would be saved
    answer = Answer(capsys, onnx_file, folder, "--save-dir", target)
    assert answer.status == 1
    assert answer.err.count("\n") == 1
    first, second = json.loads(answer.out)
    assert f"{target / 'a.png'} cannot be written" in first["error"]
    assert first["detections"] == second["detections"] != []
    assert "error" not in second
    assert (target / "more" / "b.png").is_file()


@pytest.mark.parametrize("option", ["--score-threshold", "--iou-threshold"])
@pytest.mark.parametrize("value", ["1.5", "-0.1", "high", "nan"])
def test_bad_thresholds_are_refused(
    capsys: pytest.CaptureFixture[str], onnx_file: Path, folder: Path, option: str, value: str
) -> None:
    with pytest.raises(SystemExit) as caught:
        Answer(capsys, onnx_file, folder, f"{option}={value}")
    assert caught.value.code == 2
    assert "is not a number from 0 to 1" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--weights", "none.onnx"], "none.onnx does not exist"),
        (["--weights", "last.ckpt"], "digit-detector export"),
        (["--runtime", "onnx", "--device", "cuda"], "serves the CPU, not cuda"),
    ],
)
def test_what_cannot_start_says_so_in_one_line(
    capsys: pytest.CaptureFixture[str], folder: Path, options: list[str], message: str
) -> None:
    assert main(["detect", str(folder), *options]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert err.count("\n") == 1


def test_a_huge_picture_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], onnx_file: Path) -> None:
    Image.new("1", (12_000, 10_000)).save(tmp_path / "huge.png")  # large enough for a warning of Pillow's own
    answer = Answer(capsys, onnx_file, tmp_path)
    assert answer.status == 1
    assert answer.err.count("\n") == 1
    assert "make it smaller" in answer.err


def run(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "digit_detector", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def test_version() -> None:
    assert run("--version").stdout.strip() == importlib.metadata.version("digit-detector")


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        ("data fetch", "data,torch"),
        ("serve", "page"),
        ("serve --api-only", "api"),
        *((name, "train") for name in ("data sheet scenes.png", "fit", "validate", "export")),
    ],
)
def test_commands_name_their_extra(command: str, extra: str) -> None:
    absent = ["torch", "lightning", "onnx", "unlzw3", "streamlit", "uvicorn"]
    code = f"import sys; sys.modules.update(dict.fromkeys({absent}));"
    code += f"from digit_detector.cli import main; sys.exit(main({command.split()!r}))"
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert finished.returncode == 1
    assert f"pip install 'digit-detector[{extra}]'" in finished.stderr
    assert finished.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "command",
    [
        "evaluate missing --output OUTPUT",
        "export SOURCE --output OUTPUT",
        "average missing.safetensors missing.safetensors OUTPUT",
        "data sheet OUTPUT --data-root missing",
        "data label-issues OUTPUT --data-root missing",
        "data hard-examples OUTPUT --data-root missing",
    ],
)
def test_unwritable_output(
    tmp_path: Path, safetensors_file: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    """Its error comes before the long work: most commands have not even read their inputs."""
    output = tmp_path / "file" / "output.safetensors"
    output.parent.write_text("no folder")
    paths = {"SOURCE": str(safetensors_file), "OUTPUT": str(output)}
    assert main([paths.get(word, word) for word in command.split()]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"digit-detector: {output}")
    assert "cannot be written" in err
    assert "name another output" in err
    assert err.count("\n") == 1


def test_prepare_output_changes_no_file(tmp_path: Path) -> None:
    prepare_output(tmp_path / "new" / "a.json")
    assert not any((tmp_path / "new").iterdir())
    (tmp_path / "new" / "a.json").write_text("before")
    prepare_output(tmp_path / "new" / "a.json")
    assert (tmp_path / "new" / "a.json").read_text() == "before"


def test_anchors_of_too_few_scenes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = write_all(tmp_path)
    assert main(["data", "anchors", "--scenes", "3", "--data-root", str(root)]) == 1
    err = capsys.readouterr().err
    assert err.startswith("digit-detector: --scenes is 3: ")
    assert err.count("\n") == 1


def test_names_that_the_terminal_cannot_show(onnx_file: Path, folder: Path) -> None:
    (folder / "a.png").rename(folder / "zwölf.png")
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    finished = run("detect", folder, "--weights", onnx_file, "--format", "table", env=environment)
    assert finished.returncode == 0
    assert "zw\\xf6lf.png" in finished.stdout
