"""Read and write YOLO's label files (Redmon's darknet, Ultralytics, Roboflow, CVAT, Label Studio, labelImg).

A line has class, centre x, centre y, width and height relative to the upright picture's size, or the corners of a
polygon. A picture without a label file has no objects. Beyond that, the format keeps only a drawing's source and
session, by which training splits, as the two folders around the picture; `digit_detector: {folders: [source, session]}`
in `data.yaml` marks these folders.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import yaml

from digit_detector.classes import CLASSES
from digit_detector.data.formats.drawings import EXTRA, around, copy_picture, make_drawing, number, numbered
from digit_detector.data.formats.folder import Folder, is_picture, read_text
from digit_detector.data.formats.read_report import Skip
from digit_detector.drawing import Box, Drawing
from digit_detector.errors import DataError

_FOLDERS: Final = {"folders": ["source", "session"]}
_COLUMNS: Final = ("class", "centre x", "centre y", "width", "height")
_SIDES: Final = {"images", "labels"}
"""Folders in which a picture and its label file have the same place."""


def read(folder: Folder) -> Iterator[Drawing]:
    """Yield the drawings, sorted by the names of their pictures."""
    classes, has_sessions = {}, False
    for path, content in folder.annotations("yolo"):
        with folder.report.row(path, "file", pictures=0):
            if content.get("kpt_shape"):
                raise ValueError("kpt_shape: label files of poses are not read; export boxes")
            classes[path] = _class_names(content["names"])
            has_sessions |= content.get(EXTRA) == _FOLDERS
    if not classes:
        raise DataError(f"{folder.path}: no class names found: add data.yaml with names, or classes.txt")
    pictures, labels = defaultdict(list), defaultdict(list)
    for path in folder.files:
        if is_picture(path):
            pictures[_key(folder, path)].append(path)
        elif path.suffix.lower() == ".txt" and path not in classes:
            labels[_key(folder, path)].append(path)
    for key, paths in pictures.items():
        files = labels.pop(key, [])
        folder.used.update(files)
        tables = [_rows(folder, file) for file in files]
        rows, objects = (tables or [{}])[0], sum(map(len, filter(None, tables)))
        for path in paths:
            with folder.report.row(path, "picture", objects=objects if path == paths[0] else 0):
                if len(files) > 1 or (files and len(paths) > 1):
                    folder.used.add(path)
                    fits = ", ".join(map(str, (*paths, *files)))
                    raise ValueError(f"cannot tell which label file belongs to which picture ({fits}): rename them")
                if rows is None:
                    folder.used.add(path)
                    raise Skip("picture with an invalid label file", lost=False)
                file = files[0] if files else path
                parse, extra = partial(_object, _nearest(file, classes)), _extra(folder, path) if has_sessions else None
                yield make_drawing(folder, path, file, rows, parse, relative=True, extra=extra)
                if not files:
                    folder.report.note("no label file, read as a picture without objects", path, doubtful=True)
                for place in (place for place, row in rows.items() if len(row) > len(_COLUMNS)):
                    folder.report.note("polygon or oriented box, read as its bounding box", f"{file}, {place}")
    _skip_unmatched(folder, [path for files in labels.values() for path in files])


def _skip_unmatched(folder: Folder, paths: Iterable[Path]) -> None:
    """Count the label files without a picture among text files, which may also be notes or lists of pictures."""
    for path in paths:
        rows = _rows(folder, path) or {}
        if any(sum(map(_is_number, row)) > 2 for row in rows.values()):
            folder.used.add(path)
            folder.report.skip("label file without its picture", path, pictures=1, objects=len(rows))


def _class_names(names: Any) -> dict[int, str]:
    """Return the class names by number; files have a list or a mapping, and YAML reads an unquoted 7 as a number."""
    numbered_names = dict(enumerate(names)) if isinstance(names, list) else names
    if not isinstance(numbered_names, dict) or not all(str(key).isdecimal() for key in numbered_names):
        raise ValueError("names: expected a list, or names by number")
    return {int(key): str(name) for key, name in numbered_names.items()}


def _nearest(path: Path, classes: dict[Path, dict[int, str]]) -> dict[int, str]:
    """Return the class names for a label file: of the nearest folder around it, or the only ones."""
    levels = ([names for file, names in classes.items() if file.parent == parent] for parent in path.parents)
    found = next(filter(None, levels), list(classes.values()))
    if any(names != found[0] for names in found):
        raise ValueError(f"class: {', '.join(map(str, classes))} have different names: keep one of them")
    return found[0]


def _key(folder: Folder, path: Path) -> tuple[str, ...]:
    """Return the place that a picture and its label file share, beside each other or in `images` and `labels`."""
    return tuple(part for part in folder.parts(path.with_suffix("")) if part.casefold() not in _SIDES)


def _rows(folder: Folder, path: Path) -> dict[str, list[str]] | None:
    """Return the values of each line that is not empty, None if the file is invalid and invalid ones are skipped."""
    with folder.report.row(path, "file", pictures=0):
        lines = numbered("line {}", read_text(path).splitlines(), 1)
        return {place: line.split() for place, line in lines.items() if line.strip()}
    return None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _object(names: dict[int, str], row: list[str]) -> tuple[str, Box]:
    number_of_class = row[0].removesuffix(".0")
    if not number_of_class.isdecimal() or int(number_of_class) not in names:
        raise ValueError(f"class: no name has the number {row[0]}")
    if len(row) > len(_COLUMNS) + 1 and len(row) % 2:
        return names[int(number_of_class)], around(zip(row[1::2], row[2::2], strict=True), "corners")
    if len(row) != len(_COLUMNS):
        raise ValueError(f"expected {', '.join(_COLUMNS)}, or corners, found {len(row)} values")
    fields = dict(zip(_COLUMNS, row, strict=True))
    x, y, w, h = (number(fields, column) for column in _COLUMNS[1:])
    return names[int(number_of_class)], (x - w / 2, y - h / 2, x + w / 2, y + h / 2)


def _extra(folder: Folder, path: Path) -> dict[str, str] | None:
    _, *folders, name = path.relative_to(folder.path).with_suffix("").parts
    if len(folders) < 2:
        return None
    source, session, *rest = folders
    return {"id": "/".join([*rest, name]), "session": unquote(session), "source": unquote(source)}


def write(folder: Path, drawings: Iterable[Drawing]) -> None:
    """Write the label files, and copy the pictures, with a folder for each session."""
    # Other trainers must split by the session folders: a writer in both training and validation inflates the score.
    content = {"train": "images", "val": "images", "names": dict(enumerate(CLASSES)), EXTRA: _FOLDERS}
    (folder / "data.yaml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    for drawing in drawings:
        stem = f"{_folder_name(drawing.source)}/{_folder_name(drawing.session)}/{drawing.id}"
        copy_picture(drawing, folder / "images", stem)
        path = folder / "labels" / f"{stem}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            for annotation in drawing.annotations:
                x0, y0, x1, y1 = annotation.box
                centre = (x0 + x1) / 2 / drawing.width, (y0 + y1) / 2 / drawing.height
                size = (x1 - x0) / drawing.width, (y1 - y0) / drawing.height
                print(CLASSES.index(annotation.label), *centre, *size, file=file)


def _folder_name(text: str) -> str:
    """Quote a text as a folder name, so that `unquote` restores it and it cannot lead elsewhere."""
    return re.sub(r'[%./\\:*?"<>|]', lambda sign: f"%{ord(sign[0]):02X}", text)
