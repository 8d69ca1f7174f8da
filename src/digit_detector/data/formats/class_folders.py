"""Folders named after a class, each with pictures of it, as people collect drawings; it can only be read.

Boxes are taken from a `bbox_annotations*.json` where there is one, which maps a picture's path to `[x, y, width,
height, class number]` an object: the form of the public set handwritten-digits-and-bounding-boxes (Lukyanenko 2022,
Kaggle), as the code that was trained with it reads it. A picture that it does not name is a single drawing, around
which contours propose the box. In the folder `multiple` all must be named.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from digit_detector.classes import CLASSES
from digit_detector.data.formats import fields as rows
from digit_detector.data.formats import picture_files as files
from digit_detector.data.formats.contour_box import propose
from digit_detector.detect.images import read_image
from digit_detector.drawing import Annotation, Drawing
from digit_detector.errors import DataError

BOXES: Final = "bbox_annotations*.json"
_MULTIPLE: Final = "multiple"


def read(folder: Path) -> Iterator[Drawing]:
    """The drawings of the folders `0` to `9`, `other` or `10`, `censored` or `11`, and `multiple`, sorted by name."""
    known = {**{name: name for name in CLASSES}, **{str(number): name for number, name in enumerate(CLASSES)}}
    boxes, source = _boxes(folder), rows.source_of(folder)
    for image in files.listed(folder, files.PICTURES):
        name = image.relative_to(folder)
        kind = name.parts[0]
        with rows.named(image, "picture"):
            if kind not in (*known, _MULTIPLE) or len(name.parts) == 1:
                raise ValueError(f"folder: expected one of {', '.join(known)} or {_MULTIPLE}, found {kind!r}")
            _, width, height = files.measured(image)
            listed = boxes.get("/".join(name.parts[-2:]))
            if listed is not None:
                annotations = [_annotation(row, width, height) for row in listed]
            elif kind == _MULTIPLE:
                raise ValueError(f"no {BOXES} in {folder} names it")
            else:
                proposed = propose(read_image(image))
                annotations = [] if proposed is None else [Annotation(known[kind], proposed)]
            stem = name.with_suffix("").as_posix()
            record = rows.completed(None, stem, source, image, width, height, annotations)
        yield record


def _boxes(folder: Path) -> dict[str, list[Any]]:
    """The listed objects by a picture's folder and name; the paths before these are of the machine that wrote them."""
    found = sorted(folder.glob(BOXES))
    if len(found) > 1:
        raise DataError(f"{folder}: expected at most one {BOXES}, found {', '.join(path.name for path in found)}")
    boxes = {}
    for path in found:
        with rows.named(path, "file"):
            listed = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(listed, dict):
                raise ValueError("expected an object")
        for name, objects in listed.items():
            with rows.named(path, name):
                if not isinstance(objects, list):
                    raise ValueError("expected a list of objects")
            boxes["/".join(name.replace("\\", "/").split("/")[-2:])] = objects
    return boxes


def _annotation(row: Any, width: int, height: int) -> Annotation:
    x, y, w, h, label = rows.numbers(row, 5, "object")
    if label not in range(len(CLASSES)):
        raise ValueError(f"class number: expected 0 to {len(CLASSES) - 1}, found {label:g}")
    return Annotation(CLASSES[int(label)], rows.fitted((x, y, x + w, y + h), width, height))
