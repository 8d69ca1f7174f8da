"""Read folders that are named after a class and contain pictures of it; this format cannot be written.

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
from digit_detector.data.formats import fields, picture_files
from digit_detector.detect.background import ink_of
from digit_detector.detect.images import read_image
from digit_detector.detect.letterbox import MIN_CONTRAST
from digit_detector.drawing import Annotation, Box, Drawing
from digit_detector.errors import DataError

BOXES: Final = "bbox_annotations*.json"
_MULTIPLE: Final = "multiple"

SPECK: Final = 0.08
"""Contours smaller than this fraction of the largest one are slips of the pen or JPEG artefacts."""


def read(folder: Path) -> Iterator[Drawing]:
    """Yield the drawings of the folders `0` to `9`, `other` or `10`, `censored` or `11`, and `multiple`, by name."""
    labels = {**{name: name for name in CLASSES}, **{str(number): name for number, name in enumerate(CLASSES)}}
    boxes, source = _read_boxes(folder), fields.source_name(folder)
    for image in picture_files.list_files(folder, picture_files.PICTURES):
        name = image.relative_to(folder)
        kind = name.parts[0]
        with fields.name_row(image, "picture"):
            if kind not in (*labels, _MULTIPLE) or len(name.parts) == 1:
                raise ValueError(f"folder: expected one of {', '.join(labels)} or {_MULTIPLE}, found {kind!r}")
            _, width, height = picture_files.measure(image)
            objects = boxes.get("/".join(name.parts[-2:]))
            if objects is not None:
                annotations = [_annotation(row, width, height) for row in objects]
            elif kind == _MULTIPLE:
                raise ValueError(f"not listed in any {BOXES} in {folder}")
            else:
                box = contour_box(read_image(image))
                annotations = [] if box is None else [Annotation(labels[kind], box)]
            stem = name.with_suffix("").as_posix()
            drawing = fields.make_drawing(None, stem, source, image, width, height, annotations)
        yield drawing


def _read_boxes(folder: Path) -> dict[str, list[Any]]:
    """Return the listed objects by the picture's folder and name; other machines' leading folders are dropped."""
    paths = sorted(folder.glob(BOXES))
    if len(paths) > 1:
        raise DataError(f"{folder}: expected at most one {BOXES}, found {', '.join(path.name for path in paths)}")
    boxes = {}
    for path in paths:
        with fields.name_row(path, "file"):
            content = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(content, dict):
                raise ValueError("expected an object")
        for name, objects in content.items():
            with fields.name_row(path, name):
                if not isinstance(objects, list):
                    raise ValueError("expected a list of objects")
            boxes["/".join(name.replace("\\", "/").split("/")[-2:])] = objects
    return boxes


def _annotation(row: Any, width: int, height: int) -> Annotation:
    x, y, w, h, label = fields.numbers(row, 5, "object")
    if label not in range(len(CLASSES)):
        raise ValueError(f"class number: expected 0 to {len(CLASSES) - 1}, found {label:g}")
    return Annotation(CLASSES[int(label)], fields.clip_box((x, y, x + w, y + h), width, height))


def contour_box(image: NDArray[np.uint8]) -> Box | None:
    """Return the box around the ink of a single drawing without specks, xyxy in pixels; None if there is no ink.

    image: uint8 (H, W), (H, W, 3) or (H, W, 4).
    """
    ink = ink_of(image)
    strongest = int(ink.max())
    if strongest < MIN_CONTRAST:
        return None
    contours, _ = cv2.findContours((ink > strongest // 2).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    rectangles = np.array([cv2.boundingRect(contour) for contour in contours], np.float64)
    sizes = rectangles[:, 2:].max(axis=1)
    kept = rectangles[sizes >= SPECK * sizes.max()]
    x0, y0 = kept[:, :2].min(axis=0).tolist()
    x1, y1 = (kept[:, :2] + kept[:, 2:]).max(axis=0).tolist()
    return x0, y0, x1, y1
