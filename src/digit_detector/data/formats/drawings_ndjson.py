"""Our own format, which loses nothing: `drawings.ndjson`, a drawing a line, and their pictures in `images/`."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from digit_detector.data.formats import fields as rows
from digit_detector.data.formats import picture_files as files
from digit_detector.drawing import Drawing, from_json, to_json
from digit_detector.errors import DataError

ROWS: Final = "drawings.ndjson"


def read(folder: Path) -> Iterator[Drawing]:
    """The drawings in the order of their lines; `image` is the picture's file, from the folder."""
    path = folder / ROWS
    try:
        lines = path.open(encoding="utf-8")
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); name a folder that holds {ROWS}") from error
    with lines:
        for number, line in enumerate(lines, start=1):
            with rows.named(path, f"line {number}"):
                row = json.loads(line)
                image = files.inside(folder, rows.text(row, "image"))
                record = from_json({name: value for name, value in row.items() if name != "image"}, image)
            yield record


def write(folder: Path, records: Iterable[Drawing]) -> None:
    """Writes the rows and copies the pictures."""
    path = folder / ROWS
    with path.open("x", encoding="utf-8") as lines:
        for number, record in enumerate(records, start=1):
            with rows.named(path, f"line {number}"):
                image = files.copied(record, folder, f"images/{record.id}")
                lines.write(json.dumps({"image": image, **to_json(record)}) + "\n")
