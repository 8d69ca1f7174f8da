"""Check the fields of a row, name the row in errors, and build the drawing."""

import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from digit_detector.drawing import Annotation, Box, Drawing, from_json, to_json
from digit_detector.errors import DataError

SLACK: Final = 1.0
"""Pixels by which a box may leave its picture through rounding; it is clipped then."""

EXTRA: Final = "digit_detector"
"""Key under which other formats keep the fields for which they have no place."""

_NATIVE: Final = ("width", "height", "annotations")
"""Fields that every format has a place for."""


@contextmanager
def name_row(path: Path, row: str) -> Iterator[None]:
    """Convert errors in a row to a DataError that names the file and the row."""
    try:
        yield
    except (ValueError, OverflowError, RecursionError) as error:
        raise DataError(f"{path}, {row}: {error}") from error
    except OSError as error:
        raise DataError(f"{path}, {row}: {error.filename or 'file'}: {error.strerror or error}") from error


def text(row: Any, name: str) -> str:
    """Return a field that must be a text and not empty."""
    value = _field(row, name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name}: expected a text, found {_shorten(value)}")
    return value


def integer(row: Any, name: str) -> int:
    """Return a field that must be a whole number."""
    value = _field(row, name)
    if type(value) is not int:
        raise ValueError(f"{name}: expected a whole number, found {_shorten(value)}")
    return value


def numbers(value: Any, count: int, name: str) -> list[float]:
    """Return a value that must be `count` finite numbers."""
    valid = isinstance(value, list) and len(value) == count
    if not valid or not all(type(item) in (int, float) and math.isfinite(item) for item in value):
        raise ValueError(f"{name}: expected {count} numbers, found {_shorten(value)}")
    return [float(item) for item in value]


def number(value: str | None, name: str) -> float:
    """Parse a text that must be a finite number."""
    try:
        parsed = float(value or "")
    except ValueError:
        parsed = math.nan
    if not math.isfinite(parsed):
        raise ValueError(f"{name}: expected a number, found {_shorten(value)}")
    return parsed


def clip_box(box: Box, width: int, height: int) -> Box:
    """Clip a box (xyxy, pixels) to the picture; raise ValueError if it leaves it by more than SLACK."""
    limits = (width, height, width, height)
    clipped = [min(max(edge, 0.0), float(limit)) for edge, limit in zip(box, limits, strict=True)]
    if any(abs(edge - kept) > SLACK for edge, kept in zip(box, clipped, strict=True)):
        raise ValueError(f"box: expected it inside {width} x {height} px, found {_shorten(list(box))}")
    x0, y0, x1, y1 = clipped
    return x0, y0, x1, y1


def extra_fields(drawing: Drawing) -> dict[str, Any]:
    """Return the fields for which other formats have no place, as JSON values."""
    return {name: value for name, value in to_json(drawing).items() if name not in _NATIVE}


def source_name(folder: Path) -> str:
    """Return the source of a folder's drawings where the format does not store it."""
    return folder.resolve().name or "pictures"


def make_drawing(
    extra: Any, name: str, source: str, image: Path, width: int, height: int, annotations: list[Annotation]
) -> Drawing:
    """Build the drawing of a row of another format.

    Args:
        extra: `extra_fields` as stored in the row, or None.
        name: the picture's name, which is the default of ID and session.
        source: default of the source.
        image: the picture's file.
        width: of the picture, in pixels.
        height: of the picture, in pixels.
        annotations: with boxes inside the picture.
    """
    values = {"id": name, "session": name, "source": source} if extra is None else extra
    if not isinstance(values, Mapping):
        raise ValueError(f"{EXTRA}: expected an object, found {_shorten(values)}")
    for field in _NATIVE:
        if field in values:
            raise ValueError(f"{EXTRA}: {field}: has its own place in this format")
    drawing = from_json({**values, "width": width, "height": height, "annotations": []}, image)
    return replace(drawing, annotations=tuple(annotations))


def _field(row: Any, name: str) -> Any:
    if not isinstance(row, Mapping):
        raise ValueError(f"expected an object, found {_shorten(row)}")
    if name not in row:
        raise ValueError(f"{name}: is missing")
    return row[name]


def _shorten(value: Any) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 60 else text[:57] + "..."
