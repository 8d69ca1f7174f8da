"""Read folders that are named after a class and contain pictures of it, at any depth; this format cannot be written.

The boxes come from `bbox_annotations*.json` if present, which maps a picture's path to `[x, y, width, height, class
number]` per object: the form of the public set handwritten-digits-and-bounding-boxes (Lukyanenko 2022, Kaggle) and its
training code. A picture that is not listed is a single drawing, whose box is derived from its contours. In the folder
`multiple` all pictures must be listed.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digit_detector.classes import CLASSES
from digit_detector.data.formats.drawings import make_drawing, numbers, shorten
from digit_detector.data.formats.folder import Folder, is_picture, read_text
from digit_detector.detect.background import MIN_CONTRAST, ink_of
from digit_detector.detect.images import read_image
from digit_detector.drawing import Box, Drawing

BOXES: Final = "bbox_annotations*.json"
_MULTIPLE: Final = "multiple"
LABELS: Final = {name: name for name in CLASSES} | {str(number): name for number, name in enumerate(CLASSES)}
"""Class by the name of its folder: its own name or its number."""

SPECK: Final = 0.08
"""Contours smaller than this fraction of the largest one are slips of the pen or JPEG artefacts."""


def read(folder: Folder) -> Iterator[Drawing]:
    """Yield the drawings, sorted by path; the class is the name of the folder around a picture."""
    boxes = _read_boxes(folder)
    for path in filter(is_picture, folder.files):
        *_, kind, name = ("", *path.relative_to(folder.path).parts)
        listing, listed = boxes.get(f"{kind}/{name}", (path, None))
        with folder.report.row(path, "picture", objects=1 if listed is None else len(listed)):
            if kind not in (*LABELS, _MULTIPLE):
                raise ValueError(f"folder: expected one of {', '.join(LABELS)} or {_MULTIPLE}, found {kind!r}")
            if listed is not None:
                rows = {f"{kind}/{name}, object {number}": row for number, row in enumerate(listed, 1)}
                yield make_drawing(folder, path, listing, rows, _object)
            elif kind == _MULTIPLE:
                raise ValueError(f"not listed in any {BOXES} in {folder.path}")
            else:
                box = contour_box(read_image(path))
                found = {} if box is None else {"contour": (LABELS[kind], box)}
                if box is None:
                    folder.report.note("no ink, read as a picture without objects", path)
                yield make_drawing(folder, path, path, found, lambda item: item)


def _read_boxes(folder: Folder) -> dict[str, tuple[Path, list[Any]]]:
    """Return the list and the objects by the picture's folder and name; other machines' folders are dropped."""
    boxes: dict[str, tuple[Path, list[Any]]] = {}
    for path in folder.with_suffix(".json"):
        with folder.report.row(path, "file", pictures=0):
            if not path.match(BOXES):
                continue
            for name, objects in json.loads(read_text(path)).items():
                if not isinstance(objects, list):
                    raise ValueError(f"{name}: expected a list of objects, found {shorten(objects)}")
                key = "/".join(name.replace("\\", "/").split("/")[-2:])
                if key in boxes:
                    raise ValueError(f"{name}: is listed twice")
                boxes[key] = path, objects
            folder.used.add(path)
    return boxes


def _object(row: Any) -> tuple[str, Box]:
    x, y, w, h, label = numbers(row, 5, "object")
    if label not in range(len(CLASSES)):
        raise ValueError(f"class number: expected 0 to {len(CLASSES) - 1}, found {label:g}")
    return CLASSES[int(label)], (x, y, x + w, y + h)


def contour_box(image: NDArray[np.uint8]) -> Box | None:
    """Return the box around the ink of a single drawing without specks, xyxy in pixels; None if there is no ink.

    image: uint8 (H, W), (H, W, 3) or (H, W, 4).
    """
    ink = ink_of(image)
    strongest = int(ink.max())
    if strongest < MIN_CONTRAST:
        return None
    contours, _ = cv2.findContours((ink > strongest // 2).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    sizes = [max(cv2.boundingRect(contour)[2:]) for contour in contours]
    kept = [contour for contour, size in zip(contours, sizes, strict=True) if size >= SPECK * max(sizes)]
    x, y, w, h = cv2.boundingRect(np.concatenate(kept))
    return float(x), float(y), float(x + w), float(y + h)
