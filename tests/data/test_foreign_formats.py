"""Test reading COCO, YOLO, VOC and class folders as other programs write them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support.foreign_formats import write_coco, write_folders, write_voc, write_yolo

from digit_detector.data.formats import READERS


@pytest.mark.parametrize(
    ("name", "write", "expected"),
    [
        (
            "coco",
            write_coco,
            {
                "one": [("3", (0, 0, 40, 30))],
                "deep/two": [("3", (1, 2, 11, 22)), ("other", (1, 2, 11, 22))],
            },
        ),
        (
            "yolo",
            write_yolo,
            {"train/a (1)": [("3", (0, 0, 20, 30)), ("other", (18, 13.5, 22, 16.5))], "val/b": []},
        ),
        ("voc", write_voc, {"a": [("3", (0, 2, 11, 22)), ("other", (0, 0, 40, 30))]}),
        (
            "folders",
            write_folders,
            {
                "10/b": [("other", (0, 0, 40, 30))],
                "3/a": [("3", (1, 2, 11, 22))],
                "7/d": [("7", (10, 5, 14, 25))],
                "censored/e": [],
                "multiple/c": [("5", (0, 0, 10, 10)), ("censored", (20, 0, 40, 30))],
            },
        ),
    ],
)
def test_read_foreign_format(
    tmp_path: Path, name: str, write: Callable[[Path], None], expected: dict[str, list[tuple[str, tuple[float, ...]]]]
) -> None:
    folder = tmp_path / "foreign"
    write(folder)
    drawings = list(READERS[name](folder))
    assert [drawing.id for drawing in drawings] == list(expected)
    for drawing in drawings:
        assert (drawing.session, drawing.source, drawing.width, drawing.height) == (drawing.id, "foreign", 40, 30)
        found = [(annotation.label, annotation.box) for annotation in drawing.annotations]
        assert [label for label, _ in found] == [label for label, _ in expected[drawing.id]]
        for (_, box), (_, other) in zip(found, expected[drawing.id], strict=True):
            assert box == pytest.approx(other)
