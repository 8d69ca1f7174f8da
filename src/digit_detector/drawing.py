"""A person's drawing with its annotations: what the store keeps, every format reads and writes, and training takes."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from digit_detector.classes import CLASSES

Box = tuple[float, float, float, float]
"""xyxy in pixels of the picture."""

_PART: Final = r"""[^\s./\\:*?"<>|][^/\\:*?"<>|]*"""
_ID: Final = re.compile(f"{_PART}(?:/{_PART})*")
LONGEST_NAME: Final = 200
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Stroke:
    """One way of a round pen, from pen down to pen up."""

    points: tuple[tuple[float, float], ...]
    """x and y in pixels of the picture, y pointing down; at least one. Ink may leave the picture."""
    width: float
    """Of the pen, in pixels of the picture."""
    colour: str = "#000000"
    """`#rrggbb`, in small letters."""

    def __post_init__(self) -> None:
        _require(
            bool(self.points) and all(len(point) == 2 and all(map(_finite, point)) for point in self.points),
            "points: expected at least one finite x and y",
        )
        _require(_finite(self.width) and self.width > 0, f"width: expected pixels above 0, found {self.width!r}")
        _require(bool(_COLOUR.fullmatch(self.colour)), f"colour: expected #rrggbb, found {self.colour!r}")


@dataclass(frozen=True, slots=True)
class Annotation:
    """An object as a person named it."""

    label: str
    """One of the classes."""
    box: Box

    def __post_init__(self) -> None:
        _require(self.label in CLASSES, f"label: expected one of {', '.join(CLASSES)}, found {self.label!r}")
        _require(
            len(self.box) == 4
            and all(map(_finite, self.box))
            and self.box[0] < self.box[2]
            and self.box[1] < self.box[3],
            f"box: expected x0 < x1 and y0 < y1, found {self.box!r}",
        )


@dataclass(frozen=True, slots=True)
class Detection(Annotation):
    """An object as the detector named it, when the drawing was made."""

    score: float
    """In [0, 1]."""

    def __post_init__(self) -> None:
        # `super()` without arguments does not know a dataclass with slots.
        Annotation.__post_init__(self)
        _require(_finite(self.score) and 0 <= self.score <= 1, f"score: expected 0 to 1, found {self.score!r}")


@dataclass(frozen=True, slots=True)
class Model:
    """The weights that made the detections."""

    version: str
    sha256: str
    """Of the weights file, in hexadecimal."""

    def __post_init__(self) -> None:
        _require(bool(self.version), "version: expected the model's version, found nothing")
        _require(bool(_SHA256.fullmatch(self.sha256)), f"sha256: expected 64 hex digits, found {self.sha256!r}")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing with its annotations; raises ValueError, which begins with the field's name, where a value is unfit."""

    id: str
    """Names the drawing in its collection, and its files: a relative path, without what systems forbid there."""
    image: bytes | Path
    """The picture's file, PNG where it comes from our page, or where that file lies."""
    width: int
    height: int
    annotations: tuple[Annotation, ...]
    """In the order that the person or the source gave; none is a drawing without any object."""
    session: str
    """The anonymous session, or whatever else names the hand: what training splits by."""
    source: str
    """Where the drawing comes from, such as `page` or the name of a data set."""
    strokes: tuple[Stroke, ...] | None = None
    """In the order of drawing; None where they are not known."""
    detections: tuple[Detection, ...] | None = None
    """What the detector answered, best first; None where it was not asked."""
    model: Model | None = None
    time: datetime | None = None
    """When it was confirmed, with its time zone."""
    reviewed: bool = False
    """Whether the maintainer has looked at the annotations."""

    def __post_init__(self) -> None:
        _require(
            _printable(self.id) and bool(_ID.fullmatch(self.id)),
            f'id: expected a name for a file, without leading dots and \\ : * ? " < > |, found {self.id!r}',
        )
        for name in ("width", "height"):
            value = getattr(self, name)
            _require(type(value) is int and value > 0, f"{name}: expected whole pixels above 0, found {value!r}")
        for name in ("session", "source"):
            value = getattr(self, name)
            _require(_printable(value), f"{name}: expected a name of up to {LONGEST_NAME} characters, found {value!r}")
        for objects in (self.annotations, self.detections or ()):
            for index, found in enumerate(objects):
                x0, y0, x1, y1 = found.box
                _require(
                    x0 >= 0 and y0 >= 0 and x1 <= self.width and y1 <= self.height,
                    f"box {index}: expected it inside {self.width} x {self.height} px, found {found.box!r}",
                )
        _require(self.time is None or self.time.tzinfo is not None, f"time: expected a time zone, found {self.time!r}")

    def read(self) -> bytes:
        """The picture's file; raises OSError where it cannot be read."""
        return self.image if isinstance(self.image, bytes) else self.image.read_bytes()


def _printable(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_NAME and value.isprintable()


def _finite(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise ValueError(message)


_Decode = Callable[[Any], Any]


def to_json(record: Drawing) -> dict[str, Any]:
    """Return every field but `image` as JSON values; the inverse of `from_json`."""
    facts = asdict(record)
    del facts["image"]
    return facts | {"time": None if record.time is None else record.time.isoformat()}


def from_json(facts: Mapping[str, Any], image: bytes | Path) -> Drawing:
    """Build a drawing from `to_json`'s values and its picture; fields with a default may be missing.

    Raises ValueError, which begins with the field's name, for values that do not fit.
    """
    values = dict(_known(facts, Drawing))
    for name, decode in _DECODE.items():
        if values.get(name) is not None:
            values[name] = _within(name, decode, values[name])
    try:
        return Drawing(image=image, **values)
    except TypeError as error:
        raise ValueError(f"a field is missing: {error}") from error


def _within(name: str, decode: _Decode, value: Any) -> Any:
    try:
        return decode(value)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"{name}: expected another form ({error}), found {str(value)[:80]}") from error
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def _known(facts: Mapping[str, Any], kind: type) -> Mapping[str, Any]:
    if not isinstance(facts, Mapping):
        raise TypeError(f"an object is expected where there is a {type(facts).__name__}")
    if unknown := facts.keys() - {field.name for field in fields(kind)}:
        raise ValueError(f"{', '.join(sorted(unknown))}: no field of this name is known")
    return facts


def _each(kind: type, **inner: _Decode) -> _Decode:
    """Decodes a list of objects; errors begin with the object's index."""

    def one(facts: Mapping[str, Any]) -> Any:
        values = dict(_known(facts, kind))
        return kind(**values | {name: decode(values[name]) for name, decode in inner.items()})

    return lambda rows: tuple(_within(str(index), one, row) for index, row in enumerate(rows))


def _points(points: Any) -> Any:
    return tuple(map(tuple, points))


_DECODE: Final[dict[str, _Decode]] = {
    "annotations": _each(Annotation, box=tuple),
    "strokes": _each(Stroke, points=_points),
    "detections": _each(Detection, box=tuple),
    "model": lambda facts: Model(**_known(facts, Model)),
    "time": datetime.fromisoformat,
}
