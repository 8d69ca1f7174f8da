"""Test reading COCO, YOLO, VOC and class folders as other programs write them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support.foreign_formats import write_coco, write_folders, write_voc, write_yolo

from digit_detector.data.formats import read_folder
from digit_detector.data.formats.read_report import Report


@pytest.mark.parametrize(
    ("name", "write", "expected"),
    [
        (
            "coco",
            write_coco,
            {
                "one": [("3", (0, 0, 40, 30))],
                "two": [("3", (1, 2, 11, 22)), ("other", (1, 2, 11, 22))],
            },
        ),
        (
            "yolo",
            write_yolo,
            {"a (1)": [("3", (0, 0, 20, 30)), ("other", (18, 13.5, 22, 16.5))], "b": []},
        ),
        ("voc", write_voc, {"a": [("3", (0, 2, 11, 22)), ("other", (0, 0, 40, 30))]}),
        (
            "folders",
            write_folders,
            {
                "b": [("other", (0, 0, 40, 30))],
                "a": [("3", (1, 2, 11, 22))],
                "d": [("7", (10, 5, 14, 25))],
                "e": [],
                "c": [("5", (0, 0, 10, 10)), ("censored", (20, 0, 40, 30))],
            },
        ),
    ],
)
def test_read_foreign_format(
    tmp_path: Path, name: str, write: Callable[[Path], None], expected: dict[str, list[tuple[str, tuple[float, ...]]]]
) -> None:
    folder = tmp_path / "foreign"
    write(folder)
    drawings = {
        drawing.id.rpartition("-")[0]: drawing for drawing in read_folder(name, folder, Report(allow_skips=True))
    }
    assert list(drawings) == list(expected)
    for stem, drawing in drawings.items():
        assert (drawing.session, drawing.source, drawing.width, drawing.height) == (drawing.id, "foreign", 40, 30)
        objects = [(annotation.label, annotation.box) for annotation in drawing.annotations]
        assert [label for label, _ in objects] == [label for label, _ in expected[stem]]
        for (_, box), (_, other) in zip(objects, expected[stem], strict=True):
            assert box == pytest.approx(other)
