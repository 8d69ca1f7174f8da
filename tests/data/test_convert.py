"""Test `digit-detector data convert`: between formats, to and from the store, without torch."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.drawings import picture
from support.stores import a_drawing
from test_imports import heavy_modules_after

from digit_detector.cli import main
from digit_detector.collect.store import Store
from digit_detector.data.formats import WRITERS, read_folder

DRAWINGS = [a_drawing(number, session=f"s{number % 2}") for number in range(3)]


def convert(source: str, target: str, *more: object) -> int:
    return main(["data", "convert", "--from", source, "--to", target, *map(str, more)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three drawings in our own format."""
    folder = tmp_path / "drawings"
    folder.mkdir()
    WRITERS["ndjson"](folder, DRAWINGS)
    return folder


@pytest.mark.parametrize("name", WRITERS)
def test_convert_format_and_back(folder: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert convert("ndjson", name, folder, tmp_path / "there") == 0
    assert capsys.readouterr().out.startswith("3 drawings with 3 objects, skipped 0 drawings with 0 objects: ")
    assert convert(name, "ndjson", tmp_path / "there", tmp_path / "back") == 0
    back = {drawing.id: drawing.read() for drawing in read_folder("ndjson", tmp_path / "back")}
    assert back == {drawing.id: drawing.image for drawing in DRAWINGS}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["back", "drawings", "there"]


def test_convert_store_and_back(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    address = tmp_path / "store.sqlite"
    assert convert("ndjson", "store", "--store", address, folder) == 0
    assert "3 drawings with 3 objects" in capsys.readouterr().out
    assert list(Store(str(address)).drawings()) == DRAWINGS
    assert convert("ndjson", "store", "--store", address, folder) == 0
    assert capsys.readouterr().out.endswith(", 0 of them new\n")
    assert convert("store", "ndjson", "--store", address, tmp_path / "export") == 0
    exported = read_folder("ndjson", tmp_path / "export")
    assert [replace(drawing, image=drawing.read()) for drawing in exported] == DRAWINGS


def test_failed_conversion_leaves_nothing(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (image, *_) = sorted((folder / "images").iterdir(), reverse=True)
    image.write_bytes(picture(3, 3))
    assert convert("ndjson", "coco", folder, tmp_path / "out") == 1
    assert "drawings.ndjson, line 3: width and height: 64 x 64, but the picture is 3 x 3" in capsys.readouterr().err
    assert convert("ndjson", "store", "--store", tmp_path / "store.sqlite", folder) == 1
    assert "but the picture is 3 x 3" in capsys.readouterr().err
    assert not list(tmp_path.glob("out*"))


def test_existing_folder_is_not_changed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (folder / "drawings.ndjson").read_bytes()
    assert convert("ndjson", "ndjson", folder, folder) == 1
    assert "is not empty: name another folder" in capsys.readouterr().err
    assert (folder / "drawings.ndjson").read_bytes() == before


@pytest.mark.parametrize("words", [("data", "convert", "--from", "store", "--to", "coco", "out"), ("review", "--log")])
def test_missing_store_is_not_created(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--store", str(tmp_path / "typo.db")]) == 1
    assert "typo.db: no such store; name the file" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_empty_source_and_leftover_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/drawings.ndjson").write_text("")
    assert convert("ndjson", "coco", tmp_path / "in", tmp_path / "out") == 1
    assert "no drawings found (read as ndjson)" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    (tmp_path / "out.partial").mkdir()
    assert convert("ndjson", "coco", tmp_path / "in", tmp_path / "out") == 1
    assert "left over from an interrupted conversion: delete it" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("coco", "yolo", "in"), "expected 2 folders"),
        (("coco", "store", "in"), "the store needs its address: --store URL"),
        (("coco", "yolo", "in", "out", "--store", "x"), "--store belongs to"),
        (("store", "store", "--store", "x"), "are both the store"),
        (("kitti", "yolo", "in", "out"), "invalid choice: 'kitti'"),
    ],
)
def test_bad_arguments(arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        convert(*arguments)
    assert caught.value.code == 2
    assert message in capsys.readouterr().err


def test_convert_imports_no_torch(folder: Path, tmp_path: Path) -> None:
    code = "import sys; from digit_detector.cli import main\n"
    code += "main(['data', 'convert', '--from', 'ndjson', '--to', 'yolo', *sys.argv[1:]])"
    assert heavy_modules_after(code, folder, tmp_path / "out") == set()
