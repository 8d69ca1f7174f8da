"""Test folders as cameras, Windows, macOS and careless hands leave them: nothing is lost or falsified silently."""

import io
import json
import os
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pillow_heif
import pytest
from PIL import Image
from support.drawings import picture, write_pictures

from digit_detector.cli import main
from digit_detector.collect.store import Store
from digit_detector.data.formats import AUTO, WRITERS, read_folder
from digit_detector.data.formats.read_report import Report
from digit_detector.drawing import Drawing
from digit_detector.errors import DataError

NAMES = "names: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']\n"
LINE = "7 0.5 0.5 0.5 0.5\n"
BOX = (10.0, 7.5, 30.0, 22.5)


def write(folder: Path, **files: str | bytes) -> Path:
    """Write files, whose names have `__` for a slash."""
    for name, content in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def yolo(folder: Path, **files: str | bytes) -> Path:
    return write(folder, **({"data.yaml": NAMES} | files))


def read(folder: Path, **options: bool) -> tuple[list[Drawing], Report]:
    report = Report(**options)
    return list(read_folder(AUTO, folder, report)), report


def coco(folder: Path, *images: dict[str, Any], annotations: list[dict[str, Any]] | None = None) -> Path:
    rows = [{"id": number, "width": 40, "height": 30, **image} for number, image in enumerate(images)]
    boxes = [{"image_id": row["id"], "category_id": 0, "bbox": [10, 7.5, 20, 15]} for row in rows]
    content = {"images": rows, "annotations": boxes + (annotations or []), "categories": [{"id": 0, "name": "7"}]}
    return write(folder, **{"annotations.json": json.dumps(content)})


def voc(filename: str, size: str = "<width>40</width><height>30</height>", encoding: str = "utf-8") -> bytes:
    box = "<bndbox><xmin>11</xmin><ymin>8.5</ymin><xmax>30</xmax><ymax>22.5</ymax></bndbox>"
    row = f"<filename>{filename}</filename><size>{size}</size><object><name>7</name>{box}</object>"
    return f'<?xml version="1.0" encoding="{encoding}"?>\r\n<annotation>{row}</annotation>'.encode(encoding)


def encoded(file_format: str, shade: int = 255, **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (40, 30), shade).save(buffer, file_format, **options)
    return buffer.getvalue()


def turned(orientation: int = 6) -> bytes:
    exif = Image.Exif()
    exif[274] = orientation
    return encoded("JPEG", exif=exif)


def convert(folder: Path, target: str, end: Path, *options: str) -> int:
    places = ["--store", str(end), str(folder)] if target == "store" else [str(folder), str(end)]
    return main(["data", "convert", "--to", target, *options, *places])


@pytest.mark.parametrize("file_format", ["MPO", "TIFF", "GIF", "BMP", "WEBP", "PPM"])
def test_every_picture_format_is_kept(tmp_path: Path, file_format: str) -> None:
    more = {"save_all": True, "append_images": [Image.new("L", (8, 6))]} if file_format == "MPO" else {}
    suffix = {"MPO": "JPG", "TIFF": "tif", "PPM": "pgm"}.get(file_format, file_format)
    content = encoded(file_format, **more)
    yolo(tmp_path / "in", **{f"images__a.{suffix}": content, "labels__a.txt": LINE})
    assert convert(tmp_path / "in", "coco", tmp_path / "out") == 0
    ((drawing,), _) = read(tmp_path / "out")
    assert drawing.read() == content
    assert drawing.annotations[0].box == BOX


def test_heic_in_a_folder_is_read_or_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    heic = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (40, 30))).save(heic)
    yolo(tmp_path / "in", **{"images__a.HEIC": heic.getvalue(), "labels__a.txt": LINE})
    assert convert(tmp_path / "in", "voc", tmp_path / "out") == 0
    ((drawing,), _) = read(tmp_path / "out")
    assert drawing.read() == heic.getvalue()
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    assert convert(tmp_path / "in", "voc", tmp_path / "again") == 1
    assert "a.HEIC, picture: is a HEIC picture: save it as JPEG" in capsys.readouterr().err


