"""Read the native formats of CVAT, LabelMe, Label Studio, CreateML, Open Images and TensorFlow's detection API.

Shapes other than boxes are read as their bounding boxes.
"""

import base64
import csv
import math
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from digit_detector.data.formats.drawings import (
    around,
    around_ellipse,
    make_drawing,
    number,
    numbered,
    numbers,
    rotated,
    stated_size,
    text,
)
from digit_detector.data.formats.folder import Folder, read_text
from digit_detector.data.formats.read_report import Skip
from digit_detector.drawing import Box, Drawing

_CVAT_SHAPES: Final = {"box", "polygon", "polyline", "points", "ellipse", "mask"}
_REGIONS: Final = {"labels", "rectanglelabels", "polygonlabels", "ellipselabels", "brushlabels", "keypointlabels"}


def read_cvat(folder: Folder) -> Iterator[Drawing]:
    """Yield the drawings of CVAT for images, in the order of the files."""
    for path, root in folder.annotations("cvat"):
        for place, image in numbered("image {}", root.iter("image"), 1).items():
            shapes = numbered(place + ", shape {}", (shape for shape in image if shape.tag in _CVAT_SHAPES), 1)
            with folder.report.row(path, place, objects=len(shapes)):
                name, size = text(image.attrib, "name"), stated_size(image.attrib)
                yield make_drawing(folder, name, path, shapes, _cvat_object, size=size)


def _cvat_object(shape: ET.Element) -> tuple[str, Box]:
    fields = shape.attrib
    if shape.tag == "ellipse":
        x, y, rx, ry = (number(fields, name) for name in ("cx", "cy", "rx", "ry"))
        degrees = number(fields, "rotation") if "rotation" in fields else 0.0
        return text(fields, "label"), around_ellipse(x, y, rx, ry, degrees)
    if shape.tag == "mask":
        x, y, w, h = (number(fields, name) for name in ("left", "top", "width", "height"))
        box = (x, y, x + w, y + h)
    elif shape.tag == "box":
        x0, y0, x1, y1 = (number(fields, name) for name in ("xtl", "ytl", "xbr", "ybr"))
        box = (x0, y0, x1, y1)
    else:
        box = around([pair.split(",") for pair in text(fields, "points").split(";")], "points")
    centre = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    return text(fields, "label"), rotated(box, number(fields, "rotation"), centre) if "rotation" in fields else box


def read_labelme(folder: Folder) -> Iterator[Drawing]:
    """Yield the drawings of LabelMe, a file each, which may hold the picture itself."""
    for path, content in folder.annotations("labelme"):
        with folder.report.row(path, "file") as counts:
            shapes = numbered("shapes[{}]", content["shapes"])
            counts["objects"] = len(shapes)
            picture: Path | bytes
            try:
                picture = folder.find(text(content, "imagePath"), path)
            except Skip:
                if not content.get("imageData"):
                    raise
                picture = base64.b64decode(text(content, "imageData"))
            size = stated_size(content, "imageWidth", "imageHeight")
            yield make_drawing(folder, picture, path, shapes, _labelme_object, size=size)


def _labelme_object(shape: Any) -> tuple[str, Box]:
    if shape.get("shape_type") != "circle":
        return text(shape, "label"), around(shape["points"], "points")
    (x, y), edge = (numbers(point, 2, "points") for point in shape["points"])
    radius = math.dist((x, y), edge)
    return text(shape, "label"), (x - radius, y - radius, x + radius, y + radius)


def read_label_studio(folder: Folder) -> Iterator[Drawing]:
    """Yield the drawings of Label Studio's JSON; of several annotations of a task, the last one counts."""
    for path, content in folder.annotations("label-studio"):
        for place, task in numbered("[{}]", content).items():
            with folder.report.row(path, place) as counts:
                done = [annotation for annotation in task["annotations"] if not annotation.get("was_cancelled")]
                if not done:
                    raise Skip("picture without annotations")
                results = numbered(place + ", result[{}]", done[-1]["result"])
                regions = {key: result for key, result in results.items() if result["type"] in _REGIONS}
                counts["objects"] = len(regions)
                name = next((value for value in task["data"].values() if isinstance(value, str)), "")
                picture = folder.find(unquote(name.rpartition("?d=")[2]), path)
                sizes = [stated_size(region, "original_width", "original_height") for region in regions.values()]
                size = sizes[0] if sizes else (0, 0)
                yield make_drawing(folder, picture, path, regions, _label_studio_object, relative=True, size=size)
                if len(done) > 1:
                    folder.report.note("several annotations, of which the last is read", f"{path}, {place}")


