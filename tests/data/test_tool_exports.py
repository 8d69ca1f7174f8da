"""Test that folders get in as annotation tools export them, without a format named."""

from pathlib import Path

import pytest
from support.drawings import write_pictures
from support.tool_exports import EXPORTS, SIZE, TRUTH

from digit_detector.data.formats import AUTO, read_folder
from digit_detector.data.formats.read_report import Report
from digit_detector.errors import DataError


@pytest.mark.parametrize("export", EXPORTS)
def test_read_export(tmp_path: Path, export: str) -> None:
    _, write = EXPORTS[export]
    write(tmp_path / "digits")
    report = Report()
    drawings = {drawing.id: drawing for drawing in read_folder(AUTO, tmp_path / "digits", report)}
    assert report.read == {"pictures": 2, "objects": 3}
    assert report.skipped.total() == 0
    found = {name.rpartition("-")[0].removeprefix("0a1b2c3d-").removeprefix("0a1b2c3e-"): name for name in drawings}
    assert found.keys() == TRUTH.keys()
    for stem, objects in TRUTH.items():
        drawing = drawings[found[stem]]
        assert (drawing.width, drawing.height, drawing.source, drawing.session) == (*SIZE, "digits", drawing.id)
        assert [annotation.label for annotation in drawing.annotations] == [label for label, _ in objects]
        for annotation, (_, box) in zip(drawing.annotations, objects, strict=True):
            assert annotation.box == pytest.approx(box, abs=1e-4)


def test_class_folders_are_told(tmp_path: Path) -> None:
    write_pictures(tmp_path, "train/7/a.png", "val/3/b.png")
    assert len(list(read_folder(AUTO, tmp_path))) == 2


def test_several_formats_are_named(tmp_path: Path) -> None:
    EXPORTS["coco-cvat"][1](tmp_path)
    EXPORTS["yolo-label-studio"][1](tmp_path)
    with pytest.raises(DataError, match=r"holds several formats, .*name the one to read with --from"):
        list(read_folder(AUTO, tmp_path))
