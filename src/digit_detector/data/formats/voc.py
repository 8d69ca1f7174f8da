"""Pascal VOC (Everingham et al. 2010): `Annotations/*.xml`, one a picture, and `JPEGImages/`.

Boxes are 1-based pixels, both ends included, as the challenge's development kit defines them, and may have decimals, as
in its release of 2012. What VOC has no place for stands in an element `digit_detector`, which others ignore.
"""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from digit_detector.data.formats import fields as rows
from digit_detector.data.formats import picture_files as files
from digit_detector.drawing import Annotation, Box, Drawing

_SIDES: Final = ("width", "height")
_EDGES: Final = ("xmin", "ymin", "xmax", "ymax")


def read(folder: Path) -> Iterator[Drawing]:
    """The drawings, sorted by the names of their files of annotations."""
    source = rows.source_of(folder)
    for path in files.listed(folder / "Annotations", [".xml"]):
        with rows.named(path, "annotation"):
            root = _parsed(path)
            image = files.inside(folder / "JPEGImages", _text(root, "filename"))
            width, height = (int(rows.number(_text(root, f"size/{side}"), f"size/{side}")) for side in _SIDES)
        annotations = []
        for number, element in enumerate(root.iterfind("object"), start=1):
            with rows.named(path, f"object {number}"):
                edges = [rows.number(_text(element, f"bndbox/{edge}"), f"bndbox/{edge}") for edge in _EDGES]
                box = rows.fitted(_from_one_based(edges), width, height)
                annotations.append(Annotation(_text(element, "name"), box))
        with rows.named(path, "annotation"):
            own = root.findtext(rows.EXTRA)
            extra = None if own is None else json.loads(own)
            stem = path.relative_to(folder / "Annotations").with_suffix("").as_posix()
            record = rows.completed(extra, stem, source, image, width, height, annotations)
        yield record


def _parsed(path: Path) -> ET.Element:
    """The file's root; documents that declare entities are refused, whose expansion could fill the memory.

    Entities can only be declared in a document type, which VOC has none of; the file is decoded here, and the parser
    told so by being given text, so that no other encoding can hide one. This needs no package beside Python's own.
    """
    content = path.read_text(encoding="utf-8")
    if "<!DOCTYPE" in content:
        raise ValueError("expected XML without a document type")
    try:
        return ET.fromstring(content)
    except ET.ParseError as error:
        raise ValueError(f"expected XML ({error})") from error


def _text(element: ET.Element, name: str) -> str:
    found = element.findtext(name)
    if not found:
        raise ValueError(f"{name}: is missing")
    return found


def write(folder: Path, records: Iterable[Drawing]) -> None:
    """Writes a file a drawing, and copies the pictures."""
    (folder / "Annotations").mkdir()
    (folder / "JPEGImages").mkdir()
    for number, record in enumerate(records, start=1):
        with rows.named(folder, f"drawing {number}"):
            name = files.copied(record, folder / "JPEGImages", record.id)
            path = folder / "Annotations" / f"{record.id}.xml"
            path.parent.mkdir(parents=True, exist_ok=True)
            root = _element(record, name)
            ET.indent(root)
            path.write_bytes(ET.tostring(root, encoding="utf-8"))


def _element(record: Drawing, name: str) -> ET.Element:
    root = ET.Element("annotation")
    ET.SubElement(root, "folder").text = "JPEGImages"
    ET.SubElement(root, "filename").text = name
    ET.SubElement(ET.SubElement(root, "source"), "database").text = record.source
    size = ET.SubElement(root, "size")
    for side, value in (("width", record.width), ("height", record.height), ("depth", 3)):
        ET.SubElement(size, side).text = str(value)
    ET.SubElement(root, "segmented").text = "0"
    for annotation in record.annotations:
        element = ET.SubElement(root, "object")
        ET.SubElement(element, "name").text = annotation.label
        for flag in ("truncated", "difficult"):
            ET.SubElement(element, flag).text = "0"
        box = ET.SubElement(element, "bndbox")
        for edge, position in zip(_EDGES, _to_one_based(annotation.box), strict=True):
            ET.SubElement(box, edge).text = re.sub(r"\.0$", "", repr(position))
    ET.SubElement(root, rows.EXTRA).text = json.dumps(rows.extra_of(record))
    return root


def _to_one_based(box: Box) -> Box:
    """A box from 0 to 1 pixel covers the first pixel, which VOC counts as 1 to 1."""
    x0, y0, x1, y1 = box
    return x0 + 1, y0 + 1, x1, y1


def _from_one_based(edges: list[float]) -> Box:
    x0, y0, x1, y1 = edges
    return x0 - 1, y0 - 1, x1, y1
