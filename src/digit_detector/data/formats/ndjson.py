"""Read and write our own lossless format: `drawings.ndjson`, a drawing per line, with the pictures in `images/`."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from digit_detector.data.formats.drawings import check_size, copy_picture, text
from digit_detector.data.formats.folder import Folder
from digit_detector.drawing import Drawing, from_json, to_json


def read(folder: Folder) -> Iterator[Drawing]:
    """Yield the drawings in the order of their lines; `image` is the path of the picture."""
    for path, _ in folder.annotations("ndjson"):
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                with folder.report.row(path, f"line {number}"):
                    row = json.loads(line.decode("utf-8-sig"))
                    image = folder.find(text(row, "image"), path)
                    folder.used.add(image)
                    drawing = from_json({name: value for name, value in row.items() if name != "image"}, image)
                    check_size(drawing)
                    yield folder.report.count(drawing)


def write(folder: Path, drawings: Iterable[Drawing]) -> None:
    """Write the rows, and copy the pictures."""
    with (folder / "drawings.ndjson").open("x", encoding="utf-8") as lines:
        for drawing in drawings:
            image = copy_picture(drawing, folder, f"images/{drawing.id}")
            lines.write(json.dumps({"image": image, **to_json(drawing)}) + "\n")
