"""What other programs wrote in COCO, YOLO, VOC and in folders is read."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support.foreign_formats import coco_of_others, folders_of_others, voc_of_others, yolo_of_others

from digit_detector.data.formats.table import READERS


@pytest.mark.parametrize(
    ("name", "write", "expected"),
    [
        (
            "coco",
            coco_of_others,
            {
                "one": [("3", (0, 0, 40, 30))],
                "deep/two": [("3", (1, 2, 11, 22)), ("other", (1, 2, 11, 22))],
            },
        ),
        (
            "yolo",
            yolo_of_others,
            {"train/a (1)": [("3", (0, 0, 20, 30)), ("other", (18, 13.5, 22, 16.5))], "val/b": []},
        ),
        ("voc", voc_of_others, {"a": [("3", (0, 2, 11, 22)), ("other", (0, 0, 40, 30))]}),
        (
            "folders",
            folders_of_others,
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
def test_what_others_wrote(
    tmp_path: Path, name: str, write: Callable[[Path], None], expected: dict[str, list[tuple[str, tuple[float, ...]]]]
) -> None:
    folder = tmp_path / "theirs"
    write(folder)
    records = list(READERS[name](folder))
    assert [record.id for record in records] == list(expected)
    for record in records:
        assert (record.session, record.source, record.width, record.height) == (record.id, "theirs", 40, 30)
        found = [(one.label, one.box) for one in record.annotations]
        assert [label for label, _ in found] == [label for label, _ in expected[record.id]]
        for (_, box), (_, other) in zip(found, expected[record.id], strict=True):
            assert box == pytest.approx(other)
