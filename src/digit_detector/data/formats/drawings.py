"""Check the fields of a row, build its drawing, and copy the drawing's picture."""

import hashlib
import io
import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar
from unicodedata import normalize

from PIL import ExifTags, Image

from digit_detector.classes import CLASSES
from digit_detector.data.formats.folder import Folder
from digit_detector.data.formats.read_report import name_row
from digit_detector.detect.images import read_image
from digit_detector.drawing import Annotation, Box, Drawing, from_json, to_json
from digit_detector.errors import DataError

SLACK: Final = 1.0
"""Pixels by which a box may leave its picture through rounding; it is clipped then."""

EXTRA: Final = "digit_detector"
"""Key under which other formats keep the fields for which they have no place."""

_NATIVE: Final = ("width", "height", "annotations")
"""Fields that every format has a place for."""

_MAX_STEM_BYTES: Final = 120

_SUFFIXES: Final = {"JPEG": ".jpg", "MPO": ".jpg", "TIFF": ".tif", "PPM": ".ppm", "HEIF": ".heic"}
"""By Pillow's name of the format, unless it is the suffix in capitals."""

_UPRIGHT: Final[dict[int, Callable[[float, float, int, int], tuple[float, float]]]] = {
    5: lambda x, y, width, height: (y, x),
    6: lambda x, y, width, height: (height - y, x),
    7: lambda x, y, width, height: (height - y, width - x),
    8: lambda x, y, width, height: (y, width - x),
}
"""By EXIF orientation: where a point of the picture as stored is when upright; the size is that as stored."""

_Object = TypeVar("_Object")


def value(row: Any, name: str) -> Any:
    """Return a field; raise ValueError if the row is no object, KeyError if the field is missing."""
    if not isinstance(row, Mapping):
        raise ValueError(f"expected an object, found {shorten(row)}")
    return row[name]


def text(row: Any, name: str) -> str:
    """Return a field that must be a text and not empty."""
    found = value(row, name)
    if not isinstance(found, str) or not found:
        raise ValueError(f"{name}: expected a text, found {shorten(found)}")
    return found


def number(row: Any, name: str) -> float:
    """Return a field that must be a finite number, or the text of one."""
    try:
        (parsed,) = numbers([value(row, name)], 1, name)
    except ValueError:
        raise ValueError(f"{name}: expected a number, found {shorten(row[name])}") from None
    return parsed


def numbers(values: Any, count: int, name: str) -> list[float]:
    """Return a list that must be `count` finite numbers, or texts of them."""
    try:
        parsed = [math.nan if isinstance(item, bool) else float(item) for item in values]
    except (TypeError, ValueError):
        parsed = []
    if isinstance(values, str) or len(parsed) != count or not all(map(math.isfinite, parsed)):
        raise ValueError(f"{name}: expected {count} numbers, found {shorten(values)}")
    return parsed


