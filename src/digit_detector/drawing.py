"""Define a drawing with its annotations, which the store, the file formats and training share, and its JSON form."""

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from digit_detector.classes import CLASSES

Box = tuple[float, float, float, float]
"""xyxy in pixels of the picture."""

_PART: Final = r"""[^\s./\\:*?"<>|][^/\\:*?"<>|]*"""
_ID: Final = re.compile(f"{_PART}(?:/{_PART})*")
MAX_NAME_LENGTH: Final = 200
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Stroke:
    """Hold the path of a round pen from pen down to pen up; raise ValueError for invalid values."""

    points: tuple[tuple[float, float], ...]
    """x and y in pixels of the picture, y pointing down; at least one. Points may lie outside the picture."""
    width: float
    """Pen width in pixels of the picture."""
    colour: str = "#000000"
    """`#rrggbb` in lower case."""

    def __post_init__(self) -> None:
        _require(
            bool(self.points) and all(len(point) == 2 and all(map(_finite, point)) for point in self.points),
            "points: expected at least one finite x and y",
        )
        _require(_finite(self.width) and self.width > 0, f"width: expected pixels above 0, found {self.width!r}")
        _require(bool(_COLOUR.fullmatch(self.colour)), f"colour: expected #rrggbb, found {self.colour!r}")


@dataclass(frozen=True, slots=True)
class Annotation:
    """Hold an object as labelled by a person; raise ValueError for invalid values."""

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
    """Hold an object as detected when the drawing was made; raise ValueError for invalid values."""

    score: float
    """In [0, 1]."""

    def __post_init__(self) -> None:
        # `super()` without arguments fails in a dataclass with slots.
        Annotation.__post_init__(self)
        _require(_finite(self.score) and 0 <= self.score <= 1, f"score: expected 0 to 1, found {self.score!r}")


@dataclass(frozen=True, slots=True)
class Model:
    """Identify the weights that made the detections."""

    version: str
    sha256: str
    """Of the weights file, hexadecimal."""

    def __post_init__(self) -> None:
        _require(
            isinstance(self.version, str) and bool(self.version),
            f"version: expected the model's version, found {self.version!r}",
        )
        _require(bool(_SHA256.fullmatch(self.sha256)), f"sha256: expected 64 hex digits, found {self.sha256!r}")


@dataclass(frozen=True, slots=True)
class Drawing:
    """Hold a drawing with its annotations; raise ValueError, which begins with the field's name, for invalid values."""

    id: str
    """Unique in a collection, and the stem of its files: a relative path without signs that some systems refuse."""
    image: bytes | Path
    """Content or path of the picture's file; the page's are PNG."""
    width: int
    height: int
    annotations: tuple[Annotation, ...]
    """In the order of the person or the source; empty for a drawing without objects."""
    session: str
    """Anonymous session or writer, by which training splits."""
    source: str
    """Origin of the drawing, such as `page` or the name of a data set."""
    strokes: tuple[Stroke, ...] | None = None
    """In the order of drawing; None if unknown."""
    detections: tuple[Detection, ...] | None = None
    """The detector's result, best first; None if it did not run."""
    model: Model | None = None
    time: datetime | None = None
    """Time of confirmation, with a time zone."""
    reviewed: bool = False
    """Whether the maintainer has reviewed the annotations."""

    def __post_init__(self) -> None:
        _require(
            _printable(self.id) and bool(_ID.fullmatch(self.id)),
            f'id: expected a file name without leading dots and \\ : * ? " < > |, found {self.id!r}',
        )
        for name in ("width", "height"):
            value = getattr(self, name)
            _require(type(value) is int and value > 0, f"{name}: expected whole pixels above 0, found {value!r}")
        for name in ("session", "source"):
            value = getattr(self, name)
            _require(
                _printable(value), f"{name}: expected a name of up to {MAX_NAME_LENGTH} characters, found {value!r}"
            )
        _require(
            isinstance(self.annotations, tuple), f"annotations: expected a list of objects, found {self.annotations!r}"
        )
        _require(isinstance(self.reviewed, bool), f"reviewed: expected true or false, found {self.reviewed!r}")
        for objects in (self.annotations, self.detections or ()):
            for index, item in enumerate(objects):
                x0, y0, x1, y1 = item.box
                _require(
                    x0 >= 0 and y0 >= 0 and x1 <= self.width and y1 <= self.height,
                    f"box {index}: expected it inside {self.width} x {self.height} px, found {item.box!r}",
                )
        _require(self.time is None or self.time.tzinfo is not None, f"time: expected a time zone, found {self.time!r}")

    def read(self) -> bytes:
        """Return the content of the picture's file; raise OSError if it cannot be read."""
        return self.image if isinstance(self.image, bytes) else self.image.read_bytes()


def boxes_and_labels(annotations: Sequence[Annotation]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return the boxes (N, 4) and the class indices (N,) of annotations."""
    boxes = np.array([annotation.box for annotation in annotations], np.float32).reshape(-1, 4)
    return boxes, np.array([CLASSES.index(annotation.label) for annotation in annotations], np.int64)


def _printable(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_NAME_LENGTH and value.isprintable()


def _finite(value: object) -> bool:
    # JSON has integers that no float can hold.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)


def to_json(drawing: Drawing) -> dict[str, Any]:
    """Return every field but `image` as JSON values; the inverse of `from_json`."""
    values = asdict(drawing)
    del values["image"]
    return values | {"time": None if drawing.time is None else drawing.time.isoformat()}


def from_json(values: Mapping[str, Any], image: bytes | Path) -> Drawing:
    """Build a drawing from `to_json`'s values and its picture; fields with a default may be missing.

    Raises ValueError, which begins with the field's name, for invalid values.
    """
    try:
        drawing: Drawing = _build(
            Drawing,
            {**values, "image": image},
            annotations=_list_of(Annotation, box=tuple),
            strokes=_list_of(Stroke, points=lambda points: tuple(map(tuple, points))),
            detections=_list_of(Detection, box=tuple),
            model=lambda model: _build(Model, model),
            time=datetime.fromisoformat,
        )
    except TypeError as error:
        raise ValueError(f"a field is missing: {error}") from error
    return drawing


_Decode = Callable[[Any], Any]


def _build(kind: type, values: Mapping[str, Any], **decoders: _Decode) -> Any:
    """Build a dataclass from a JSON object, some of whose values need decoding."""
    if not isinstance(values, Mapping):
        raise TypeError(f"expected an object, found a {type(values).__name__}")
    if unknown := values.keys() - {field.name for field in fields(kind)}:
        raise ValueError(f"{', '.join(sorted(unknown))}: unknown field")
    decoded = {name: _decode(name, decoder, values[name]) for name, decoder in decoders.items() if name in values}
    return kind(**{**values, **decoded})


def _decode(name: str, decoder: _Decode, value: Any) -> Any:
    """Decode a value that is not None; errors begin with its name."""
    try:
        return None if value is None else decoder(value)
    except (TypeError, AttributeError) as error:
        raise ValueError(f"{name}: unexpected form ({error}), found {str(value)[:80]}") from error
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def _list_of(kind: type, **decoders: _Decode) -> _Decode:
    """Return a decoder of a list of objects, whose errors begin with the object's index."""

    def build(item: Mapping[str, Any]) -> Any:
        return _build(kind, item, **decoders)

    return lambda items: tuple(_decode(str(index), build, item) for index, item in enumerate(items))
