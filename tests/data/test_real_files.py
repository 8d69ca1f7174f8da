"""Test folders as cameras, Windows, macOS and careless hands leave them: nothing is lost or falsified silently."""

import io
import json
import os
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image
from support.drawings import picture, write_pictures
from support.label_folders import BOX, LINE, NAMES, coco, convert, encoded, read, turned, voc, write, yolo

from digit_detector.collect.store import Store
from digit_detector.data.formats import WRITERS, read_folder
from digit_detector.drawing import Drawing
from digit_detector.errors import DataError


@pytest.mark.parametrize("file_format", ["MPO", "TIFF", "GIF", "BMP", "WEBP", "PPM"])
def test_picture_formats_are_kept(tmp_path: Path, file_format: str) -> None:
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


def test_store_keeps_each_drawing_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = tmp_path / "store.db"
    for job, shade in (("job1", 255), ("job2", 254)):
        yolo(tmp_path / job, **{"images__frame.png": encoded("PNG", shade), "labels__frame.txt": LINE})
        assert convert(tmp_path / job, "store", store) == 0
    assert len(list(Store(str(store)).drawings())) == 2
    assert convert(tmp_path / "job1", "store", store) == 0
    captured = capsys.readouterr()
    assert captured.out.endswith(f"(already in the store 1): {tmp_path / 'job1'} -> {store}, 0 of them new\n")
    assert "already in the store: frame-" in captured.err


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


def test_braces_in_a_name(tmp_path: Path) -> None:
    boxes = json.dumps({"3/a{1}.png": [[10, 7.5, 20, 15, 3]]})
    write(tmp_path, **{"3__a{1}.png": encoded("PNG"), "bbox_annotations.json": boxes})
    ((drawing,), _) = read(tmp_path)
    assert drawing.annotations[0].box == BOX


def test_names_cannot_lead_out(tmp_path: Path) -> None:
    write_pictures(tmp_path, "secret.png", "in/images/a.png")
    coco(tmp_path / "in", {"file_name": "../../secret.png"}, {"file_name": "a.png"})
    with pytest.raises(DataError, match=r"annotation without its picture: .*images\[0\]"):
        list(read_folder("coco", tmp_path / "in"))


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
def test_boxes_before_exif_rotation(tmp_path: Path, orientation: int, expected: tuple[float, ...] | None) -> None:
    xml = voc("a.jpg").replace(b">11<", b">1<").replace(b">8.5<", b">1<").replace(b">30</xmax>", b">8</xmax>")
    write(tmp_path, **{"a.jpg": turned(orientation), "a.xml": xml.replace(b">22.5<", b">6<")})
    (drawing,) = read_folder("voc", tmp_path)
    assert (drawing.width, drawing.height) == ((40, 30) if expected is None else (30, 40))
    assert drawing.annotations[0].box == pytest.approx(expected or (0, 0, 8, 6))


def test_our_own_size_is_upright(tmp_path: Path) -> None:
    row = {"id": "a", "width": 40, "height": 30, "annotations": [], "session": "s", "source": "x", "image": "a.jpg"}
    write(tmp_path, **{"a.jpg": turned(), "drawings.ndjson": json.dumps(row)})
    with pytest.raises(DataError, match="line 1: width and height: expected 30 x 40, as the EXIF data turns"):
        list(read_folder("ndjson", tmp_path))


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