def around(points: Iterable[Any], name: str) -> Box:
    """Return the box around points [x, y]."""
    pairs = [numbers(point, 2, name) for point in points]
    if not pairs:
        raise ValueError(f"{name}: expected points, found none")
    xs, ys = zip(*pairs, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def rotated(box: Box, degrees: float, centre: tuple[float, float]) -> Box:
    """Return the box around a box (xyxy) that is rotated clockwise about a point."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x0, y0, x1, y1 = box
    corners = [(x - centre[0], y - centre[1]) for x in (x0, x1) for y in (y0, y1)]
    turned = [(centre[0] + x * cosine - y * sine, centre[1] + x * sine + y * cosine) for x, y in corners]
    return around(turned, "box")


def around_ellipse(x: float, y: float, rx: float, ry: float, degrees: float) -> Box:
    """Return the box around an ellipse with centre (x, y) and half axes rx and ry that is rotated about its centre."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    half_width, half_height = math.hypot(rx * cosine, ry * sine), math.hypot(rx * sine, ry * cosine)
    return x - half_width, y - half_height, x + half_width, y + half_height


def stated_size(row: Mapping[str, Any], width: str = "width", height: str = "height") -> tuple[int, int]:
    """Return the size that a row states, 0 x 0 if it states none."""
    if row.get(width) is None and row.get(height) is None:
        return 0, 0
    return int(number(row, width)), int(number(row, height))


def numbered(place: str, rows: Iterable[_Object], start: int = 0) -> dict[str, _Object]:
    """Return rows by their places in a file; `place` has {} for the number."""
    return {place.format(number): row for number, row in enumerate(rows, start)}


def shorten(content: Any) -> str:
    """Return a value for a message."""
    written = json.dumps(content, default=str)
    return written if len(written) <= 60 else written[:57] + "..."


def make_drawing(
    folder: Folder,
    picture: str | Path | bytes,
    path: Path,
    objects: Mapping[str, _Object],
    parse: Callable[[_Object], tuple[str, Box]],
    *,
    relative: bool = False,
    size: tuple[int, int] = (0, 0),
    extra: Any = None,
) -> Drawing:
    """Build the drawing of a row, and count it and its duplicate objects.

    Args:
        folder: which is read.
        picture: its name in the row, its file, or the file's content.
        path: the file that holds the row.
        objects: by their places in the file.
        parse: returns the label and the box (xyxy) of an object.
        relative: whether boxes are in fractions of the picture's size instead of pixels.
        size: width and height that the row states; 0 x 0 if it does not.
        extra: `extra_fields` as stored in the row; None for drawings of other tools.

    Raises ValueError or DataError for invalid fields, ImageError for a damaged picture, and Skip if there is none.
    """
    if isinstance(picture, str):
        picture = folder.find(picture, path)
    if isinstance(picture, Path):
        if picture in folder.used:
            raise ValueError(f"{picture} has annotations in another place too: keep one of them")
        folder.used.add(picture)
    height, width = read_image(picture).shape[:2]
    to_upright = _frame(picture, size, (width, height))
    scale = (1, 1) if not relative else size if all(size) else (width, height)
    annotations: dict[Annotation, None] = {}
    duplicates = []
    for place, row in objects.items():
        with name_row(path, place):
            label, box = parse(row)
            x0, y0, x1, y1 = (edge * side for edge, side in zip(box, scale * 2, strict=True))
            if to_upright is not None and x0 < x1 and y0 < y1:
                x0, y0, x1, y1 = around([to_upright(x0, y0, *size), to_upright(x1, y1, *size)], "box")
            annotation = Annotation(_class_name(label), _clip_box((x0, y0, x1, y1), width, height))
        if annotation in annotations:
            duplicates.append(place)
        annotations[annotation] = None
    values = _origin(folder, picture, path) if extra is None else extra
    if not isinstance(values, Mapping):
        raise ValueError(f"{EXTRA}: expected an object, found {shorten(values)}")
    for name in _NATIVE:
        if name in values:
            raise ValueError(f"{EXTRA}: {name}: has its own place in this format")
    drawing = from_json({**values, "width": width, "height": height, "annotations": []}, picture)
    drawing = folder.report.count(replace(drawing, annotations=tuple(annotations)))
    for place in duplicates:
        folder.report.skip("duplicate", f"{path}, {place}", objects=1, lost=False)
    return drawing


def extra_fields(drawing: Drawing) -> dict[str, Any]:
    """Return the fields for which other formats have no place, as JSON values."""
    return {name: value for name, value in to_json(drawing).items() if name not in _NATIVE}


def check_size(drawing: Drawing) -> None:
    """Raise ImageError if a drawing's picture is damaged, ValueError if it has another size than stated."""
    height, width = read_image(drawing.image).shape[:2]
    if _frame(drawing.image, (drawing.width, drawing.height), (width, height)) is not None:
        raise ValueError(f"width and height: expected {width} x {height}, as the EXIF data turns the picture")


def copy_picture(drawing: Drawing, folder: Path, stem: str) -> str:
    """Copy a drawing's picture unchanged to `stem` and its suffix; return this name, relative to the folder.

    Raises DataError if the file exists.
    """
    content = drawing.read()
    with Image.open(io.BytesIO(content)) as image:
        target = folder / f"{stem}{_SUFFIXES.get(str(image.format), f'.{image.format}'.lower())}"
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise DataError(f"{drawing.id}: another drawing's file is named {target.name} too: rename it") from None
    return target.relative_to(folder).as_posix()


def _frame(
    picture: Path | bytes, size: tuple[int, int], upright: tuple[int, int]
) -> Callable[[float, float, int, int], tuple[float, float]] | None:
    """Return what turns points of the stated frame upright: None, unless the boxes ignore the EXIF orientation."""
    if size == upright or not any(size):
        return None
    if size == upright[::-1]:
        with Image.open(io.BytesIO(picture) if isinstance(picture, bytes) else picture) as image:
            orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
        if orientation in _UPRIGHT:
            return _UPRIGHT[orientation]
    raise ValueError(f"width and height: {size[0]} x {size[1]}, but the picture is {upright[0]} x {upright[1]}")


def _class_name(label: str) -> str:
    """Return the class that a label means, or the label, which no Annotation takes then; some tools capitalise."""
    folded = label.strip().casefold()
    return folded if folded in CLASSES else label


def _clip_box(box: Box, width: int, height: int) -> Box:
    """Clip a box (xyxy, pixels) to the picture; raise ValueError if it leaves it by more than SLACK."""
    limits = (width, height, width, height)
    clipped = [min(max(edge, 0.0), float(limit)) for edge, limit in zip(box, limits, strict=True)]
    if any(abs(edge - kept) > SLACK for edge, kept in zip(box, clipped, strict=True)):
        raise ValueError(f"box: expected it inside {width} x {height} px, found {shorten(list(box))}")
    x0, y0, x1, y1 = clipped
    return x0, y0, x1, y1


def _origin(folder: Folder, picture: Path | bytes, path: Path) -> dict[str, str]:
    """Return ID, session and source of another tool's drawing; the ID is of content and origin, not of the name."""
    file, content = (picture, picture.read_bytes()) if isinstance(picture, Path) else (path, picture)
    source = _safe_name(folder.path.resolve().name)
    origin = f"{source}/{file.relative_to(folder.path).as_posix()}".encode(errors="surrogateescape")
    name = f"{_safe_name(file.stem)}-{hashlib.sha256(origin + content).hexdigest()[:12]}"
    return {"id": name, "session": name, "source": source}


def _safe_name(text: str) -> str:
    """Return a text as a file name on all systems; different texts may give the same name."""
    kept = (sign if sign.isprintable() and sign not in '/\\:*?"<>|' else "_" for sign in normalize("NFC", text))
    return "".join(kept).encode(errors="ignore")[:_MAX_STEM_BYTES].decode(errors="ignore").strip(" ._") or "picture"
