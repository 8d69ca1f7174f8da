"""Write the same two drawings as annotation tools export them, each in the tool's documented layout."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from support.drawings import write_pictures

SIZE: Final = (40, 30)
TRUTH: Final = {
    "a": [("3", (1.0, 2.0, 11.0, 22.0)), ("other", (20.0, 0.0, 40.0, 30.0))],
    "b": [("7", (10.0, 5.0, 14.0, 25.0))],
}
CLASSES: Final = ["3", "7", "other"]


def _files(folder: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="")


def _coco(file_names: dict[str, str], first_category: int = 1) -> str:
    categories = [{"id": first_category + 2 * number, "name": name} for number, name in enumerate(CLASSES)]
    ids = {row["name"]: row["id"] for row in categories}
    images, annotations = [], []
    for image, (stem, name) in enumerate(file_names.items()):
        images.append({"id": image, "file_name": name, "width": SIZE[0], "height": SIZE[1]})
        for label, (x0, y0, x1, y1) in TRUTH[stem]:
            row = {"id": len(annotations), "image_id": image, "category_id": ids[label], "iscrowd": 0, "area": 1}
            annotations.append({**row, "bbox": [x0, y0, x1 - x0, y1 - y0], "segmentation": []})
    return json.dumps({"images": images, "annotations": annotations, "categories": categories})


def _yolo(stem: str) -> str:
    lines = []
    for label, (x0, y0, x1, y1) in TRUTH[stem]:
        box = ((x0 + x1) / 2 / SIZE[0], (y0 + y1) / 2 / SIZE[1], (x1 - x0) / SIZE[0], (y1 - y0) / SIZE[1])
        lines.append(" ".join(map(str, (CLASSES.index(label), *box))))
    return "\n".join(lines) + "\n"


def _voc(stem: str, filename: str) -> str:
    objects = "".join(
        f"<object><name>{label}</name><pose>Unspecified</pose><bndbox><xmin>{x0 + 1:g}</xmin><xmax>{x1:g}</xmax>"
        f"<ymin>{y0 + 1:g}</ymin><ymax>{y1:g}</ymax></bndbox></object>"
        for label, (x0, y0, x1, y1) in TRUTH[stem]
    )
    size = f"<size><width>{SIZE[0]}</width><height>{SIZE[1]}</height><depth>3</depth></size>"
    return f"<annotation><folder/><filename>{filename}</filename><path>C:\\a.jpg</path>{size}{objects}</annotation>"


def _csv(rows: list[list[Any]]) -> str:
    lines: list[str] = []
    csv.writer(type("Lines", (), {"write": staticmethod(lines.append)})).writerows(rows)
    return "".join(lines)


def coco_cvat(folder: Path) -> None:
    write_pictures(folder / "images/default", "a.png", "b.png")
    _files(folder, {"annotations/instances_default.json": _coco({"a": "a.png", "b": "b.png"})})


def coco_roboflow(folder: Path) -> None:
    for split, stem in (("train", "a"), ("valid", "b")):
        write_pictures(folder / split, f"{stem}.jpg")
        _files(folder, {f"{split}/_annotations.coco.json": _coco({stem: f"{stem}.jpg"}, 0)})
    _files(folder, {"README.dataset.txt": "# digits\n\nProvided by a Roboflow user"})


def coco_label_studio(folder: Path) -> None:
    write_pictures(folder / "images", "0a1b2c3d-a.png", "0a1b2c3e-b.png")
    _files(folder, {"result.json": _coco({"a": "images\\0a1b2c3d-a.png", "b": "images\\0a1b2c3e-b.png"}, 0)})


def yolo_ultralytics(folder: Path) -> None:
    write_pictures(folder / "images", "train/a.jpg", "val/b.jpg")
    names = "".join(f"  {number}: {name}\n" for number, name in enumerate(CLASSES))
    yaml = f"path: ../datasets/digits # root\ntrain: images/train\nval: images/val\n\nnames:\n{names}"
    _files(folder, {"digits.yaml": yaml, "labels/train/a.txt": _yolo("a"), "labels/val/b.txt": _yolo("b")})


def yolo_roboflow(folder: Path) -> None:
    for split, stem in (("train", "a"), ("test", "b")):
        write_pictures(folder / split / "images", f"{stem}.jpg")
        _files(folder, {f"{split}/labels/{stem}.txt": _yolo(stem)})
    _files(folder, {"data.yaml": "train: ../train/images\nnc: 3\nnames: ['3', '7', 'other']\n", "README.txt": "digits"})


def yolo_label_studio(folder: Path) -> None:
    write_pictures(folder / "images", "a.png", "b.png")
    files = {f"labels/{stem}.txt": _yolo(stem) for stem in TRUTH}
    notes = json.dumps({"categories": [], "info": {"contributor": "Label Studio"}})
    _files(folder, {"classes.txt": "\n".join(CLASSES), "notes.json": notes, **files})


def yolo_cvat(folder: Path) -> None:
    write_pictures(folder / "obj_train_data", "a.png", "b.png")
    lists = {"obj.names": "\n".join(CLASSES), "train.txt": "data/obj_train_data/a.png\ndata/obj_train_data/b.png\n"}
    data = "classes = 3\ntrain = data/train.txt\nnames = data/obj.names\nbackup = backup/\n"
    _files(folder, {"obj.data": data, **lists, **{f"obj_train_data/{stem}.txt": _yolo(stem) for stem in TRUTH}})


def darknet_roboflow(folder: Path) -> None:
    write_pictures(folder / "train", "a.jpg", "b.jpg")
    files = {f"train/{stem}.txt": _yolo(stem) for stem in TRUTH}
    _files(folder, {"train/_darknet.labels": "\n".join(CLASSES), **files})


def voc_labelimg(folder: Path) -> None:
    write_pictures(folder, "a.jpg", "b.jpg")
    _files(folder, {f"{stem}.xml": _voc(stem, f"{stem}.jpg") for stem in TRUTH})


def voc_cvat(folder: Path) -> None:
    write_pictures(folder / "JPEGImages", "a.jpg", "b.jpg")
    files = {f"Annotations/{stem}.xml": _voc(stem, f"{stem}.jpg") for stem in TRUTH}
    _files(
        folder, {"ImageSets/Main/default.txt": "a\nb\n", "labelmap.txt": "# label:color_rgb:parts:actions\n", **files}
    )


def cvat(folder: Path) -> None:
    write_pictures(folder / "images", "a.png", "b.png")
    images = ""
    for number, stem in enumerate(TRUTH):
        images += f'<image id="{number}" name="{stem}.png" width="40" height="30">'
        for label, (x0, y0, x1, y1) in TRUTH[stem]:
            corners = f"{x0},{y0};{x1},{y0};{x1},{y1};{x0},{y1}"
            box = f'<box label="{label}" source="manual" occluded="0" xtl="{x0}" ytl="{y0}" xbr="{x1}" ybr="{y1}"/>'
            images += f'<polygon label="{label}" points="{corners}"/>' if label == "7" else box
        images += "</image>"
    xml = f'<?xml version="1.0" encoding="utf-8"?><annotations><version>1.1</version><meta/>{images}</annotations>'
    _files(folder, {"annotations.xml": xml})


def labelme(folder: Path) -> None:
    write_pictures(folder, "a.jpg", "b.jpg")
    for stem, objects in TRUTH.items():
        shapes = [
            {"label": label, "points": [[x1, y0], [x0, y1]], "group_id": None, "shape_type": "rectangle", "flags": {}}
            for label, (x0, y0, x1, y1) in objects
        ]
        size = {"imageWidth": SIZE[0], "imageHeight": SIZE[1]}
        content = {"version": "5.5.0", "shapes": shapes, "imagePath": f"..\\x\\{stem}.jpg", "imageData": None, **size}
        _files(folder, {f"{stem}.json": json.dumps(content)})


def label_studio(folder: Path) -> None:
    write_pictures(folder, "a.png", "b.png")
    tasks = []
    for stem, objects in TRUTH.items():
        result: list[dict[str, Any]] = [{"type": "choices", "value": {"choices": ["clean"]}, "from_name": "quality"}]
        for label, (x0, y0, x1, y1) in objects:
            box = {"x": x0 / 0.4, "y": y0 / 0.3, "width": (x1 - x0) / 0.4, "height": (y1 - y0) / 0.3, "rotation": 0}
            size = {"original_width": SIZE[0], "original_height": SIZE[1], "image_rotation": 0}
            result.append({"type": "rectanglelabels", "value": {**box, "rectanglelabels": [label]}, **size})
        data = {"image": f"/data/upload/1/0a1b2c3d-{stem}.png"}
        done = {"id": 1, "was_cancelled": False, "result": result}
        tasks.append({"id": 1, "data": data, "annotations": [{"was_cancelled": True, "result": []}, done]})
    _files(folder, {"project-1-at-2026.json": json.dumps(tasks)})


def createml(folder: Path) -> None:
    write_pictures(folder / "train", "a.jpg", "b.jpg")
    rows = []
    for stem, objects in TRUTH.items():
        annotations = []
        for label, (x0, y0, x1, y1) in objects:
            centre = {"x": (x0 + x1) / 2, "y": (y0 + y1) / 2, "width": x1 - x0, "height": y1 - y0}
            annotations.append({"label": label, "coordinates": centre})
        rows.append({"image": f"{stem}.jpg", "annotations": annotations})
    _files(folder, {"train/_annotations.createml.json": json.dumps(rows)})


def open_images(folder: Path) -> None:
    write_pictures(folder / "train", "a.jpg", "b.jpg")
    header = (
        "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside"
    )
    rows = [header.split(",")]
    for stem, objects in TRUTH.items():
        for label, (x0, y0, x1, y1) in objects:
            name = f"/m/0{CLASSES.index(label)}"
            rows.append([stem, "x", name, 1, x0 / 40, x1 / 40, y0 / 30, y1 / 30, 0, 0, 0, 0, 0])
    names = [[f"/m/0{number}", name] for number, name in enumerate(CLASSES)]
    files = {"train-annotations-bbox.csv": _csv(rows), "class-descriptions-boxable.csv": _csv(names)}
    _files(folder, files)


def tensorflow_roboflow(folder: Path) -> None:
    write_pictures(folder / "train", "a.jpg", "b.jpg")
    rows: list[list[Any]] = [["filename", "width", "height", "class", "xmin", "ymin", "xmax", "ymax"]]
    rows += [[f"{stem}.jpg", *SIZE, label, *box] for stem, objects in TRUTH.items() for label, box in objects]
    _files(folder, {"train/_annotations.csv": _csv(rows)})


EXPORTS: Final[dict[str, tuple[str, Callable[[Path], None]]]] = {
    "coco-cvat": ("coco", coco_cvat),
    "coco-roboflow": ("coco", coco_roboflow),
    "coco-label-studio": ("coco", coco_label_studio),
    "yolo-ultralytics": ("yolo", yolo_ultralytics),
    "yolo-roboflow": ("yolo", yolo_roboflow),
    "yolo-label-studio": ("yolo", yolo_label_studio),
    "yolo-cvat": ("yolo", yolo_cvat),
    "darknet-roboflow": ("yolo", darknet_roboflow),
    "voc-labelimg": ("voc", voc_labelimg),
    "voc-cvat": ("voc", voc_cvat),
    "cvat": ("cvat", cvat),
    "labelme": ("labelme", labelme),
    "label-studio": ("label-studio", label_studio),
    "createml": ("createml", createml),
    "open-images": ("csv", open_images),
    "tensorflow-roboflow": ("csv", tensorflow_roboflow),
}
"""By export: the name of its format, and a function that writes it to a folder."""
