"""Detections: only what fits together, readable by programs and by people."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digit_detector import Detections
from digit_detector.classes import CLASSES


def detections(*objects: tuple[str, tuple[float, float, float, float]], size: int = 200) -> Detections:
    """Objects by name and box, the first being the best."""
    scores = np.full((len(objects), len(CLASSES)), 0.01, np.float32)
    for index, (name, _) in enumerate(objects):
        scores[index, CLASSES.index(name)] = 0.95 - index / 100
    boxes = np.array([box for _, box in objects], np.float32).reshape(-1, 4)
    return Detections(boxes, scores, size, size)


def box(x: float, y: float, width: float = 20, height: float = 30) -> tuple[float, float, float, float]:
    return (x, y, x + width, y + height)


@settings(derandomize=True)
@given(st.permutations(range(6)), st.integers(0, 300))
def test_reading_ignores_scores(order: list[int], seed: int) -> None:
    """Corners on a coarse grid, so that many overlaps and places are equal."""
    corners = np.random.default_rng(seed).integers(0, 8, (6, 4)) * 10
    objects = [(str(n), box(*map(float, corner[:2]), *(10.0 + corner[2:]))) for n, corner in enumerate(corners)]
    assert detections(*(objects[n] for n in order)).reading() == detections(*objects).reading()


def test_json_is_plain_and_complete() -> None:
    found = detections(("7", box(10, 20)), ("other", box(100, 20)))
    answer = json.loads(json.dumps(found.to_json()))
    assert (answer["width"], answer["height"]) == (200, 200)
    first, second = answer["detections"]
    assert first["label"] == "7"
    assert first["score"] == pytest.approx(0.95)
    assert first["box"] == [10, 20, 30, 50]
    assert first["top"][0] == {"label": "7", "score": first["score"]}
    assert len(first["top"]) == 3
    assert second["label"] == "other"


def test_json_is_in_reading_order() -> None:
    found = detections(("other", box(10, 20)), ("7", box(100, 20)), ("4", box(50, 20)))
    assert [entry["label"] for entry in found.to_json()["detections"]] == ["4", "7", "other"]


def test_labels_index_the_names_and_lead_the_top() -> None:
    found = detections(("censored", box(10, 20)), ("0", box(100, 20)))
    assert [found.names[label] for label in found.labels] == ["censored", "0"]
    for label, score, top in zip(found.labels, found.scores, found.top, strict=True):
        assert top[0] == (found.names[label], score)
        assert [entry.score for entry in top] == sorted((entry.score for entry in top), reverse=True)


def test_empty() -> None:
    found = detections()
    assert len(found) == 0
    assert found.boxes.shape == (0, 4)
    assert found.to_json() == {"width": 200, "height": 200, "turned": 0, "detections": []}


def test_cannot_be_changed() -> None:
    boxes = np.array([[0, 0, 10, 10]], np.float32)
    found = Detections(boxes, np.full((1, 12), 0.5, np.float32), 20, 20)
    boxes[:] = 5
    assert found.boxes.tolist() == [[0, 0, 10, 10]]
    with pytest.raises(ValueError, match="read-only"):
        found.boxes[0, 0] = 3


@pytest.mark.parametrize(
    ("part", "value", "message"),
    [
        ("boxes", [[0, 0, 10, 30]], "boxes outside"),
        ("boxes", [[9, 0, 3, 10]], "not xyxy"),
        ("boxes", [[-1, 0, 3, 10]], "boxes outside"),
        ("boxes", [[0, 0, float("nan"), 10]], "boxes outside"),
        ("boxes", [[0, 0, 10]], "boxes of shape"),
        ("class_scores", [[1.5] * 12], "scores outside"),
        ("class_scores", [[-0.5] * 12], "scores outside"),
        ("class_scores", [[float("nan")] * 12], "scores outside"),
        ("class_scores", [[0.5] * 12] * 2, r"scores of shape \(2, 12\), not \(1, 12\)"),
        ("class_scores", [[0.5] * 11], r"scores of shape \(1, 11\)"),
        ("width", 0, "a picture of 0 x 20 px"),
    ],
)
def test_parts_that_do_not_fit_are_errors(part: str, value: object, message: str) -> None:
    parts = {"boxes": [[0, 0, 10, 10]], "class_scores": [[0.5] * 12], "width": 20, "height": 20}
    Detections(**parts)
    with pytest.raises(ValueError, match=message):
        Detections(**{**parts, part: value})


def test_scores_that_rise_are_refused() -> None:
    boxes = np.array([[0, 0, 10, 10]] * 2, np.float32)
    scores = np.zeros((2, 12), np.float32)
    scores[:, 0] = 0.2, 0.8
    with pytest.raises(ValueError, match="do not descend"):
        Detections(boxes, scores, 20, 20)
