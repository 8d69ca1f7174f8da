"""Test which labels belong to which picture: none is lost or guessed silently."""

from pathlib import Path

import pytest
from support.drawings import write_pictures
from support.label_folders import BOX, LINE, coco, convert, encoded, read, voc, write, yolo

from digit_detector.data.formats import read_folder
from digit_detector.data.formats.read_report import Report
from digit_detector.errors import DataError


def test_labels_without_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    yolo(tmp_path / "in", **{"images__a.png": encoded("PNG"), "labels__a.txt": LINE, "labels__b.txt": LINE * 2})
    assert convert(tmp_path / "in", "coco", tmp_path / "out") == 1
    error = capsys.readouterr().err
    assert "1 of 2 pictures would be lost, more than 10%: " in error
    assert f"label file without its picture: {tmp_path / 'in/labels/b.txt'}" in error
    assert not (tmp_path / "out").exists()
    assert convert(tmp_path / "in", "coco", tmp_path / "out", "--allow-skips") == 0
    captured = capsys.readouterr()
    assert captured.out.startswith(
        "1 drawing with 1 object, skipped 1 drawing with 2 objects (label file without its picture 1): "
    )
    assert "labels/b.txt" in captured.err


def test_small_loss_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    images = {f"images__{number}.png": encoded("PNG", number) for number in range(20)}
    labels = {f"labels__{number}.txt": LINE for number in range(21)}
    yolo(tmp_path / "in", **images, **labels)
    assert convert(tmp_path / "in", "ndjson", tmp_path / "out") == 0
    captured = capsys.readouterr()
    assert "skipped 1 drawing with 1 object (label file without its picture 1)" in captured.out
    assert "labels/20.txt" in captured.err


def test_misplaced_labels(tmp_path: Path) -> None:
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
def test_ambiguous_labels(tmp_path: Path, extra: str) -> None:
    yolo(tmp_path, **{"images__a.png": encoded("PNG"), "labels__a.txt": LINE})
    write(tmp_path, **{extra: LINE if extra == "a.txt" else encoded("PNG", 9)})
    with pytest.raises(DataError, match="cannot tell which label file belongs to which picture"):
        read(tmp_path)


def test_picture_with_two_annotation_files(tmp_path: Path) -> None:
    write(tmp_path, **{"a.png": encoded("PNG"), "a.xml": voc("a.png"), "b.xml": voc("a.png")})
    with pytest.raises(DataError, match=r"b\.xml, annotation: .*a\.png has annotations in another place too"):
        list(read_folder("voc", tmp_path))


def test_pictures_without_annotations(tmp_path: Path) -> None:
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
    assert "2 drawings with 1 object, skipped 1 drawing with 2 objects (invalid 1)" in captured.out
    assert len(list(read_folder("coco", tmp_path / "out"))) == 2


def test_invalid_label_file(tmp_path: Path) -> None:
    images = {f"images__{stem}.png": encoded("PNG", ord(stem)) for stem in "ab"}
    yolo(tmp_path, **images, **{"labels__a.txt": LINE, "labels__b.txt": b"\xff\xff"})
    drawings, report = read(tmp_path, keep_going=True)
    assert [len(drawing.annotations) for drawing in drawings] == [1]
    assert report.failed


def test_nearest_picture_counts(tmp_path: Path) -> None:
    for split, shade in (("train", 1), ("valid", 2)):
        coco(tmp_path / split, {"file_name": "a.png"})
        write(tmp_path / split, **{"a.png": encoded("PNG", shade)})
    drawings, _ = read(tmp_path)
    assert [drawing.read() for drawing in drawings] == [encoded("PNG", 1), encoded("PNG", 2)]


def test_ambiguous_name(tmp_path: Path) -> None:
    write_pictures(tmp_path, "x/a.png", "y/a.png")
    coco(tmp_path, {"file_name": "a.png"})
    with pytest.raises(DataError, match=r"images\[0\]: file name: 'a\.png' fits .*x/a\.png.* and|.*y/a\.png"):
        list(read_folder("coco", tmp_path))