def _label_studio_object(region: Any) -> tuple[str, Box]:
    value = region["value"]
    (label,) = value[region["type"]]
    if "points" in value:
        box = around(value["points"], "points")
    elif "radiusX" in value:
        x, y, rx, ry = (number(value, name) for name in ("x", "y", "radiusX", "radiusY"))
        box = (x - rx, y - ry, x + rx, y + ry)
    else:
        x, y, w, h = (number(value, name) for name in ("x", "y", "width", "height"))
        box = (x, y, x + w, y + h)
    if value.get("rotation"):
        # In pixels, since per cent of two different sides would not rotate by a right angle.
        width, height = stated_size(region, "original_width", "original_height")
        if not (width and height):
            raise ValueError("original_width and original_height: a rotated region needs them")
        degrees = number(value, "rotation")
        x0, y0, x1, y1 = (edge * side for edge, side in zip(box, (width, height) * 2, strict=True))
        if "radiusX" in value:
            turned = around_ellipse((x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) / 2, (y1 - y0) / 2, degrees)
        else:
            turned = rotated((x0, y0, x1, y1), degrees, (x0, y0))
        x0, y0, x1, y1 = turned
        box = (x0 / width, y0 / height, x1 / width, y1 / height)
    x0, y0, x1, y1 = (edge / 100 for edge in box)
    return label, (x0, y0, x1, y1)


def read_createml(folder: Folder) -> Iterator[Drawing]:
    """Yield the drawings of CreateML, whose boxes are centre, width and height in pixels."""
    for path, content in folder.annotations("createml"):
        for place, picture in numbered("[{}]", content).items():
            with folder.report.row(path, place) as counts:
                objects = numbered(place + ", annotations[{}]", picture["annotations"])
                counts["objects"] = len(objects)
                yield make_drawing(folder, text(picture, "image"), path, objects, _createml_object)


def _createml_object(row: Any) -> tuple[str, Box]:
    x, y, w, h = (number(row["coordinates"], name) for name in ("x", "y", "width", "height"))
    return str(row["label"]), (x - w / 2, y - h / 2, x + w / 2, y + h / 2)


def read_csv(folder: Folder) -> Iterator[Drawing]:
    """Yield the drawings of a CSV file with a line per object, in the order of their first lines."""
    names: dict[str, str] = {}
    for path in folder.with_suffix(".csv"):
        with folder.report.row(path, "file", pictures=0):
            lines = read_text(path).splitlines()
            if len(next(csv.reader(lines), ())) == 2:  # Open Images' table of class names
                names |= dict(csv.reader(lines))
                folder.used.add(path)
    for path, rows in folder.annotations("csv"):
        pictures: dict[str, dict[str, Any]] = defaultdict(dict)
        for place, row in numbered("line {}", rows, 2).items():
            with folder.report.row(path, place, pictures=0, objects=1):
                if row.get("isgroupof") == "1":
                    raise Skip("crowd region", lost=False)
                pictures[row.get("imageid") or text(row, "filename")][place] = row
        for name, objects in pictures.items():
            place, first = next(iter(objects.items()))
            with folder.report.row(path, place, objects=len(objects)):
                parse, relative, size = partial(_csv_object, names), "imageid" in first, stated_size(first)
                yield make_drawing(folder, name, path, objects, parse, relative=relative, size=size)


def _csv_object(names: dict[str, str], row: dict[str, str]) -> tuple[str, Box]:
    x0, y0, x1, y1 = (number(row, edge) for edge in ("xmin", "ymin", "xmax", "ymax"))
    label = text(row, "labelname" if "labelname" in row else "class")
    return names.get(label, label), (x0, y0, x1, y1)
