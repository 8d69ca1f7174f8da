"""Test the JSON form of a drawing: the round trip, and errors that name the field."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from digit_detector.drawing import Annotation, Detection, Drawing, Model, Stroke, from_json, to_json

FULL = Drawing(
    id="a1",
    image=b"png",
    width=400,
    height=300,
    annotations=(Annotation("7", (10.0, 20.5, 30.0, 40.0)), Annotation("other", (0.0, 0.0, 400.0, 300.0))),
    session="s9",
    source="page",
    strokes=(Stroke(((10.0, 20.5), (11.25, 21.0)), 14.0), Stroke(((5.0, 6.0),), 2.0, "#ff0000")),
    detections=(Detection("1", (10.0, 20.0, 30.0, 40.0), 0.75),),
    model=Model("0.1.0", "0" * 64),
    time=datetime(2026, 1, 2, 3, 4, 5, 678901, UTC),
    reviewed=True,
)
ONE = {"label": "7", "box": [0, 0, 1, 1]}
BARE = Drawing(id="a/b", image=b"", width=1, height=1, annotations=(), session="s", source="coco")


@pytest.mark.parametrize("drawing", [FULL, BARE])
def test_json_round_trip(drawing: Drawing) -> None:
    assert from_json(json.loads(json.dumps(to_json(drawing))), drawing.image) == drawing


def test_optional_fields_may_be_missing() -> None:
    values = {name: value for name, value in to_json(BARE).items() if value is not None}
    assert from_json(values, b"") == BARE


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"annotations": [ONE, ONE | {"label": "x"}]}, "annotations: 1: label: expected one of"),
        ({"annotations": [{"label": "7"}]}, "annotations: 0: "),
        ({"annotations": [ONE | {"colour": 1}]}, "annotations: 0: colour: unknown field"),
        ({"annotations": 7}, "annotations: unexpected form"),
        ({"strokes": [{"points": [[1]], "width": 1}]}, "strokes: 0: points: "),
        ({"strokes": [{"points": [[1, "2"]], "width": 3}]}, "strokes: 0: points: expected"),
        ({"strokes": [{"points": 5, "width": 1}]}, "strokes: 0: points: unexpected form"),
        ({"model": ["0.1"]}, "model: unexpected form"),
        ({"time": "yesterday"}, "time: "),
        ({"width": "9"}, "width: expected whole pixels"),
        ({"address": "::1"}, "address: unknown field"),
        ({"annotations": None}, "annotations: expected a list"),
        ({"reviewed": "no"}, "reviewed: expected true or false"),
        ({"model": {"version": 5, "sha256": "0" * 64}}, "model: version: expected"),
    ],
)
def test_invalid_field(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        from_json(to_json(FULL) | changes, b"png")


def test_missing_field() -> None:
    values = to_json(FULL)
    del values["session"]
    with pytest.raises(ValueError, match="session"):
        from_json(values, b"png")
