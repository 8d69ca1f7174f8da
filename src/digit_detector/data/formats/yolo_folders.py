"""YOLO's folders (Redmon's darknet, as Ultralytics writes them): `data.yaml`, `images/` and `labels/`.

A line is class, centre x, centre y, width and height in shares of the picture; a picture without a file of lines has
no object. Of what else is known of a drawing the format holds only its source and session, which training splits by,
as the two folders that the picture lies in: `digit_detector: {folders: [source, session]}` in `data.yaml` says that it
is so. In other data each picture stands for itself.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

import yaml

from digit_detector.classes import CLASSES
from digit_detector.data.formats import fields as rows
from digit_detector.data.formats import picture_files as files
from digit_detector.drawing import Annotation, Box, Drawing
from digit_detector.errors import DataError

FILE: Final = "data.yaml"
_FOLDERS: Final = {"folders": ["source", "session"]}


def read(folder: Path) -> Iterator[Drawing]:
    """The drawings, sorted by the names of their pictures."""
    facts = _facts(folder / FILE)
    names = _names(folder / FILE, facts)
    source = rows.source_of(folder)
    in_folders = facts.get(rows.EXTRA) == _FOLDERS
    for image in files.listed(folder / "images", files.PICTURES):
        name = image.relative_to(folder / "images").with_suffix("")
        with rows.named(image, "picture"):
            _, width, height = files.measured(image)
            annotations = _annotations(folder / "labels" / name.parent / f"{name.name}.txt", names, width, height)
            extra = None
            if in_folders and len(name.parts) > 2:
                own_source, session, *inner = name.parts
                extra = {"id": "/".join(inner), "session": unquote(session), "source": unquote(own_source)}
            record = rows.completed(extra, name.as_posix(), source, image, width, height, annotations)
        yield record


def _facts(path: Path) -> dict[str, Any]:
    try:
        facts = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); name a folder that holds {FILE}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: expected YAML ({' '.join(str(error).split())})") from error
    if not isinstance(facts, dict):
        raise DataError(f"{path}: expected keys such as names")
    return facts


def _names(path: Path, facts: dict[str, Any]) -> dict[int, str]:
    """The classes' names, which stand there as a list or by their numbers."""
    given = facts.get("names")
    numbered = dict(enumerate(given)) if isinstance(given, list) else given
    if not isinstance(numbered, dict) or not all(type(number) is int for number in numbered):
        raise DataError(f"{path}: names: expected a list, or names by number")
    # YAML reads a plain 7 as a number.
    return {number: str(name) for number, name in numbered.items()}


def _annotations(path: Path, names: dict[int, str], width: int, height: int) -> list[Annotation]:
    if not path.exists():
        return []
    annotations = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        with rows.named(path, f"line {number}"):
            parts = line.split()
            if not parts:
                continue
            if len(parts) != 5:
                raise ValueError(f"expected class, centre x, centre y, width and height, found {len(parts)} values")
            if not parts[0].isdecimal() or int(parts[0]) not in names:
                raise ValueError(f"class: no name in {FILE} has the number {parts[0]}")
            fields = ("centre x", "centre y", "width", "height")
            shares = [rows.number(part, field) for part, field in zip(parts[1:], fields, strict=True)]
            box = rows.fitted(_to_xyxy(shares, width, height), width, height)
            annotations.append(Annotation(names[int(parts[0])], box))
    return annotations


def write(folder: Path, records: Iterable[Drawing]) -> None:
    """Writes the lines and copies the pictures, those of a session into a folder of its own."""
    # Whoever trains elsewhere has to split by the sessions' folders: a hand on both sides makes a score that lies.
    facts = {"train": "images", "val": "images", "names": dict(enumerate(CLASSES)), rows.EXTRA: _FOLDERS}
    (folder / FILE).write_text(yaml.safe_dump(facts, sort_keys=False), encoding="utf-8")
    for name in ("images", "labels"):
        (folder / name).mkdir()
    for number, record in enumerate(records, start=1):
        with rows.named(folder, f"drawing {number}"):
            stem = f"{_as_folder(record.source)}/{_as_folder(record.session)}/{record.id}"
            files.copied(record, folder / "images", stem)
            path = folder / "labels" / f"{stem}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            lines = (_line(annotation, record.width, record.height) for annotation in record.annotations)
            path.write_text("".join(lines), encoding="utf-8")


def _as_folder(name: str) -> str:
    """A name that `unquote` gives back, without what leads elsewhere."""
    return quote(name, safe=" ").replace(".", "%2E")


def _line(annotation: Annotation, width: int, height: int) -> str:
    shares = _to_shares(annotation.box, width, height)
    return " ".join([str(CLASSES.index(annotation.label)), *map(repr, shares)]) + "\n"


def _to_shares(box: Box, width: int, height: int) -> tuple[float, float, float, float]:
    """xyxy in pixels to centre, width and height in shares of the picture."""
    x0, y0, x1, y1 = box
    return (x0 + x1) / 2 / width, (y0 + y1) / 2 / height, (x1 - x0) / width, (y1 - y0) / height


def _to_xyxy(shares: list[float], width: int, height: int) -> Box:
    x, y, w, h = shares
    return (x - w / 2) * width, (y - h / 2) * height, (x + w / 2) * width, (y + h / 2) * height
