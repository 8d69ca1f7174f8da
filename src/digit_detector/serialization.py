"""A record's facts as plain JSON values, all but its picture: what the store, the outbox and our own format write."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from digit_detector.drawing import Annotation, Detection, Model, Record, Stroke

_Decode = Callable[[Any], Any]


def to_plain(record: Record) -> dict[str, Any]:
    """Every field but `image`, as `json.dumps` takes it; the inverse of `from_plain`."""
    facts = asdict(record)
    del facts["image"]
    return facts | {"time": None if record.time is None else record.time.isoformat()}


def from_plain(facts: Mapping[str, Any], image: bytes | Path) -> Record:
    """The record of these facts and its picture; raises ValueError, which begins with the field's name, for unfit ones.

    A field that may be unknown may also be missing.
    """
    values = dict(_known(facts, Record))
    for name, decode in _DECODE.items():
        if values.get(name) is not None:
            values[name] = _within(name, decode, values[name])
    try:
        return Record(image=image, **values)
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
