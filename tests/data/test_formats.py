"""COCO, YOLO, VOC and our own ndjson: round trips lose nothing that the format can hold."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from pycocotools.coco import COCO
from support.records import collections, picture

from digit_detector.data.formats.table import READERS, WRITERS
from digit_detector.drawing import Annotation, Drawing

NOTHING = {"strokes": None, "detections": None, "model": None, "time": None, "reviewed": False}


def there_and_back(name: str, records: list[Drawing]) -> dict[str, Drawing]:
    """What a format gives back of the records, by id, with the pictures' bytes."""
    with TemporaryDirectory() as place:
        folder = Path(place, "drawings")
        folder.mkdir()
        WRITERS[name](folder, records)
        return {record.id: replace(record, image=record.read()) for record in READERS[name](folder)}


def assert_same(found: Drawing, expected: Drawing) -> None:
    """Equal, boxes within rounding."""
    assert replace(found, annotations=()) == replace(expected, annotations=())
    assert [one.label for one in found.annotations] == [one.label for one in expected.annotations]
    for mine, other in zip(found.annotations, expected.annotations, strict=True):
        assert mine.box == pytest.approx(other.box, abs=1e-9)


@pytest.mark.parametrize("name", ["coco", "voc", "ndjson"])
@given(records=collections())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_is_lost(name: str, records: list[Drawing]) -> None:
    found = there_and_back(name, records)
    assert len(found) == len(records)
    for record in records:
        assert_same(found[record.id], record)


@given(records=collections())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_yolo_keeps_pictures_objects_sources_and_sessions(records: list[Drawing]) -> None:
    found = there_and_back("yolo", records)
    assert len(found) == len(records)
    for record in records:
        assert_same(found[record.id], replace(record, **NOTHING))


@pytest.mark.parametrize(
    "name", ["", "../a", "/a", "a//b", "a/../b", "a/", ".a", "a/.b", "a\\b", "c:a", "a\nb", "a" * 201]
)
def test_an_id_is_a_name_of_a_file_below_its_folder(name: str) -> None:
    with pytest.raises(ValueError, match=r"^id: expected a name for a file"):
        Drawing(name, b"", 1, 1, (), session="s", source="page")


@pytest.mark.parametrize("name", ["..", ".", "a/../../b", "c:\\d", " "])
def test_no_session_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "drawings"
    folder.mkdir()
    WRITERS["yolo"](folder, [Drawing("x", picture(40, 30), 40, 30, (), session=name, source=name)])
    assert [path.name for path in tmp_path.iterdir()] == ["drawings"]
    (record,) = READERS["yolo"](folder)
    assert (record.session, record.source) == (name, name)


@given(records=collections())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_lines_keep_their_order_and_exact_boxes(records: list[Drawing]) -> None:
    assert list(there_and_back("ndjson", records).values()) == records


def test_the_tool_of_coco_reads_our_file(tmp_path: Path) -> None:
    box = Annotation("7", (1.5, 2.0, 11.0, 22.0))
    WRITERS["coco"](tmp_path, [Drawing("a", picture(40, 30), 40, 30, (box,), session="s", source="page")])
    coco = COCO(str(tmp_path / "annotations.json"))
    (annotation,) = coco.loadAnns(coco.getAnnIds(catIds=coco.getCatIds(catNms=["7"])))
    assert annotation["bbox"] == [1.5, 2.0, 9.5, 20.0]
    assert (tmp_path / "images" / coco.loadImgs(annotation["image_id"])[0]["file_name"]).is_file()
