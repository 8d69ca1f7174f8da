"""Test that errors in damaged files name the file, the row and the field, in every format."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from support.drawings import picture, write_pictures
from support.foreign_formats import write_coco, write_folders, write_voc, write_yolo
from support.label_folders import write

from digit_detector.collect.store import Store
from digit_detector.data.convert import convert
from digit_detector.data.formats import WRITERS, read_folder
from digit_detector.data.formats.read_report import Report
from digit_detector.drawing import Drawing
from digit_detector.errors import DataError

ROW = {"id": "a", "width": 40, "height": 30, "annotations": [], "session": "s", "source": "x", "image": "images/a.png"}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (ROW, "line 2: id: 'a' occurs twice"),
        (ROW | {"image": None}, "line 2: image: expected a text, found null"),
        (ROW | {"annotations": [{"label": "1", "box": [0, 0, 41, 1]}]}, "line 2: box 0: expected it inside 40 x 30 px"),
        (ROW | {"time": "2026-01-01"}, "line 2: time: expected a time zone"),
        (ROW | {"annotations": [{"label": "1", "box": [0, 0, 10**400, 1]}]}, "line 2: annotations: 0: box: expected"),
        ([1], r"line 2: expected an object, found \[1\]"),
        ("}", "line 2: "),
    ],
)
def test_damaged_ndjson(tmp_path: Path, row: object, message: str) -> None:
    write_pictures(tmp_path, "images/a.png")
    text = row if row == "}" else json.dumps(row)
    (tmp_path / "drawings.ndjson").write_text(f"{json.dumps(ROW)}\n{text}\n")
    with pytest.raises(DataError, match=rf"drawings\.ndjson, {message}"):
        list(read_folder("ndjson", tmp_path))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("annotations", 1, "bbox"), [1, 2, 3], r"annotations\[1\]: bbox: expected 4 numbers, found \[1, 2, 3\]"),
        (("annotations", 1, "bbox"), [1, 2, 0, 3], r"annotations\[1\]: box: expected x0 < x1"),
        (("annotations", 1, "bbox"), [30, 2, 20, 3], r"annotations\[1\]: box: expected it inside 40 x 30 px"),
        (("annotations", 1, "category_id"), 2, r"annotations\[1\]: category_id: no category has the id 2"),
        (("annotations", 1, "category_id"), 1, r"annotations\[1\]: label: expected one of .*, found 'digits'"),
        (("annotations", 1, "image_id"), 3, r"annotations\[1\]: image_id: no picture has the id 3"),
        (("annotations", 1), 3, r"annotations\[1\]: expected an object, found 3"),
        (("images", 1, "id"), 2, r"images\[0\]: id: 2 occurs twice"),
        (("images", 1, "width"), "x", r"images\[1\]: width: expected a number, found \"x\""),
        (("images", 1, "digit_detector"), 7, r"images\[1\]: digit_detector: expected an object"),
        (("images", 1, "digit_detector"), {"width": 7}, r"images\[1\]: digit_detector: width: has its own place"),
        (("categories",), [], r"annotations\[1\]: category_id: no category has the id 9"),
    ],
)
def test_damaged_coco(tmp_path: Path, path: tuple[str | int, ...], value: object, message: str) -> None:
    write_coco(tmp_path)
    file = tmp_path / "annotations.json"
    content = json.loads(file.read_text())
    inner = content
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    file.write_text(json.dumps(content))
    with pytest.raises(DataError, match=rf"annotations\.json(, |: ){message}"):
        list(read_folder("coco", tmp_path))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("1 0.5 0.5 0.5", "line 2: expected class, centre x, .* found 4 values"),
        ("7 0.5 0.5 0.5 0.5", "line 2: class: no name has the number 7"),
        ("1 0.5 x 0.5 0.5", 'line 2: centre y: expected a number, found "x"'),
        ("1 0.5 0.5 nan 0.5", "line 2: width: expected a number"),
        ("1 0.9 0.5 0.5 0.5", "line 2: box: expected it inside 40 x 30 px"),
        ("1 0.5 0.5 0.5 0", "line 2: box: expected x0 < x1"),
    ],
)
def test_damaged_yolo(tmp_path: Path, line: str, message: str) -> None:
    write_yolo(tmp_path)
    (tmp_path / "labels/val").mkdir()
    (tmp_path / "labels/val/b.txt").write_text(f"0 0.5 0.5 0.5 0.5\n{line}\n")
    with pytest.raises(DataError, match=rf"b\.txt, {message}"):
        list(read_folder("yolo", tmp_path))


TURNED = {"x": 1, "y": 1, "width": 50, "height": 50, "rotation": 5, "rectanglelabels": ["7"]}
REGION = {"type": "rectanglelabels", "value": TURNED, "original_width": 0, "original_height": 0}
TASK = {"data": {"image": "7/a.png"}, "annotations": [{"result": [REGION]}]}


@pytest.mark.parametrize(
    ("name", "file", "content", "message"),
    [
        ("coco", "a.json", '{"images": [', r"a\.json, file: expected JSON"),
        ("yolo", "data.yaml", "names: 7", r"data\.yaml, file: names: expected a list"),
        ("yolo", "data.yaml", "names: [a]\nkpt_shape: [2, 2]", r"data\.yaml, file: kpt_shape: label files of poses"),
        ("yolo", "data.yaml", "[1]", r"no class names found: add data\.yaml with names"),
        ("yolo", "data.yaml", "a: [", r"data\.yaml, file: expected YAML"),
        ("csv", "a.csv", f"id,picture\na,{'x' * 200_000}", r"a\.csv, file: field larger than field limit"),
        ("label-studio", "a.json", json.dumps([TASK]), r"result\[0\]: original_width and original_height: a rotated"),
        ("folders", "seven/a.png", picture(40, 30), r"a\.png, picture: folder: expected one of 0, .* found 'seven'"),
    ],
)
def test_damaged_file(tmp_path: Path, name: str, file: str, content: str | bytes, message: str) -> None:
    write_pictures(tmp_path, "7/a.png")
    write(tmp_path, **{file: content})
    with pytest.raises(DataError, match=message):
        list(read_folder(name, tmp_path))


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("<name>other<", "<name>dog<", "object 2: label: expected one of"),
        ("<name>other<", "<name><", "object 2: name: expected a text, found null"),
        ("<xmax>11<", "<xmax>eleven<", 'object 1: xmax: expected a number, found "eleven"'),
        ("<xmax>11<", "<xmax>99<", "object 1: box: expected it inside"),
        ("<width>40<", "<width>-4<", "annotation: width and height: -4 x 30, but the picture is 40 x 30"),
        ("</size>", "", "file: expected XML"),
        ("</annotation>", "<digit_detector>{</digit_detector></annotation>", "annotation: "),
    ],
)
def test_damaged_voc(tmp_path: Path, before: str, after: str, message: str) -> None:
    write_voc(tmp_path)
    file = tmp_path / "Annotations/a.xml"
    file.write_text(file.read_text().replace(before, after))
    with pytest.raises(DataError, match=rf"a\.xml, {message}"):
        list(read_folder("voc", tmp_path))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_entities_are_refused(tmp_path: Path, encoding: str) -> None:
    """A billion laughs: ten lines that would exhaust the memory."""
    (tmp_path / "Annotations").mkdir()
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE annotation [<!ENTITY l0 "ha">{laughs}]>'
    text += "<annotation><filename>&l9;</filename></annotation>"
    (tmp_path / "Annotations/a.xml").write_bytes(text.encode(encoding))
    with pytest.raises(DataError, match=r"a\.xml, file: expected XML without a document type"):
        list(read_folder("voc", tmp_path))


@pytest.mark.parametrize(
    ("boxes", "message"),
    [
        (
            {"x/multiple/c.png": [[0, 0, 50, 10, 5]]},
            r"s2\.json, multiple/c\.png, object 1: box: expected it inside",
        ),
        (
            {"x/multiple/c.png": [[0, 0, 10, 10, 12]]},
            r"bbox_annotations2\.json, multiple/c\.png, object 1: class number: expected 0 to 11, found 12",
        ),
        ({"x/multiple/c.png": 7}, r"bbox_annotations2\.json, file: x/multiple/c\.png: expected a list"),
        ({}, r"c\.png, picture: not listed in any bbox_annotations\*\.json in "),
    ],
)
def test_damaged_class_folders(tmp_path: Path, boxes: dict[str, object], message: str) -> None:
    write_folders(tmp_path)
    (tmp_path / "bbox_annotations2.json").write_text(json.dumps(boxes))
    with pytest.raises(DataError, match=message):
        list(read_folder("folders", tmp_path))


def test_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none: no such folder; name the folder that holds the pictures"):
        list(read_folder("coco", tmp_path / "none"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"width": 41}, "b: width and height: 41 x 30, but the picture is 40 x 30"),
        ({"image": picture(40, 30)[:-30]}, "b: the picture is damaged or cut short"),
        ({"image": b"<svg/>"}, "b: the picture is not a picture this program reads"),
    ],
)
def test_invalid_pictures_leave_no_store(tmp_path: Path, change: dict[str, object], message: str) -> None:
    drawing = Drawing("a", picture(40, 30), 40, 30, (), session="s", source="page")
    address = str(tmp_path / "store.db")
    Store(address).keep_all([drawing, replace(drawing, **{"id": "b", **change})])
    with pytest.raises(DataError, match=message):
        convert("store", address, "coco", tmp_path / "out", Report())
    assert not (tmp_path / "out").exists()
    report = Report(keep_going=True)
    convert("store", address, "coco", tmp_path / "out", report)
    assert report.failed
    assert report.read["pictures"] == report.skipped["pictures"] == 1


@pytest.mark.parametrize("name", WRITERS)
def test_files_are_not_overwritten(tmp_path: Path, name: str) -> None:
    drawing = Drawing("a", picture(40, 30), 40, 30, (), session="s", source="page")
    with pytest.raises(DataError, match=r"a: another drawing's file is named a\.png too"):
        WRITERS[name](tmp_path, [drawing, drawing])
