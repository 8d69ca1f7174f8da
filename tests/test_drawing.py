"""A kept drawing as plain JSON: nothing is lost, and what is unfit is named."""

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


@pytest.mark.parametrize("record", [FULL, BARE])
def test_a_record_comes_back_from_its_json(record: Drawing) -> None:
    assert from_json(json.loads(json.dumps(to_json(record))), record.image) == record


def test_what_may_be_unknown_may_be_missing() -> None:
    facts = {name: value for name, value in to_json(BARE).items() if value is not None}
    assert from_json(facts, b"") == BARE


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"annotations": [{"label": "7", "box": [0, 0, 1, 1]}, {"label": "x", "box": [0, 0, 1, 1]}]},
            "annotations: 1: la",
        ),
        ({"annotations": [{"label": "7"}]}, "annotations: 0: "),
        ({"annotations": [ONE | {"colour": 1}]}, "annotations: 0: colour: no field"),
        ({"annotations": 7}, "annotations: expected another form"),
        ({"strokes": [{"points": [[1]], "width": 1}]}, "strokes: 0: points: "),
        ({"strokes": [{"points": 5, "width": 1}]}, "strokes: 0: expected another form"),
        ({"model": ["0.1"]}, "model: expected another form"),
        ({"time": "yesterday"}, "time: "),
        ({"width": "9"}, "width: expected whole pixels"),
        ({"address": "::1"}, "address: no field of this name is known"),
    ],
)
def test_an_unfit_field_is_named(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=f"^{said}"):
        from_json(to_json(FULL) | changed, b"png")


def test_a_missing_field_is_named() -> None:
    facts = to_json(FULL)
    del facts["session"]
    with pytest.raises(ValueError, match="session"):
        from_json(facts, b"png")
