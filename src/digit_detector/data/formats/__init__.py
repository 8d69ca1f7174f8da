"""Read and write folders of annotated drawings in common formats, one drawing at a time.

Memory use does not depend on the size of the folder. Invalid input is a DataError that names the file, the row and the
field.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from digit_detector.data.formats import class_folders, coco, drawings_ndjson, voc, yolo_folders
from digit_detector.drawing import Drawing

READERS: Final[dict[str, Callable[[Path], Iterator[Drawing]]]] = {
    "coco": coco.read,
    "yolo": yolo_folders.read,
    "voc": voc.read,
    "ndjson": drawings_ndjson.read,
    "folders": class_folders.read,
}
"""Read a folder. Pictures stay files; the order depends only on the folder's content."""

WRITERS: Final[dict[str, Callable[[Path, Iterable[Drawing]], None]]] = {
    "coco": coco.write,
    "yolo": yolo_folders.write,
    "voc": voc.write,
    "ndjson": drawings_ndjson.write,
}
"""Write into an existing folder."""
