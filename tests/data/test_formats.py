"""Test round trips through the formats that we write, and reading all of them as other programs write them."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pycocotools.coco import COCO
from support.drawings import collections, picture, write_pictures
from support.foreign_formats import write_coco, write_folders, write_voc, write_yolo
from support.tool_exports import EXPORTS, SIZE, TRUTH

from digit_detector.data.formats import AUTO, WRITERS, read_folder
from digit_detector.data.formats.class_folders import contour_box
from digit_detector.data.formats.read_report import Report
from digit_detector.drawing import Annotation, Drawing
from digit_detector.errors import DataError

NOTHING = {"strokes": None, "detections": None, "model": None, "time": None, "reviewed": False}
"""What YOLO's files leave of the fields that they have no place for."""


def round_trip(name: str, drawings: list[Drawing]) -> dict[str, Drawing]:
    """Write drawings, and return what a format reads back by ID, with the pictures' bytes."""
    with TemporaryDirectory() as place:
        folder = Path(place, "drawings")
        folder.mkdir()
        WRITERS[name](folder, drawings)
        return {drawing.id: replace(drawing, image=drawing.read()) for drawing in read_folder(name, folder)}


@pytest.mark.parametrize(("name", "lost"), [("coco", {}), ("voc", {}), ("yolo", NOTHING)])
@given(drawings=collections())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_round_trip(name: str, lost: dict[str, Any], drawings: list[Drawing]) -> None:
    """Boxes may differ by rounding."""
    found = round_trip(name, drawings)
    assert len(found) == len(drawings)
    for drawing in drawings:
        actual = found[drawing.id]
        assert replace(actual, annotations=()) == replace(drawing, annotations=(), **lost)
        for item, expected in zip(actual.annotations, drawing.annotations, strict=True):
            assert (item.label, item.box) == (expected.label, pytest.approx(expected.box, abs=1e-9))


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
        for item, (label, box) in zip(drawing.annotations, expected[stem], strict=True):
            assert (item.label, item.box) == (label, pytest.approx(box))


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
        for item, (label, box) in zip(drawing.annotations, objects, strict=True):
            assert (item.label, item.box) == (label, pytest.approx(box, abs=1e-4))


def test_rotated_ellipses(tmp_path: Path) -> None:
    """A circle does not grow when it is rotated; an ellipse of 10 x 20 at 90 degrees lies."""
    write_pictures(tmp_path, "a.png")  # 40 x 30
    cvat = """<annotations><image name="a.png" width="40" height="30">
      <ellipse label="0" cx="20" cy="15" rx="10" ry="10" rotation="45"/>
      <ellipse label="8" cx="20" cy="15" rx="5" ry="10" rotation="90"/></image></annotations>"""
    regions = [
        {"x": 50, "y": 50, "radiusX": 25, "radiusY": 100 / 3, "rotation": 45, "ellipselabels": ["0"]},
        {"x": 50, "y": 50, "radiusX": 12.5, "radiusY": 100 / 3, "rotation": 90, "ellipselabels": ["8"]},
    ]
    size = {"original_width": 40, "original_height": 30}
    results = [{"type": "ellipselabels", "value": region, **size} for region in regions]
    tasks = [{"data": {"image": "a.png"}, "annotations": [{"result": results}]}]
    for name, file, content in (("cvat", "a.xml", cvat), ("label-studio", "a.json", json.dumps(tasks))):
        (tmp_path / file).write_text(content)
        (drawing,) = read_folder(name, tmp_path)
        boxes = [annotation.box for annotation in drawing.annotations]
        assert boxes == [pytest.approx((10, 5, 30, 25)), pytest.approx((10, 10, 30, 20))]


def test_label_studio_labels_of_any_shape(tmp_path: Path) -> None:
    """Its tag <Labels> names regions that <Rectangle> draws: two results with one ID."""
    write_pictures(tmp_path, "a.png")
    shape = {"x": 25, "y": 20, "width": 50, "height": 40, "rotation": 0}
    size = {"id": "r", "original_width": 40, "original_height": 30}
    values = {"rectangle": shape, "labels": {**shape, "labels": ["7"]}}
    results = [{"type": kind, "value": value, **size} for kind, value in values.items()]
    (tmp_path / "a.json").write_text(json.dumps([{"data": {"image": "a.png"}, "annotations": [{"result": results}]}]))
    (drawing,) = read_folder("label-studio", tmp_path)
    assert drawing.annotations == (Annotation("7", (10, 6, 30, 18)),)


def test_class_folders_are_told(tmp_path: Path) -> None:
    write_pictures(tmp_path, "train/7/a.png", "val/3/b.png")
    assert len(list(read_folder(AUTO, tmp_path))) == 2


def test_several_formats_are_named(tmp_path: Path) -> None:
    EXPORTS["coco-cvat"][1](tmp_path)
    EXPORTS["yolo-label-studio"][1](tmp_path)
    with pytest.raises(DataError, match=r"holds several formats, .*name the one to read with --from"):
        list(read_folder(AUTO, tmp_path))


@given(st.integers(0, 300), st.integers(0, 200), st.integers(20, 99), st.integers(20, 99))
def test_contour_box_of_outline(x: int, y: int, width: int, height: int) -> None:
    image = np.full((300, 400), 255, np.uint8)
    cv2.rectangle(image, (x, y), (x + width - 1, y + height - 1), 0, 3)
    # Half of the pen is outside, as far as the picture reaches.
    expected = [max(0, x - 1), max(0, y - 1), min(400, x + width + 1), min(300, y + height + 1)]
    assert contour_box(image) == pytest.approx(expected, abs=1)


def test_contour_box_joins_parts_and_ignores_specks() -> None:
    image = np.zeros((200, 200, 4), np.uint8)
    image[40:140, 50:60, 3] = 255
    image[30:34, 50:110, 3] = 255
    image[180:185, 180:185, 3] = 255
    assert contour_box(image) == (50, 30, 110, 140)


def test_contour_box_on_dark_background() -> None:
    image = np.full((80, 60, 3), 40, np.uint8)
    image[20:50, 10:20] = (90, 70, 60)
    assert contour_box(image) == (10, 20, 20, 50)


def test_no_contour_box_without_ink() -> None:
    assert contour_box(np.full((80, 60), 200, np.uint8)) is None
    assert contour_box(np.zeros((80, 60, 4), np.uint8)) is None