@pytest.mark.parametrize("target", [*WRITERS, "store"])
def test_same_stem_and_same_name_stay_apart(tmp_path: Path, target: str, capsys: pytest.CaptureFixture[str]) -> None:
    contents = {"a.jpg": encoded("JPEG"), "a.png": encoded("PNG"), "deep/a.png": encoded("PNG", 9)}
    images = [{"file_name": name} for name in contents]
    coco(tmp_path / "in", *images)
    write(tmp_path / "in", **{f"images__{name}": content for name, content in contents.items()})
    assert convert(tmp_path / "in", target, tmp_path / "out") == 0
    assert capsys.readouterr().out.startswith("3 drawings with 3 objects, skipped 0 drawings with 0 objects: ")
    drawings = Store(str(tmp_path / "out")).drawings() if target == "store" else read_folder(target, tmp_path / "out")
    assert sorted(drawing.read() for drawing in drawings) == sorted(contents.values())


def test_store_tells_folders_apart_and_knows_drawings_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = tmp_path / "store.db"
    for job, shade in (("job1", 255), ("job2", 254)):
        yolo(tmp_path / job, **{"images__frame.png": encoded("PNG", shade), "labels__frame.txt": LINE})
        assert convert(tmp_path / job, "store", store) == 0
    assert len(list(Store(str(store)).drawings())) == 2
    assert convert(tmp_path / "job1", "store", store) == 0
    captured = capsys.readouterr()
    assert captured.out.endswith(f"(already in the store 1): {tmp_path / 'job1'} -> {store}, 0 of them new\n")
    assert "already in the store: frame-" in captured.err


def test_labels_without_picture_are_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    yolo(tmp_path / "in", **{"images__a.png": encoded("PNG"), "labels__a.txt": LINE, "labels__b.txt": LINE * 2})
    assert convert(tmp_path / "in", "coco", tmp_path / "out") == 1
    error = capsys.readouterr().err
    assert "1 of 2 pictures would be lost, more than 10%: " in error
    assert f"label file without its picture: {tmp_path / 'in/labels/b.txt'}" in error
    assert not (tmp_path / "out").exists()
    assert convert(tmp_path / "in", "coco", tmp_path / "out", "--allow-skips") == 0
    captured = capsys.readouterr()
    assert captured.out.startswith(
        "1 drawings with 1 objects, skipped 1 drawings with 2 objects (label file without its picture 1): "
    )
    assert "labels/b.txt" in captured.err


def test_a_small_loss_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    images = {f"images__{number}.png": encoded("PNG", number) for number in range(20)}
    labels = {f"labels__{number}.txt": LINE for number in range(21)}
    yolo(tmp_path / "in", **images, **labels)
    assert convert(tmp_path / "in", "ndjson", tmp_path / "out") == 0
    captured = capsys.readouterr()
    assert "skipped 1 drawings with 1 objects (label file without its picture 1)" in captured.out
    assert "labels/20.txt" in captured.err


def test_labels_in_the_wrong_place_are_an_error(tmp_path: Path) -> None:
    yolo(tmp_path, **{"images__train__a.png": encoded("PNG"), "annotations__a.txt": LINE})
    with pytest.raises(DataError, match=r"2 of 2 pictures would be lost.* no label file, .*a\.png; label file without"):
        read(tmp_path)
    (drawing,), report = read(tmp_path, allow_skips=True)
    assert drawing.annotations == ()
    assert report.skipped == {"pictures": 1, "objects": 1}


def test_labels_beside_their_pictures(tmp_path: Path) -> None:
    yolo(tmp_path, **{"images__a.png": encoded("PNG"), "images__a.txt": LINE})
    ((drawing,), _) = read(tmp_path)
    assert [(item.label, item.box) for item in drawing.annotations] == [("7", BOX)]


