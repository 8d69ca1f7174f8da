"""Read and write our own lossless format: `drawings.ndjson`, a drawing per line, with the pictures in `images/`."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from digit_detector.data.formats import fields, picture_files
from digit_detector.drawing import Drawing, from_json, to_json
from digit_detector.errors import DataError

ROWS: Final = "drawings.ndjson"


def read(folder: Path) -> Iterator[Drawing]:
    """Yield the drawings in the order of their lines; `image` is the path of the picture."""
    path = folder / ROWS
    try:
        lines = path.open(encoding="utf-8")
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); name a folder that holds {ROWS}") from error
    with lines:
        for number, line in enumerate(lines, start=1):
            with fields.name_row(path, f"line {number}"):
                row = json.loads(line)
                image = picture_files.path_inside(folder, fields.text(row, "image"))
                drawing = from_json({name: value for name, value in row.items() if name != "image"}, image)
            yield drawing


def write(folder: Path, drawings: Iterable[Drawing]) -> None:
    """Write the rows, and copy the pictures."""
    path = folder / ROWS
    with path.open("x", encoding="utf-8") as lines:
        for number, drawing in enumerate(drawings, start=1):
            with fields.name_row(path, f"line {number}"):
                image = picture_files.copy_picture(drawing, folder, f"images/{drawing.id}")
                lines.write(json.dumps({"image": image, **to_json(drawing)}) + "\n")
