"""Test round trips through COCO, YOLO, VOC and our own ndjson."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from pycocotools.coco import COCO
from support.drawings import collections, picture

from digit_detector.data.formats import WRITERS, read_folder
from digit_detector.drawing import Annotation, Drawing

NOTHING = {"strokes": None, "detections": None, "model": None, "time": None, "reviewed": False}


def round_trip(name: str, drawings: list[Drawing]) -> dict[str, Drawing]:
    """Write drawings, and return what a format reads back by ID, with the pictures' bytes."""
    with TemporaryDirectory() as place:
        folder = Path(place, "drawings")
        folder.mkdir()
        WRITERS[name](folder, drawings)
        return {drawing.id: replace(drawing, image=drawing.read()) for drawing in read_folder(name, folder)}


def assert_same(found: Drawing, expected: Drawing) -> None:
    """Compare drawings, boxes within rounding."""
    assert replace(found, annotations=()) == replace(expected, annotations=())
    assert [item.label for item in found.annotations] == [item.label for item in expected.annotations]
    for actual, wanted in zip(found.annotations, expected.annotations, strict=True):
        assert actual.box == pytest.approx(wanted.box, abs=1e-9)


@pytest.mark.parametrize("name", ["coco", "voc", "ndjson"])
@given(drawings=collections())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_round_trip_is_lossless(name: str, drawings: list[Drawing]) -> None:
    found = round_trip(name, drawings)
    assert len(found) == len(drawings)
    for drawing in drawings:
        assert_same(found[drawing.id], drawing)


@given(drawings=collections())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_yolo_round_trip(drawings: list[Drawing]) -> None:
    found = round_trip("yolo", drawings)
    assert len(found) == len(drawings)
    for drawing in drawings:
        assert_same(found[drawing.id], replace(drawing, **NOTHING))


@pytest.mark.parametrize(
    "name", ["", "../a", "/a", "a//b", "a/../b", "a/", ".a", "a/.b", "a\\b", "c:a", "a\nb", "a" * 201]
)
def test_invalid_id(name: str) -> None:
    with pytest.raises(ValueError, match=r"^id: expected a file name"):
        Drawing(name, b"", 1, 1, (), session="s", source="page")


@pytest.mark.parametrize("name", ["..", ".", "a/../../b", "c:\\d", " "])
def test_session_cannot_leave_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "drawings"
    folder.mkdir()
    WRITERS["yolo"](folder, [Drawing("x", picture(40, 30), 40, 30, (), session=name, source=name)])
    assert [path.name for path in tmp_path.iterdir()] == ["drawings"]
    (drawing,) = read_folder("yolo", folder)
    assert (drawing.session, drawing.source) == (name, name)


@given(drawings=collections())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_ndjson_keeps_order_and_exact_boxes(drawings: list[Drawing]) -> None:
    assert list(round_trip("ndjson", drawings).values()) == drawings


def test_pycocotools_reads_our_file(tmp_path: Path) -> None:
    box = Annotation("7", (1.5, 2.0, 11.0, 22.0))
    WRITERS["coco"](tmp_path, [Drawing("a", picture(40, 30), 40, 30, (box,), session="s", source="page")])
    coco = COCO(str(tmp_path / "annotations.json"))
    (annotation,) = coco.loadAnns(coco.getAnnIds(catIds=coco.getCatIds(catNms=["7"])))
    assert annotation["bbox"] == [1.5, 2.0, 9.5, 20.0]
    assert (tmp_path / "images" / coco.loadImgs(annotation["image_id"])[0]["file_name"]).is_file()
