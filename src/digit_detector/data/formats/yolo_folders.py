"""Read and write YOLO's folders (Redmon's darknet, as in Ultralytics): `data.yaml`, `images/` and `labels/`.

A line has class, centre x, centre y, width and height relative to the picture's size; a picture without a label file
has no objects. Beyond that, the format keeps only a drawing's source and session, by which training splits, as the two
folders around the picture. `digit_detector: {folders: [source, session]}` in `data.yaml` marks these folders; without
it every picture is its own session.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

import yaml

from digit_detector.classes import CLASSES
from digit_detector.data.formats import fields, picture_files
from digit_detector.drawing import Annotation, Box, Drawing
from digit_detector.errors import DataError

FILE: Final = "data.yaml"
_FOLDERS: Final = {"folders": ["source", "session"]}
_COLUMNS: Final = ("centre x", "centre y", "width", "height")


def read(folder: Path) -> Iterator[Drawing]:
    """Yield the drawings, sorted by the names of their pictures."""
    content = _read_yaml(folder / FILE)
    names = _class_names(folder / FILE, content)
    source = fields.source_name(folder)
    has_folders = content.get(fields.EXTRA) == _FOLDERS
    for image in picture_files.list_files(folder / "images", picture_files.PICTURES):
        name = image.relative_to(folder / "images").with_suffix("")
        with fields.name_row(image, "picture"):
            _, width, height = picture_files.measure(image)
            annotations = _annotations(folder / "labels" / name.parent / f"{name.name}.txt", names, width, height)
            extra = None
            if has_folders and len(name.parts) > 2:
                source_folder, session, *rest = name.parts
                extra = {"id": "/".join(rest), "session": unquote(session), "source": unquote(source_folder)}
            drawing = fields.make_drawing(extra, name.as_posix(), source, image, width, height, annotations)
        yield drawing


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); name a folder that holds {FILE}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: expected YAML ({' '.join(str(error).split())})") from error
    if not isinstance(content, dict):
        raise DataError(f"{path}: expected keys such as names")
    return content


def _class_names(path: Path, content: dict[str, Any]) -> dict[int, str]:
    """Return the class names by number; the file has a list or a mapping."""
    names = content.get("names")
    numbered = dict(enumerate(names)) if isinstance(names, list) else names
    if not isinstance(numbered, dict) or not all(type(number) is int for number in numbered):
        raise DataError(f"{path}: names: expected a list, or names by number")
    # YAML reads an unquoted 7 as a number.
    return {number: str(name) for number, name in numbered.items()}


def _annotations(path: Path, names: dict[int, str], width: int, height: int) -> list[Annotation]:
    if not path.exists():
        return []
    annotations = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        with fields.name_row(path, f"line {number}"):
            parts = line.split()
            if not parts:
                continue
            if len(parts) != 5:
                raise ValueError(f"expected class, centre x, centre y, width and height, found {len(parts)} values")
            if not parts[0].isdecimal() or int(parts[0]) not in names:
                raise ValueError(f"class: no name in {FILE} has the number {parts[0]}")
            relative = [fields.number(part, column) for part, column in zip(parts[1:], _COLUMNS, strict=True)]
            box = fields.clip_box(_to_xyxy(relative, width, height), width, height)
            annotations.append(Annotation(names[int(parts[0])], box))
    return annotations


def write(folder: Path, drawings: Iterable[Drawing]) -> None:
    """Write the label files, and copy the pictures, with a folder for each session."""
    # Other trainers must split by the session folders: a writer in both training and validation inflates the score.
    content = {"train": "images", "val": "images", "names": dict(enumerate(CLASSES)), fields.EXTRA: _FOLDERS}
    (folder / FILE).write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    for name in ("images", "labels"):
        (folder / name).mkdir()
    for number, drawing in enumerate(drawings, start=1):
        with fields.name_row(folder, f"drawing {number}"):
            stem = f"{_folder_name(drawing.source)}/{_folder_name(drawing.session)}/{drawing.id}"
            picture_files.copy_picture(drawing, folder / "images", stem)
            path = folder / "labels" / f"{stem}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            lines = (_line(annotation, drawing.width, drawing.height) for annotation in drawing.annotations)
            path.write_text("".join(lines), encoding="utf-8")


def _folder_name(text: str) -> str:
    """Quote a text as a folder name, so that `unquote` restores it and it cannot lead elsewhere."""
    return quote(text, safe=" ").replace(".", "%2E")


def _line(annotation: Annotation, width: int, height: int) -> str:
    relative = _to_relative(annotation.box, width, height)
    return " ".join([str(CLASSES.index(annotation.label)), *map(repr, relative)]) + "\n"


def _to_relative(box: Box, width: int, height: int) -> tuple[float, float, float, float]:
    """Convert xyxy in pixels to centre, width and height relative to the picture's size."""
    x0, y0, x1, y1 = box
    return (x0 + x1) / 2 / width, (y0 + y1) / 2 / height, (x1 - x0) / width, (y1 - y0) / height


def _to_xyxy(relative: list[float], width: int, height: int) -> Box:
    x, y, w, h = relative
    return (x - w / 2) * width, (y - h / 2) * height, (x + w / 2) * width, (y + h / 2) * height
