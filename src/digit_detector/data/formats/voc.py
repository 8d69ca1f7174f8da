"""Read and write Pascal VOC (Everingham et al. 2010): `Annotations/*.xml`, one per picture, and `JPEGImages/`.

Boxes are 1-based pixels with both ends included, as in the challenge's development kit, and may have decimals, as in
its release of 2012. An element `digit_detector` keeps the fields that VOC lacks.
"""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from digit_detector.data.formats import fields, picture_files
from digit_detector.drawing import Annotation, Box, Drawing

_SIDES: Final = ("width", "height")
_EDGES: Final = ("xmin", "ymin", "xmax", "ymax")


def read(folder: Path) -> Iterator[Drawing]:
    """Yield the drawings, sorted by the names of their annotation files."""
    source = fields.source_name(folder)
    for path in picture_files.list_files(folder / "Annotations", [".xml"]):
        with fields.name_row(path, "annotation"):
            root = _parse(path)
            image = picture_files.path_inside(folder / "JPEGImages", _text(root, "filename"))
            width, height = (int(fields.number(_text(root, f"size/{side}"), f"size/{side}")) for side in _SIDES)
        annotations = []
        for number, element in enumerate(root.iterfind("object"), start=1):
            with fields.name_row(path, f"object {number}"):
                edges = [fields.number(_text(element, f"bndbox/{edge}"), f"bndbox/{edge}") for edge in _EDGES]
                box = fields.clip_box(_from_one_based(edges), width, height)
                annotations.append(Annotation(_text(element, "name"), box))
        with fields.name_row(path, "annotation"):
            text = root.findtext(fields.EXTRA)
            extra = None if text is None else json.loads(text)
            stem = path.relative_to(folder / "Annotations").with_suffix("").as_posix()
            drawing = fields.make_drawing(extra, stem, source, image, width, height, annotations)
        yield drawing


def _parse(path: Path) -> ET.Element:
    """Return the file's root; refuse document types, since expanding their entities could exhaust the memory.

    The file is decoded here rather than by the parser, so that no other encoding can hide a document type.
    """
    content = path.read_text(encoding="utf-8")
    if "<!DOCTYPE" in content:
        raise ValueError("expected XML without a document type")
    try:
        return ET.fromstring(content)
    except ET.ParseError as error:
        raise ValueError(f"expected XML ({error})") from error


def _text(element: ET.Element, name: str) -> str:
    value = element.findtext(name)
    if not value:
        raise ValueError(f"{name}: is missing")
    return value


def write(folder: Path, drawings: Iterable[Drawing]) -> None:
    """Write a file per drawing, and copy the pictures."""
    (folder / "Annotations").mkdir()
    (folder / "JPEGImages").mkdir()
    for number, drawing in enumerate(drawings, start=1):
        with fields.name_row(folder, f"drawing {number}"):
            name = picture_files.copy_picture(drawing, folder / "JPEGImages", drawing.id)
            path = folder / "Annotations" / f"{drawing.id}.xml"
            path.parent.mkdir(parents=True, exist_ok=True)
            root = _element(drawing, name)
            ET.indent(root)
            path.write_bytes(ET.tostring(root, encoding="utf-8"))


def _element(drawing: Drawing, name: str) -> ET.Element:
    root = ET.Element("annotation")
    ET.SubElement(root, "folder").text = "JPEGImages"
    ET.SubElement(root, "filename").text = name
    ET.SubElement(ET.SubElement(root, "source"), "database").text = drawing.source
    size = ET.SubElement(root, "size")
    for side, value in (("width", drawing.width), ("height", drawing.height), ("depth", 3)):
        ET.SubElement(size, side).text = str(value)
    ET.SubElement(root, "segmented").text = "0"
    for annotation in drawing.annotations:
        element = ET.SubElement(root, "object")
        ET.SubElement(element, "name").text = annotation.label
        for flag in ("truncated", "difficult"):
            ET.SubElement(element, flag).text = "0"
        box = ET.SubElement(element, "bndbox")
        for edge, position in zip(_EDGES, _to_one_based(annotation.box), strict=True):
            ET.SubElement(box, edge).text = re.sub(r"\.0$", "", repr(position))
    ET.SubElement(root, fields.EXTRA).text = json.dumps(fields.extra_fields(drawing))
    return root


def _to_one_based(box: Box) -> Box:
    """Convert xyxy: a box from 0 to 1 covers the first pixel, which VOC writes as 1 to 1."""
    x0, y0, x1, y1 = box
    return x0 + 1, y0 + 1, x1, y1


def _from_one_based(edges: list[float]) -> Box:
    x0, y0, x1, y1 = edges
    return x0 - 1, y0 - 1, x1, y1
