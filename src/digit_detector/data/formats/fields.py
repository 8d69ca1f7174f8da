"""What the formats share: errors that name the row, and fields that are checked as they are taken."""

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
"""Pixels by which a box may leave its picture, as rounding and conventions have it; it is clipped then."""

EXTRA: Final = "digit_detector"
"""The name under which a format of others keeps what it has no place for."""

_OWN_PLACE: Final = ("width", "height", "annotations")


@contextmanager
def named(path: Path, row: str) -> Iterator[None]:
    """Turns what is wrong with a row into a DataError that names the file and the row."""
    try:
        yield
    except (ValueError, OverflowError, RecursionError) as error:
        raise DataError(f"{path}, {row}: {error}") from error
    except OSError as error:
        raise DataError(f"{path}, {row}: {error.filename or 'file'}: {error.strerror or error}") from error


def text(row: Any, name: str) -> str:
    """The field, which must be a text that is not empty."""
    value = _given(row, name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name}: expected a text, found {_shown(value)}")
    return value


def whole(row: Any, name: str) -> int:
    """The field, which must be a whole number."""
    value = _given(row, name)
    if type(value) is not int:
        raise ValueError(f"{name}: expected a whole number, found {_shown(value)}")
    return value


def numbers(value: Any, count: int, name: str) -> list[float]:
    """`count` finite numbers."""
    fits = isinstance(value, list) and len(value) == count
    if not fits or not all(type(one) in (int, float) and math.isfinite(one) for one in value):
        raise ValueError(f"{name}: expected {count} numbers, found {_shown(value)}")
    return [float(one) for one in value]


def number(value: str | None, name: str) -> float:
    """A finite number that is written as text."""
    try:
        parsed = float(value or "")
    except ValueError:
        parsed = math.nan
    if not math.isfinite(parsed):
        raise ValueError(f"{name}: expected a number, found {_shown(value)}")
    return parsed


def fitted(box: Box, width: int, height: int) -> Box:
    """The box (xyxy, pixels), clipped where it leaves the picture by no more than SLACK."""
    limits = (width, height, width, height)
    clipped = [min(max(edge, 0.0), float(limit)) for edge, limit in zip(box, limits, strict=True)]
    if any(abs(edge - kept) > SLACK for edge, kept in zip(box, clipped, strict=True)):
        raise ValueError(f"box: expected it inside {width} x {height} px, found {_shown(list(box))}")
    x0, y0, x1, y1 = clipped
    return x0, y0, x1, y1


def extra_of(record: Drawing) -> dict[str, Any]:
    """What of a record a format of others has no place for, as plain JSON values."""
    return {name: value for name, value in to_json(record).items() if name not in _OWN_PLACE}


def source_of(folder: Path) -> str:
    """What stands for a folder as a source."""
    return folder.resolve().name or "pictures"


def completed(
    extra: Any, name: str, source: str, image: Path, width: int, height: int, annotations: list[Annotation]
) -> Drawing:
    """The record of a row of another format.

    extra: what `extra_of` gave when we wrote the row, or None. name: the picture's, which stands for the drawing
    and for its session where nothing is known of it. source: stands for where it comes from then.
    """
    known = {"id": name, "session": name, "source": source} if extra is None else extra
    if not isinstance(known, Mapping):
        raise ValueError(f"{EXTRA}: expected an object, found {_shown(known)}")
    for field in _OWN_PLACE:
        if field in known:
            raise ValueError(f"{EXTRA}: {field}: stands elsewhere in this format")
    record = from_json({**known, "width": width, "height": height, "annotations": []}, image)
    return replace(record, annotations=tuple(annotations))


def _given(row: Any, name: str) -> Any:
    if not isinstance(row, Mapping):
        raise ValueError(f"expected an object, found {_shown(row)}")
    if name not in row:
        raise ValueError(f"{name}: is missing")
    return row[name]


def _shown(value: Any) -> str:
    shown = json.dumps(value, default=str)
    return shown if len(shown) <= 60 else shown[:57] + "..."
