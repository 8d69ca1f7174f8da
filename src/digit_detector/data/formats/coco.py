"""Read and write COCO (Lin et al. 2014, cocodataset.org/#format-data): `annotations.json` and `images/`.

Boxes are x, y, w, h. Pictures and annotations are two lists in any order, which are joined on disk, so only one row is
in memory. Each picture's key `digit_detector` keeps the fields that COCO lacks (session, strokes, ...).
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath
from tempfile import TemporaryFile
from typing import Any, BinaryIO, Final

import ijson

from digit_detector.classes import CLASSES
from digit_detector.data.formats import fields, picture_files
from digit_detector.drawing import Annotation, Drawing
from digit_detector.errors import DataError

FILE: Final = "annotations.json"
_CATEGORY: Final = {name: number for number, name in enumerate(CLASSES, start=1)}


def read(folder: Path) -> Iterator[Drawing]:
    """Yield the drawings in the order of `images`, each with its annotations in the order of the file."""
    path = folder / FILE
    try:
        file = path.open("rb")
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); name a folder that holds {FILE}") from error
    with file, closing(sqlite3.connect("")) as joined:  # a temporary file, deleted when closed
        source, names = fields.source_name(folder), _categories(path, file)
        _store_annotations(path, file, joined, names)
        for number, row in _items(path, file, "images"):
            with fields.name_row(path, f"images[{number}]"):
                key = fields.integer(row, "id")
                width, height = fields.integer(row, "width"), fields.integer(row, "height")
                name = fields.text(row, "file_name")
                image = _image(folder, name)
                rows = joined.execute("SELECT position, label, box FROM annotations WHERE image = ?", (key,)).fetchall()
                if joined.execute("INSERT OR IGNORE INTO images VALUES (?)", (key,)).rowcount == 0:
                    raise ValueError(f"id: {key} occurs twice")
            annotations = []
            for position, label, box in rows:
                with fields.name_row(path, f"annotations[{position}]"):
                    x, y, w, h = json.loads(box)
                    annotations.append(Annotation(label, fields.clip_box((x, y, x + w, y + h), width, height)))
            with fields.name_row(path, f"images[{number}]"):
                stem = str(PurePosixPath(name).with_suffix(""))
                drawing = fields.make_drawing(row.get(fields.EXTRA), stem, source, image, width, height, annotations)
            yield drawing
        orphans = "SELECT position, image FROM annotations WHERE image NOT IN images ORDER BY position LIMIT 1"
        for position, key in joined.execute(orphans):
            raise DataError(f"{path}, annotations[{position}]: image_id: no picture has the id {key}")


def _items(path: Path, file: BinaryIO, name: str) -> Iterator[tuple[int, Any]]:
    """Yield the rows of one of the file's lists with their indices."""
    file.seek(0)
    number = -1
    try:
        for number, row in enumerate(ijson.items(file, f"{name}.item", use_float=True)):
            yield number, row
    except ijson.JSONError as error:
        raise DataError(f"{path}, {name}[{number + 1}]: expected JSON ({' '.join(str(error).split())})") from error


def _categories(path: Path, file: BinaryIO) -> dict[int, str]:
    names = {}
    for number, row in _items(path, file, "categories"):
        with fields.name_row(path, f"categories[{number}]"):
            names[fields.integer(row, "id")] = fields.text(row, "name")
    if not names:
        raise DataError(f"{path}: expected a list of categories, found none")
    return names


def _store_annotations(path: Path, file: BinaryIO, joined: sqlite3.Connection, names: dict[int, str]) -> None:
    joined.execute("CREATE TABLE images (id INTEGER PRIMARY KEY)")
    joined.execute("CREATE TABLE annotations (position INTEGER PRIMARY KEY, image INTEGER, label TEXT, box TEXT)")
    for number, row in _items(path, file, "annotations"):
        with fields.name_row(path, f"annotations[{number}]"):
            category = fields.integer(row, "category_id")
            if category not in names:
                raise ValueError(f"category_id: no category has the id {category}")
            box = json.dumps(fields.numbers(row.get("bbox"), 4, "bbox"))
            values = (number, fields.integer(row, "image_id"), names[category], box)
        joined.execute("INSERT INTO annotations VALUES (?, ?, ?, ?)", values)
    joined.execute("CREATE INDEX by_image ON annotations (image, position)")


def _image(folder: Path, name: str) -> Path:
    """Return the picture's path: most exports name files relative to `images/`, some relative to the folder."""
    image = picture_files.path_inside(folder / "images", name)
    return image if image.exists() else picture_files.path_inside(folder, name)


def write(folder: Path, drawings: Iterable[Drawing]) -> None:
    """Write the file, and copy the pictures; IDs count from 1."""
    path = folder / FILE
    categories = [{"id": number, "name": name} for name, number in _CATEGORY.items()]
    with path.open("x", encoding="utf-8") as file, TemporaryFile("w+", encoding="utf-8") as annotations:
        file.write(f'{{"categories": {json.dumps(categories)},\n"images": [')
        total = 0
        for number, drawing in enumerate(drawings, start=1):
            with fields.name_row(path, f"images[{number - 1}]"):
                name = picture_files.copy_picture(drawing, folder / "images", drawing.id)
                size = {"width": drawing.width, "height": drawing.height}
                row = {"id": number, "file_name": name, **size, fields.EXTRA: fields.extra_fields(drawing)}
                file.write((",\n" if number > 1 else "\n") + json.dumps(row))
            for annotation in drawing.annotations:
                total += 1
                annotations.write((",\n" if total > 1 else "\n") + json.dumps(_annotation(total, number, annotation)))
        file.write('\n],\n"annotations": [')
        annotations.seek(0)
        for line in annotations:
            file.write(line)
        file.write("\n]}\n")


def _annotation(number: int, image: int, annotation: Annotation) -> dict[str, Any]:
    x0, y0, x1, y1 = annotation.box
    box = [x0, y0, x1 - x0, y1 - y0]
    keys = {"image_id": image, "category_id": _CATEGORY[annotation.label], "bbox": box}
    return {"id": number, **keys, "area": box[2] * box[3], "iscrowd": 0}