@pytest.mark.parametrize("extra", ["images__a.jpg", "a.png", "a.txt"])
def test_ambiguous_labels_are_an_error(tmp_path: Path, extra: str) -> None:
    yolo(tmp_path, **{"images__a.png": encoded("PNG"), "labels__a.txt": LINE})
    write(tmp_path, **{extra: LINE if extra == "a.txt" else encoded("PNG", 9)})
    with pytest.raises(DataError, match="cannot tell which label file belongs to which picture"):
        read(tmp_path)


def test_picture_with_two_annotation_files(tmp_path: Path) -> None:
    write(tmp_path, **{"a.png": encoded("PNG"), "a.xml": voc("a.png"), "b.xml": voc("a.png")})
    with pytest.raises(DataError, match=r"b\.xml, annotation: .*a\.png has annotations in another place too"):
        list(read_folder("voc", tmp_path))


def test_pictures_without_annotations_are_lost(tmp_path: Path) -> None:
    write_pictures(tmp_path / "images", "a.png", "b.png")
    coco(tmp_path, {"file_name": "a.png"}, {"file_name": "c.png"})
    with pytest.raises(DataError, match=r"2 of 3 pictures .*images\[1\]; .*without annotations: .*b\.png"):
        list(read_folder("coco", tmp_path))


def test_crowds_and_duplicates_are_no_objects(tmp_path: Path) -> None:
    write_pictures(tmp_path / "images", "a.png")
    again = {"image_id": 0, "category_id": 0, "bbox": [10, 7.5, 20, 15]}
    crowd = {"image_id": 0, "category_id": 0, "iscrowd": 1, "segmentation": {"counts": [0, 9], "size": [30, 40]}}
    coco(tmp_path, {"file_name": "a.png"}, annotations=[again, crowd])
    report = Report()
    (drawing,) = read_folder("coco", tmp_path, report)
    assert len(drawing.annotations) == 1
    assert (report.read["objects"], report.skipped["objects"]) == (1, 2)
    assert "crowd region 1, duplicate 1" in str(report)


def test_keep_going_writes_the_rest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    images = {f"images__{stem}.png": encoded("PNG", ord(stem)) for stem in "abc"}
    labels = {"labels__a.txt": LINE, "labels__b.txt": LINE + "7 0.5 0.5 x 0.5\n", "labels__c.txt": ""}
    yolo(tmp_path / "in", **images, **labels)
    message = f'{tmp_path / "in/labels/b.txt"}, line 2: width: expected a number, found "x"'
    assert convert(tmp_path / "in", "coco", tmp_path / "out") == 1
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert convert(tmp_path / "in", "coco", tmp_path / "out", "--keep-going") == 1
    captured = capsys.readouterr()
    assert message in captured.err
    assert "2 drawings with 1 objects, skipped 1 drawings with 2 objects (invalid 1)" in captured.out
    assert len(list(read_folder("coco", tmp_path / "out"))) == 2


def test_invalid_label_file_makes_no_empty_picture(tmp_path: Path) -> None:
    images = {f"images__{stem}.png": encoded("PNG", ord(stem)) for stem in "ab"}
    yolo(tmp_path, **images, **{"labels__a.txt": LINE, "labels__b.txt": b"\xff\xff"})
    drawings, report = read(tmp_path, keep_going=True)
    assert [len(drawing.annotations) for drawing in drawings] == [1]
    assert report.failed


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
def test_label_encodings(tmp_path: Path, encoding: str) -> None:
    names = "\r\n".join("0123456789") + "\r\n"
    (tmp_path / "labels").mkdir()
    write_pictures(tmp_path / "images", "a.png")
    (tmp_path / "classes.txt").write_bytes(names.encode(encoding))
    (tmp_path / "labels/a.txt").write_bytes(LINE.replace(" ", "\u00a0").replace("\n", "\r\n").encode(encoding))
    ((drawing,), _) = read(tmp_path)
    assert [(item.label, item.box) for item in drawing.annotations] == [("7", BOX)]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("iso-8859-1", "grün.png"), ("gbk", "数字.png"), ("utf-16", "數.png"), ("utf-8-sig", "七.png")],
)
def test_xml_encodings(tmp_path: Path, encoding: str, name: str) -> None:
    write_pictures(tmp_path, name)
    (tmp_path / "a.xml").write_bytes(voc(name, encoding=encoding))
    ((drawing,), _) = read(tmp_path)
    assert [(item.label, item.box) for item in drawing.annotations] == [("7", BOX)]


