"""What a weights file says about itself survives the file, and what does not fit is refused."""

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digit_detector.errors import WeightsError
from digit_detector.metadata import ModelMetadata, NetworkConfig, Scaling

SIZES = st.floats(1, 300)
ANCHORS = st.tuples(*[st.tuples(*[st.tuples(SIZES, SIZES)] * 3)] * 3)
NOTES = st.dictionaries(st.text(), st.integers() | st.text() | st.none() | st.lists(st.booleans()))


@given(
    ANCHORS,
    st.builds(NetworkConfig, width=st.floats(0.05, 2), depth=st.floats(0.05, 2), in_channels=st.integers(1, 4)),
    st.floats(0, 1),
    st.builds(Scaling, st.floats(0.01, 10), st.floats(0.01, 10), st.floats(-10, 10)),
    NOTES,
)
def test_round_trip(anchors: tuple, network: NetworkConfig, threshold: float, scaling: Scaling, notes: dict) -> None:
    metadata = ModelMetadata(192, anchors, network, threshold, threshold, scaling, training=notes, metrics={"m": notes})
    assert ModelMetadata.from_json(metadata.to_json()) == metadata


def test_metadata_without_scaling_is_read(metadata: ModelMetadata) -> None:
    facts = json.loads(metadata.to_json())
    del facts["scaling"]
    assert ModelMetadata.from_json(json.dumps(facts)) == metadata


def test_number_of_predictions(metadata: ModelMetadata) -> None:
    assert metadata.predictions == 3 * (24**2 + 12**2 + 6**2)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 3}, "format 3"),
        ({"classes": ["cat", "dog"]}, "classes"),
        ({"input_size": 100}, "input_size 100"),
        ({"input_size": "192"}, "input_size '192'"),
        ({"strides": [8, 16]}, "strides"),
        ({"strides": [32, 16, 8]}, "strides"),
        ({"strides": [4, 8, 16]}, "strides"),
        ({"anchors": [[[1, 2]] * 3, [[1, 2]] * 3]}, "anchors"),
        ({"anchors": [[[1, 2]] * 3, [[1, 2]] * 2, [[1, 2]] * 3]}, "anchors"),
        ({"anchors": [[[1, 2]] * 3, [[1, 2], [1, 2], [1, 0]], [[1, 2]] * 3]}, "anchors"),
        ({"anchors": [[[1, 2]] * 3, [[1, 2], [1, 2], [1]], [[1, 2]] * 3]}, "anchors"),
        ({"anchors": 7}, "cannot be read"),
        ({"network": {"width": 0, "depth": 1.0, "in_channels": 1}}, "width 0"),
        ({"network": {"width": 1.0, "depth": 1.0}}, "cannot be read"),
        ({"score_threshold": 1.5}, "score_threshold 1.5"),
        ({"iou_threshold": "high"}, "iou_threshold 'high'"),
        ({"colour": "red"}, "cannot be read"),
        ({"training": 3}, "training"),
        ({"scaling": {"low": 0}}, "scaling 0"),
        ({"scaling": {"offset": math.nan}}, "scaling 1.0, 1.0, nan"),
        ({"scaling": 7}, "cannot be read"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(metadata: ModelMetadata, changes: dict, message: str) -> None:
    text = json.dumps(json.loads(metadata.to_json()) | changes)
    with pytest.raises(WeightsError, match=message) as caught:
        ModelMetadata.from_json(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '{"format": 2}'])
def test_damaged_json_is_refused(text: str) -> None:
    with pytest.raises(WeightsError):
        ModelMetadata.from_json(text)


def test_values_json_cannot_hold_are_refused(metadata: ModelMetadata) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        replace(metadata, metrics={"AP50": float("nan")}).to_json()
