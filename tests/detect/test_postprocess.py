"""Postprocessing: one entry per object, whatever the thresholds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digit_detector.classes import CLASSES
from digit_detector.detect.letterbox import Letterbox
from digit_detector.detect.postprocess import find_candidates, pairwise_iou, postprocess

BLANK = Letterbox(np.zeros((1, 1, 192, 192), np.float32), scale=1, pad_x=0, pad_y=0, width=192, height=192)


def random_predictions(seed: int, count: int = 300) -> np.ndarray:
    rng = np.random.default_rng(seed)
    corners = rng.uniform(0, 150, (count, 2))
    boxes = np.concatenate([corners, corners + rng.uniform(1, 40, (count, 2))], axis=1)
    return np.concatenate([boxes, rng.uniform(0, 1, (count, 1 + len(CLASSES)))], axis=1).astype(np.float32)


def predictions(*objects: tuple[list[float], dict[int, float]]) -> np.ndarray:
    """Boxes, each with the probabilities of its classes at full objectness."""
    rows = np.zeros((len(objects), 5 + len(CLASSES)), np.float32)
    for row, (box, probabilities) in zip(rows, objects, strict=True):
        row[:4], row[4] = box, 1
        row[[5 + label for label in probabilities]] = list(probabilities.values())
    return rows


@pytest.mark.parametrize("threshold", [0.0, 0.01, 0.3, 0.9, 1.0])
def test_score_threshold_only_drops(threshold: float) -> None:
    raw = random_predictions(1)
    everything = find_candidates(raw, 0)
    chosen = find_candidates(raw, threshold)
    reached = everything.scores >= threshold
    np.testing.assert_array_equal(chosen.boxes, everything.boxes[reached])
    np.testing.assert_array_equal(chosen.class_scores, everything.class_scores[reached])


def test_predictions_stay_unchanged() -> None:
    raw = random_predictions(3)
    before = raw.copy()
    postprocess(raw, BLANK, 0.2, 0.5)
    np.testing.assert_array_equal(raw, before)


@pytest.mark.parametrize("threshold", [-0.1, 1.5, float("nan")])
def test_thresholds_outside_0_to_1_are_errors(threshold: float) -> None:
    with pytest.raises(ValueError, match=r"score_threshold is .* from 0 to 1"):
        postprocess(random_predictions(4), BLANK, threshold, 0.5)
    with pytest.raises(ValueError, match=r"iou_threshold is .* from 0 to 1"):
        postprocess(random_predictions(4), BLANK, 0.5, threshold)


def test_better_of_two_classes_wins() -> None:
    found = postprocess(predictions(([0, 0, 10, 10], {0: 0.6}), ([0, 0, 10, 9], {1: 0.7, 0: 0.2})), BLANK, 0.1, 0.45)
    assert (found.labels.tolist(), found.scores.tolist()) == ([1], pytest.approx([0.7]))


@settings(deadline=None, derandomize=True)
@given(seed=st.integers(0, 50), score=st.floats(0, 1), iou=st.floats(0, 1))
def test_one_entry_per_object_at_every_threshold(seed: int, score: float, iou: float) -> None:
    """A lower score threshold adds objects at the end, and changes none of those before."""
    raw = random_predictions(seed, 40)
    higher, lower = postprocess(raw, BLANK, score, iou), postprocess(raw, BLANK, score / 2, iou)
    assert len(higher.to_json()["detections"]) == len(higher)
    np.testing.assert_array_equal(lower.boxes[: len(higher)], higher.boxes)
    np.testing.assert_array_equal(lower.class_scores[: len(higher)], higher.class_scores)
    overlaps = pairwise_iou(lower.boxes, lower.boxes)[~np.eye(len(lower), dtype=bool)]
    assert (overlaps <= iou + 1e-5).all()


def test_pairwise_iou() -> None:
    first = np.array([[0, 0, 10, 10], [5, 5, 5, 5]], np.float32)
    second = np.array([[0, 0, 10, 10], [0, 0, 10, 5], [20, 20, 30, 30]], np.float32)
    assert pairwise_iou(first, second).tolist() == [[1, 0.5, 0], [0, 0, 0]]