@pytest.mark.parametrize(
    ("name", "stated"),
    [
        ("Bildschirmfoto 12.30.05\u202fPM.png", "Bildschirmfoto 12.30.05\u202fPM.png"),
        (unicodedata.normalize("NFD", "grün.png"), unicodedata.normalize("NFC", "grün.png")),
        ("deep/a.png", "C:\\Users\\me\\deep\\a.png"),
        ("deep/a.png", "/home/me/data/deep/a.png"),
        ("deep/a.png", "../../deep/a.png"),
        ("IMG_1.JPG", "img_1.jpg"),
        ("七" * 60 + ".png", "七" * 60 + ".png"),
        ("0a1b2c3d-a.png", "images/0a1b2c3d-a.png"),
    ],
)
def test_names_of_other_systems(tmp_path: Path, name: str, stated: str) -> None:
    write(tmp_path / "in" / "images", **{name: encoded("PNG")})
    coco(tmp_path / "in", {"file_name": stated})
    for target in WRITERS:
        assert convert(tmp_path / "in", target, tmp_path / target) == 0
        assert len(list(read_folder(target, tmp_path / target))) == 1


def test_names_cannot_lead_out(tmp_path: Path) -> None:
    write_pictures(tmp_path, "secret.png", "in/images/a.png")
    coco(tmp_path / "in", {"file_name": "../../secret.png"}, {"file_name": "a.png"})
    with pytest.raises(DataError, match=r"annotation without its picture: .*images\[0\]"):
        list(read_folder("coco", tmp_path / "in"))


def test_nearest_picture_counts(tmp_path: Path) -> None:
    for split, shade in (("train", 1), ("valid", 2)):
        coco(tmp_path / split, {"file_name": "a.png"})
        write(tmp_path / split, **{"a.png": encoded("PNG", shade)})
    drawings, _ = read(tmp_path)
    assert [drawing.read() for drawing in drawings] == [encoded("PNG", 1), encoded("PNG", 2)]


def test_ambiguous_name_is_an_error(tmp_path: Path) -> None:
    write_pictures(tmp_path, "x/a.png", "y/a.png")
    coco(tmp_path, {"file_name": "a.png"})
    with pytest.raises(DataError, match=r"images\[0\]: file name: 'a\.png' fits .*x/a\.png.* and|.*y/a\.png"):
        list(read_folder("coco", tmp_path))


def test_files_of_systems_are_skipped(tmp_path: Path) -> None:
    junk = {"images__._a.png": b"\0", "images__Thumbs.db": b"\0", "images__.ipynb_checkpoints__a-checkpoint.png": b"\0"}
    yolo(tmp_path, **{"images__a.png": encoded("PNG"), "labels__a.txt": LINE}, **junk)
    drawings, report = read(tmp_path)
    assert len(drawings) == 1
    assert "hidden file 2, other file 1" in str(report)


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_linked_folders_are_read_once(tmp_path: Path) -> None:
    write(tmp_path / "real", **{"a.png": encoded("PNG")})
    yolo(tmp_path / "in", **{"labels__a.txt": LINE})
    (tmp_path / "in/images").symlink_to(tmp_path / "real")
    (tmp_path / "real/loop").symlink_to(tmp_path / "real")
    drawings, _ = read(tmp_path / "in")
    assert len(drawings) == 1


