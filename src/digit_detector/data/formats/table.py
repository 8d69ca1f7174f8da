"""The formats by the names that commands and configurations use."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from digit_detector.data.formats import class_folders as folders
from digit_detector.data.formats import coco, voc
from digit_detector.data.formats import drawings_ndjson as ndjson
from digit_detector.data.formats import yolo_folders as yolo
from digit_detector.drawing import Drawing

READERS: Final[dict[str, Callable[[Path], Iterator[Drawing]]]] = {
    "coco": coco.read,
    "yolo": yolo.read,
    "voc": voc.read,
    "ndjson": ndjson.read,
    "folders": folders.read,
}
"""Each reads a folder: pictures stay files, in an order that depends on the folder's content alone."""

WRITERS: Final[dict[str, Callable[[Path, Iterable[Drawing]], None]]] = {
    "coco": coco.write,
    "yolo": yolo.write,
    "voc": voc.write,
    "ndjson": ndjson.write,
}
"""Each writes into a folder that is there."""
