"""Read and write COCO (Lin et al. 2014, cocodataset.org/#format-data), whose boxes are x, y, width, height.

Each picture's key `digit_detector` keeps the fields that COCO lacks (session, strokes, ...).
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from digit_detector.classes import CLASSES
from digit_detector.data.formats.drawings import (
    EXTRA,
    around,
    copy_picture,
    extra_fields,
    make_drawing,
    numbered,
    numbers,
    shorten,
    stated_size,
    text,
    value,
)
from digit_detector.data.formats.folder import Folder
from digit_detector.data.formats.read_report import Skip
from digit_detector.drawing import Box, Drawing


def read(folder: Folder) -> Iterator[Drawing]:
    """Yield the drawings in the order of `images`, each with its annotations in the order of the file."""
    for path, content in folder.annotations("coco"):
        with folder.report.row(path, "file", pictures=0):
            names = {}
            for place, row in numbered("categories[{}]", content["categories"]).items():
                with folder.report.row(path, place, pictures=0):
                    names[_id(row, "id")] = str(row["name"])
            rows = _by_picture(folder, path, content["annotations"])
            pictures = numbered("images[{}]", content["images"])
            counts = Counter(repr(row["id"]) for row in pictures.values() if isinstance(row, dict) and "id" in row)
            for place, row in pictures.items():
                objects = rows.pop(repr(row.get("id")), {}) if isinstance(row, dict) else {}
                with folder.report.row(path, place, objects=len(objects)):
                    if counts[_id(row, "id")] > 1:
                        raise ValueError(f"id: {row['id']!r} occurs twice")
                    name, parse, size = text(row, "file_name"), partial(_object, names), stated_size(row)
                    yield make_drawing(folder, name, path, objects, parse, size=size, extra=row.get(EXTRA))
            for key, objects in rows.items():
                for place in objects:
                    with folder.report.row(path, place, pictures=0, objects=1):
                        raise ValueError(f"image_id: no picture has the id {key}")


def _by_picture(folder: Folder, path: Path, rows: list[Any]) -> dict[str, dict[str, Any]]:
    """Return the annotations by the picture's ID and their places; crowds are regions, no objects."""
    pictures: dict[str, dict[str, Any]] = defaultdict(dict)
    for place, row in numbered("annotations[{}]", rows).items():
        with folder.report.row(path, place, pictures=0, objects=1):
            key = _id(row, "image_id")
            if row.get("iscrowd"):
                raise Skip("crowd region", lost=False)
            pictures[key][place] = row
    return pictures


def _id(row: Any, name: str) -> str:
    """Return an ID, which is a number or a text, as a text that differs between both."""
    key = value(row, name)
    if type(key) not in (int, str):
        raise ValueError(f"{name}: expected a whole number, found {shorten(key)}")
    return repr(key)


def _object(names: dict[str, str], row: Any) -> tuple[str, Box]:
    category = _id(row, "category_id")
    if category not in names:
        raise ValueError(f"category_id: no category has the id {category}")
    polygons = row.get("segmentation")
    if not row.get("bbox") and isinstance(polygons, list):
        points = [point for line in polygons for point in zip(line[::2], line[1::2], strict=True)]
        return names[category], around(points, "segmentation")
    x, y, w, h = numbers(row["bbox"], 4, "bbox")
    return names[category], (x, y, x + w, y + h)


def write(folder: Path, drawings: Iterable[Drawing]) -> None:
    """Write `annotations.json`, and copy the pictures to `images/`; IDs count from 1."""
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for drawing in drawings:
        name = copy_picture(drawing, folder / "images", drawing.id)
        size = {"width": drawing.width, "height": drawing.height}
        images.append({"id": len(images) + 1, "file_name": name, **size, EXTRA: extra_fields(drawing)})
        for annotation in drawing.annotations:
            x0, y0, x1, y1 = annotation.box
            category = CLASSES.index(annotation.label) + 1
            row = {"id": len(annotations) + 1, "image_id": len(images), "category_id": category, "iscrowd": 0}
            annotations.append(row | {"bbox": [x0, y0, x1 - x0, y1 - y0], "area": (x1 - x0) * (y1 - y0)})
    categories = [{"id": number, "name": name} for number, name in enumerate(CLASSES, start=1)]
    content = {"categories": categories, "images": images, "annotations": annotations}
    (folder / "annotations.json").write_text(json.dumps(content), encoding="utf-8")