@pytest.mark.parametrize(
    ("orientation", "expected"),
    [(5, (0, 0, 6, 8)), (6, (24, 0, 30, 8)), (7, (24, 32, 30, 40)), (8, (0, 32, 6, 40)), (1, None)],
)
def test_boxes_in_the_frame_before_exif_rotation(
    tmp_path: Path, orientation: int, expected: tuple[float, ...] | None
) -> None:
    xml = voc("a.jpg").replace(b">11<", b">1<").replace(b">8.5<", b">1<").replace(b">30</xmax>", b">8</xmax>")
    write(tmp_path, **{"a.jpg": turned(orientation), "a.xml": xml.replace(b">22.5<", b">6<")})
    (drawing,) = read_folder("voc", tmp_path)
    assert (drawing.width, drawing.height) == ((40, 30) if expected is None else (30, 40))
    assert drawing.annotations[0].box == pytest.approx(expected or (0, 0, 8, 6))


def test_boxes_in_the_upright_frame(tmp_path: Path) -> None:
    write(tmp_path / "voc", **{"a.jpg": turned(), "a.xml": voc("a.jpg", "<width>30</width><height>40</height>")})
    yolo(tmp_path / "yolo", **{"a.jpg": turned(), "a.txt": LINE})
    (drawing,) = read_folder("voc", tmp_path / "voc")
    assert drawing.annotations[0].box == BOX
    (drawing,) = read_folder("yolo", tmp_path / "yolo")
    assert drawing.annotations[0].box == (7.5, 10, 22.5, 30)


@pytest.mark.parametrize("size", ["<width>0</width><height>0</height>", ""])
def test_voc_without_size(tmp_path: Path, size: str) -> None:
    write(tmp_path, **{"a.png": encoded("PNG"), "a.xml": voc("a.png", size)})
    (drawing,) = read_folder("voc", tmp_path)
    assert (drawing.width, drawing.height, drawing.annotations[0].box) == (40, 30, BOX)


def test_polygons_and_oriented_boxes_of_yolo(tmp_path: Path) -> None:
    lines = "7 0.25 0.5 0.5 0.25 0.75 0.5 0.5 0.75\n3 0.25 0.25 0.75 0.25 0.75 0.75\n"
    yolo(tmp_path, **{"images__a.png": encoded("PNG"), "labels__a.txt": lines})
    ((drawing,), report) = read(tmp_path)
    assert [(item.label, item.box) for item in drawing.annotations] == [("7", BOX), ("3", BOX)]
    assert "polygon or oriented box, read as its bounding box 2" in str(report)


@pytest.mark.parametrize("names", ["names: {0: a, 7: '7'}", "names:\n  '7': 7\n", f"{NAMES}nc: 10"])
def test_names_as_list_or_mapping(tmp_path: Path, names: str) -> None:
    yolo(tmp_path, **{"data.yaml": names, "images__a.png": encoded("PNG"), "labels__a.txt": LINE})
    ((drawing,), _) = read(tmp_path)
    assert drawing.annotations[0].label == "7"


def test_class_lists_that_differ(tmp_path: Path) -> None:
    yolo(tmp_path, **{"images__a.png": encoded("PNG"), "labels__a.txt": LINE, "classes.txt": "1\n2\n"})
    with pytest.raises(DataError, match="have different names: keep one of them"):
        read(tmp_path)


def test_pictures_stream_through_writers(tmp_path: Path) -> None:
    class Content(bytes):
        alive = 0

        def __del__(self) -> None:
            Content.alive -= 1

    def drawings() -> Iterator[Drawing]:
        for number in range(20):
            assert Content.alive < 5
            Content.alive += 1
            yield Drawing(str(number), Content(picture(40, 30)), 40, 30, (), session="s", source="page")

    for name, write_format in WRITERS.items():
        (tmp_path / name).mkdir()
        write_format(tmp_path / name, drawings())
