"""Folders of pictures and labels, written as cameras, other systems and careless hands leave them."""

import json
from pathlib import Path
from typing import Any

from PIL import Image

from digit_detector.cli import main
from digit_detector.data.formats import AUTO, read_folder
from digit_detector.data.formats.read_report import Report
from digit_detector.drawing import Drawing
from support.drawings import picture

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
    return picture(40, 30, file_format, shade, **options)


def turned(orientation: int = 6) -> bytes:
    exif = Image.Exif()
    exif[274] = orientation
    return encoded("JPEG", exif=exif)


def convert(folder: Path, target: str, end: Path, *options: str) -> int:
    places = ["--store", str(end), str(folder)] if target == "store" else [str(folder), str(end)]
    return main(["data", "convert", "--to", target, *options, *places])
