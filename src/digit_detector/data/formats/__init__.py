"""Read folders of annotated drawings as common tools export them, and write some of these formats.

Our own format, ndjson, is lossless: `drawings.ndjson` has a drawing per line, and the pictures are in `images/`.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from digit_detector.data.formats import class_folders, coco, labelling_tools, voc, yolo
from digit_detector.data.formats.drawings import check_size, copy_picture, text
from digit_detector.data.formats.folder import Folder
from digit_detector.data.formats.read_report import Report
from digit_detector.drawing import Drawing, from_json, to_json


def _read_ndjson(folder: Folder) -> Iterator[Drawing]:
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


def _write_ndjson(folder: Path, drawings: Iterable[Drawing]) -> None:
    """Write the rows, and copy the pictures."""
    with (folder / "drawings.ndjson").open("x", encoding="utf-8") as lines:
        for drawing in drawings:
            image = copy_picture(drawing, folder, f"images/{drawing.id}")
            lines.write(json.dumps({"image": image, **to_json(drawing)}) + "\n")


READERS: Final[dict[str, Callable[[Folder], Iterator[Drawing]]]] = {
    "coco": coco.read,
    "yolo": yolo.read,
    "voc": voc.read,
    "cvat": labelling_tools.read_cvat,
    "labelme": labelling_tools.read_labelme,
    "label-studio": labelling_tools.read_label_studio,
    "createml": labelling_tools.read_createml,
    "csv": labelling_tools.read_csv,
    "ndjson": _read_ndjson,
    "folders": class_folders.read,
}

WRITERS: Final[dict[str, Callable[[Path, Iterable[Drawing]], None]]] = {
    "coco": coco.write,
    "yolo": yolo.write,
    "voc": voc.write,
    "ndjson": _write_ndjson,
}
"""Write into an existing folder."""

AUTO: Final = "auto"
"""The format that the folder's files tell."""


def read_folder(name: str, path: Path, report: Report | None = None) -> Iterator[Drawing]:
    """Yield the drawings of a folder; pictures stay files, and the order depends only on the folder's content.

    Args:
        name: of READERS, or AUTO.
        path: the folder.
        report: counts what is read; by default, an invalid row is an error, and so are many skipped ones.

    Raises DataError for invalid input, which names the file, the row and the field, and at the end if too much is lost.
    """
    report = report or Report()
    folder = Folder(path, report)
    name = (folder.format() or "folders") if name == AUTO else name
    yield from READERS[name](folder)
    folder.finish()
    report.finish(f"{path}, read as {name}")
