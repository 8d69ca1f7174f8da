"""Read and write Pascal VOC (Everingham et al. 2010), and read LabelMe's form of it.

Boxes are 1-based pixels with both ends included, as in the challenge's development kit, and may have decimals, as in
its release of 2012; polygons are read as their bounding boxes. An element `digit_detector` keeps the fields that VOC
lacks.
"""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from digit_detector.data.formats.drawings import (
    EXTRA,
    around,
    copy_picture,
    extra_fields,
    make_drawing,
    number,
    numbered,
    stated_size,
    text,
)
from digit_detector.data.formats.folder import Folder
from digit_detector.drawing import Box, Drawing

_EDGES: Final = ("xmin", "ymin", "xmax", "ymax")


def read(folder: Folder) -> Iterator[Drawing]:
    """Yield the drawings, sorted by the names of their annotation files."""
    for path, root in folder.annotations("voc"):
        objects = numbered("object {}", (item for item in root.iter("object") if item.findtext("deleted") != "1"), 1)
        with folder.report.row(path, "annotation", objects=len(objects)):
            name, extra = root.findtext("filename") or path.stem, root.findtext(EXTRA)
            size = stated_size({side: root.findtext(f"size/{side}") for side in ("width", "height")})
            extra = None if extra is None else json.loads(extra)
            yield make_drawing(folder, name, path, objects, _object, size=size, extra=extra)


def _object(element: ET.Element) -> tuple[str, Box]:
    fields = {child.tag: child.text for child in element}
    label = text(fields, "name")
    if "bndbox" not in fields and "polygon" in fields:
        corners = [(point.findtext("x"), point.findtext("y")) for point in element.iterfind("polygon/pt")]
        return label, around(corners, "polygon")
    edges = {child.tag: child.text for child in element.iterfind("bndbox/*")}
    x0, y0, x1, y1 = (number(edges, edge) for edge in _EDGES)
    return label, (x0 - 1, y0 - 1, x1, y1)


def write(folder: Path, drawings: Iterable[Drawing]) -> None:
    """Write a file per drawing to `Annotations/`, and copy the pictures to `JPEGImages/`."""
    for drawing in drawings:
        fields: dict[str, object] = {
            "folder": "JPEGImages",
            "filename": copy_picture(drawing, folder / "JPEGImages", drawing.id),
            "source": {"database": drawing.source},
            "size": {"width": drawing.width, "height": drawing.height, "depth": 3},
            "segmented": 0,
            EXTRA: json.dumps(extra_fields(drawing)),
        }
        root = _element("annotation", fields)
        for annotation in drawing.annotations:
            # A box from 0 to 1 covers the first pixel, which VOC writes as 1 to 1.
            x0, y0, x1, y1 = annotation.box
            edges = (re.sub(r"\.0$", "", repr(position)) for position in (x0 + 1, y0 + 1, x1, y1))
            box = dict(zip(_EDGES, edges, strict=True))
            root.append(_element("object", {"name": annotation.label, "truncated": 0, "difficult": 0, "bndbox": box}))
        ET.indent(root)
        target = folder / "Annotations" / f"{drawing.id}.xml"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(ET.tostring(root, encoding="utf-8"))


def _element(name: str, content: object) -> ET.Element:
    """Build an element of a text, or of the elements in a dict."""
    element = ET.Element(name)
    if isinstance(content, dict):
        element.extend(_element(*item) for item in content.items())
    else:
        element.text = str(content)
    return element
