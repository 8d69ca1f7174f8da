"""COCO (Lin et al. 2014, cocodataset.org/#format-data): `annotations.json` and `images/`; boxes are x, y, w, h.

Pictures and annotations are two lists, in any order. They are joined on disk, so that only one row is in memory.
What COCO has no place for (session, strokes, ...) stands in each picture's `digit_detector`, which others ignore.
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
from digit_detector.data.formats import fields as rows
from digit_detector.data.formats import picture_files as files
from digit_detector.drawing import Annotation, Drawing
from digit_detector.errors import DataError

FILE: Final = "annotations.json"
_CATEGORY: Final = {name: number for number, name in enumerate(CLASSES, start=1)}


def read(folder: Path) -> Iterator[Drawing]:
    """The drawings in the order of the file's `images`, each with its annotations in the order of the file."""
    path = folder / FILE
    try:
        file = path.open("rb")
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); name a folder that holds {FILE}") from error
    with file, closing(sqlite3.connect("")) as joined:  # a file of its own, gone when closed
        source, names = rows.source_of(folder), _categories(path, file)
        _annotations(path, file, joined, names)
        for number, row in _items(path, file, "images"):
            with rows.named(path, f"images[{number}]"):
                key = rows.whole(row, "id")
                width, height = rows.whole(row, "width"), rows.whole(row, "height")
                name = rows.text(row, "file_name")
                image = _image(folder, name)
                own = joined.execute("SELECT position, label, box FROM annotations WHERE image = ?", (key,)).fetchall()
                if joined.execute("INSERT OR IGNORE INTO images VALUES (?)", (key,)).rowcount == 0:
                    raise ValueError(f"id: {key} occurs twice")
            annotations = []
            for position, label, box in own:
                with rows.named(path, f"annotations[{position}]"):
                    x, y, w, h = json.loads(box)
                    annotations.append(Annotation(label, rows.fitted((x, y, x + w, y + h), width, height)))
            with rows.named(path, f"images[{number}]"):
                stem = str(PurePosixPath(name).with_suffix(""))
                record = rows.completed(row.get(rows.EXTRA), stem, source, image, width, height, annotations)
            yield record
        lost = "SELECT position, image FROM annotations WHERE image NOT IN images ORDER BY position LIMIT 1"
        for position, key in joined.execute(lost):
            raise DataError(f"{path}, annotations[{position}]: image_id: no picture has the id {key}")


def _items(path: Path, file: BinaryIO, name: str) -> Iterator[tuple[int, Any]]:
    """The numbered rows of one of the file's lists."""
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
        with rows.named(path, f"categories[{number}]"):
            names[rows.whole(row, "id")] = rows.text(row, "name")
    if not names:
        raise DataError(f"{path}: expected a list of categories, found none")
    return names


def _annotations(path: Path, file: BinaryIO, joined: sqlite3.Connection, names: dict[int, str]) -> None:
    joined.execute("CREATE TABLE images (id INTEGER PRIMARY KEY)")
    joined.execute("CREATE TABLE annotations (position INTEGER PRIMARY KEY, image INTEGER, label TEXT, box TEXT)")
    for number, row in _items(path, file, "annotations"):
        with rows.named(path, f"annotations[{number}]"):
            category = rows.whole(row, "category_id")
            if category not in names:
                raise ValueError(f"category_id: no category has the id {category}")
            box = json.dumps(rows.numbers(row.get("bbox"), 4, "bbox"))
            values = (number, rows.whole(row, "image_id"), names[category], box)
        joined.execute("INSERT INTO annotations VALUES (?, ?, ?, ?)", values)
    joined.execute("CREATE INDEX by_image ON annotations (image, position)")


def _image(folder: Path, name: str) -> Path:
    """Most exports name files from `images/`, some from the folder itself."""
    image = files.inside(folder / "images", name)
    return image if image.exists() else files.inside(folder, name)


def write(folder: Path, records: Iterable[Drawing]) -> None:
    """Writes the file and copies the pictures; ids count from 1."""
    path = folder / FILE
    categories = [{"id": number, "name": name} for name, number in _CATEGORY.items()]
    with path.open("x", encoding="utf-8") as file, TemporaryFile("w+", encoding="utf-8") as annotations:
        file.write(f'{{"categories": {json.dumps(categories)},\n"images": [')
        total = 0
        for number, record in enumerate(records, start=1):
            with rows.named(path, f"images[{number - 1}]"):
                name = files.copied(record, folder / "images", record.id)
                size = {"width": record.width, "height": record.height}
                row = {"id": number, "file_name": name, **size, rows.EXTRA: rows.extra_of(record)}
                file.write((",\n" if number > 1 else "\n") + json.dumps(row))
            for annotation in record.annotations:
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
    where = {"image_id": image, "category_id": _CATEGORY[annotation.label], "bbox": box}
    return {"id": number, **where, "area": box[2] * box[3], "iscrowd": 0}
