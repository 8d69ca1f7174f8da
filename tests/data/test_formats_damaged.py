"""Test that errors in damaged files name the file, the row and the field, in every format."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from support.drawings import picture, write_pictures
from support.foreign_formats import write_coco, write_folders, write_voc, write_yolo

from digit_detector.data.formats import READERS, WRITERS
from digit_detector.drawing import Drawing
from digit_detector.errors import DataError

ROW = {"id": "a", "width": 40, "height": 30, "annotations": [], "session": "s", "source": "x", "image": "images/a.png"}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (ROW | {"image": "../a.png"}, "line 2: file: expected a name inside"),
        (ROW | {"image": "/etc/passwd"}, "line 2: file: expected a name inside"),
        (ROW | {"image": None}, "line 2: image: expected a text, found null"),
        (
            ROW | {"annotations": [{"label": "x", "box": [0, 0, 1, 1]}]},
            "line 2: annotations: 0: label: expected one of",
        ),
        (ROW | {"annotations": [{"label": "1", "box": [0, 0, 41, 1]}]}, "line 2: box 0: expected it inside 40 x 30 px"),
        (ROW | {"strokes": [{"points": [[1, "2"]], "width": 3}]}, "line 2: strokes: 0: points: expected"),
        (ROW | {"time": "2026-01-01"}, "line 2: time: expected a time zone"),
        (ROW | {"annotations": [{"label": "1", "box": [0, 0, 10**400, 1]}]}, "line 2: .*too large"),
        ([1], "line 2: expected an object"),
        ("}", "line 2: "),
    ],
)
def test_damaged_ndjson(tmp_path: Path, row: object, message: str) -> None:
    text = row if row == "}" else json.dumps(row)
    (tmp_path / "drawings.ndjson").write_text(f"{json.dumps(ROW)}\n{text}\n")
    with pytest.raises(DataError, match=rf"drawings\.ndjson, {message}"):
        list(READERS["ndjson"](tmp_path))


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
        (("images", 1, "id"), 2, r"images\[1\]: id: 2 occurs twice"),
        (("images", 1, "width"), "40", r"images\[1\]: width: expected a whole number, found \"40\""),
        (("images", 1, "file_name"), "../../a.png", r"images\[1\]: file: expected a name inside"),
        (("images", 1, "digit_detector"), 7, r"images\[1\]: digit_detector: expected an object"),
        (("images", 1, "digit_detector"), {"width": 7}, r"images\[1\]: digit_detector: width: has its own place"),
        (("categories",), [], "expected a list of categories, found none"),
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
        list(READERS["coco"](tmp_path))


def test_truncated_coco(tmp_path: Path) -> None:
    write_coco(tmp_path)
    file = tmp_path / "annotations.json"
    file.write_text(file.read_text()[:-20])
    with pytest.raises(DataError, match=r"annotations\.json, categories\[\d\]: expected JSON"):
        list(READERS["coco"](tmp_path))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("1 0.5 0.5 0.5", "line 2: expected class, centre x, .* found 4 values"),
        ("7 0.5 0.5 0.5 0.5", "line 2: class: no name in data.yaml has the number 7"),
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
        list(READERS["yolo"](tmp_path))


@pytest.mark.parametrize(
    ("text", "message"), [("names: 7", "names: expected a list"), ("[1]", "expected keys"), ("a: [", "expected YAML")]
)
def test_damaged_yaml(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "data.yaml").write_text(text)
    with pytest.raises(DataError, match=rf"data\.yaml: {message}"):
        list(READERS["yolo"](tmp_path))


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("<name>other<", "<name>dog<", "object 2: label: expected one of"),
        ("<name>other<", "<name><", "object 2: name: is missing"),
        ("<xmax>11<", "<xmax>eleven<", 'object 1: bndbox/xmax: expected a number, found "eleven"'),
        ("<xmax>11<", "<xmax>99<", "object 1: box: expected it inside"),
        ("<filename>a.png<", "<filename>../a.png<", "annotation: file: expected a name inside"),
        ("<width>40<", "<width>-4<", "annotation: width: expected whole pixels above 0"),
        ("</size>", "", "annotation: expected XML"),
        ("</annotation>", "<digit_detector>{</digit_detector></annotation>", "annotation: "),
    ],
)
def test_damaged_voc(tmp_path: Path, before: str, after: str, message: str) -> None:
    write_voc(tmp_path)
    file = tmp_path / "Annotations/a.xml"
    content = file.read_text().replace(before, after)
    # The size precedes the objects, whose boxes are checked against it.
    file.write_text(content if "<width>-4<" not in content else content[: content.index("<object>")] + "</annotation>")
    with pytest.raises(DataError, match=rf"a\.xml, {message}"):
        list(READERS["voc"](tmp_path))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_entities_are_refused(tmp_path: Path, encoding: str) -> None:
    """A billion laughs: ten lines that would exhaust the memory."""
    (tmp_path / "Annotations").mkdir()
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE annotation [<!ENTITY l0 "ha">{laughs}]>'
    text += "<annotation><filename>&l9;</filename></annotation>"
    (tmp_path / "Annotations/a.xml").write_bytes(text.encode(encoding))
    with pytest.raises(
        DataError, match=r"a\.xml, annotation: (expected XML without a document type|.*codec can't decode)"
    ):
        list(READERS["voc"](tmp_path))


@pytest.mark.parametrize(
    ("boxes", "message"),
    [
        ({"x/multiple/c.png": [[0, 0, 50, 10, 5]]}, r"c\.png, picture: box: expected it inside"),
        ({"x/multiple/c.png": [[0, 0, 10, 10, 12]]}, r"c\.png, picture: class number: expected 0 to 11, found 12"),
        ({"x/multiple/c.png": 7}, r"bbox_annotations2\.json, x/multiple/c\.png: expected a list"),
        ({}, r"c\.png, picture: not listed in any bbox_annotations\*\.json in "),
    ],
)
def test_damaged_class_folders(tmp_path: Path, boxes: dict[str, object], message: str) -> None:
    write_folders(tmp_path)
    (tmp_path / "bbox_annotations2.json").write_text(json.dumps(boxes))
    with pytest.raises(DataError, match=message):
        list(READERS["folders"](tmp_path))


def test_unknown_class_folder(tmp_path: Path) -> None:
    write_pictures(tmp_path, "seven/a.png")
    with pytest.raises(DataError, match=r"a\.png, picture: folder: expected one of 0, .* found 'seven'"):
        list(READERS["folders"](tmp_path))


@pytest.mark.parametrize("name", READERS)
def test_missing_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError, match=r"name (a|the) folder that holds|no such folder"):
        list(READERS[name](tmp_path / "none"))


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"width": 41}, "width and height: 41 x 30, but the picture is 40 x 30"),
        ({"image": picture(40, 30)[:-30]}, "picture: expected a valid PNG, JPEG, WEBP, BMP file"),
        ({"image": b"<svg/>"}, "picture: expected a valid PNG"),
        ({"image": Path("gone.png")}, r"gone\.png: No such file"),
        ({"session": "again"}, "id: 'a' occurs twice"),
    ],
)
def test_invalid_pictures_are_not_written(tmp_path: Path, name: str, change: dict[str, object], message: str) -> None:
    drawing = Drawing("a", picture(40, 30), 40, 30, (), session="again", source="page")
    with pytest.raises(DataError, match=f"(images.1.|line 2|drawing 2): {message}"):
        WRITERS[name](tmp_path, [drawing, replace(drawing, **{"id": "a" if "session" in change else "b"}, **change)])


def test_exif_rotation_is_refused(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[274] = 6
    (tmp_path / "3").mkdir()
    Image.new("L", (40, 30)).save(tmp_path / "3/a.jpg", exif=exif)
    with pytest.raises(DataError, match=r"a\.jpg, picture: picture: expected no EXIF rotation"):
        list(READERS["folders"](tmp_path))
