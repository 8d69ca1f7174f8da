"""One kept drawing: what the store holds, what every format reads and writes, and what training takes."""

import math
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

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
class Record:
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
