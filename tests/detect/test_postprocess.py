"""Postprocessing: one entry per object, whatever the thresholds."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digit_detector.classes import CLASSES
from digit_detector.detect.letterbox import Letterbox
from digit_detector.detect.postprocess import View, find_candidates, pairwise_iou, postprocess

BLANK = Letterbox(np.zeros((1, 1, 192, 192), np.float32), 1.0, 0, 0, (0, 0, 192, 192), 192, 192)


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
    everything = find_candidates([View(raw, BLANK)], 0)
    chosen = find_candidates([View(raw, BLANK)], threshold)
    reached = everything.scores >= threshold
    np.testing.assert_array_equal(chosen.boxes, everything.boxes[reached])
    np.testing.assert_array_equal(chosen.class_scores, everything.class_scores[reached])


def test_predictions_stay_unchanged() -> None:
    raw = random_predictions(3)
    before = raw.copy()
    postprocess([View(raw, BLANK)], 0.2, 0.5)
    np.testing.assert_array_equal(raw, before)


def test_better_of_two_classes_wins() -> None:
    raw = predictions(([0, 0, 10, 10], {0: 0.6}), ([0, 0, 10, 9], {1: 0.7, 0: 0.2}))
    found = postprocess([View(raw, BLANK)], 0.1, 0.45)
    assert (found.labels.tolist(), found.scores.tolist()) == ([1], pytest.approx([0.7]))


@settings(derandomize=True)
@given(seed=st.integers(0, 50), score=st.floats(0, 1), iou=st.floats(0, 1))
def test_one_entry_per_object_at_every_threshold(seed: int, score: float, iou: float) -> None:
    """A lower score threshold adds objects at the end, and changes none of those before."""
    raw = random_predictions(seed, 40)
    higher, lower = postprocess([View(raw, BLANK)], score, iou), postprocess([View(raw, BLANK)], score / 2, iou)
    assert len(higher.to_json()["detections"]) == len(higher)
    np.testing.assert_array_equal(lower.boxes[: len(higher)], higher.boxes)
    np.testing.assert_array_equal(lower.class_scores[: len(higher)], higher.class_scores)
    overlaps = pairwise_iou(lower.boxes, lower.boxes)[~np.eye(len(lower), dtype=bool)]
    assert (overlaps <= iou + 1e-5).all()


def test_pairwise_iou() -> None:
    first = np.array([[0, 0, 10, 10], [5, 5, 5, 5]], np.float32)
    second = np.array([[0, 0, 10, 10], [0, 0, 10, 5], [20, 20, 30, 30]], np.float32)
    assert pairwise_iou(first, second).tolist() == [[1, 0.5, 0], [0, 0, 0]]


def test_boxes_cut_by_a_window_are_dropped() -> None:
    window = Letterbox(np.zeros((1, 1, 192, 192), np.float32), 2.0, 0, 0, (96, 0, 192, 96), 192, 192)
    inner_edge, outer_edge, middle = [0, 50, 30, 90], [150, 0, 192, 40], [60, 60, 100, 120]
    raw = predictions(*((box, {3: 0.9}) for box in (inner_edge, outer_edge, middle)))
    found = postprocess([View(predictions(), BLANK), View(raw, window)], 0.5, 0.3)
    assert found.boxes.tolist() == [[171, 0, 192, 20], [126, 30, 146, 60]]


def test_box_around_better_boxes_is_no_object() -> None:
    ink = np.zeros((192, 192), np.float32)
    ink[20:40, 20:30] = ink[20:40, 60:70] = 1
    letterbox = replace(BLANK, input=ink[None, None])
    digits = (([20, 20, 30, 40], {1: 0.9}), ([60, 20, 70, 40], {1: 0.8}))
    around = ([18, 18, 72, 42], {10: 0.7})
    found = postprocess([View(predictions(*digits, around), letterbox)], 0.5, 0.3)
    assert found.labels.tolist() == [1, 1]
    better = postprocess([View(predictions(*digits, (around[0], {10: 0.95})), letterbox)], 0.5, 0.3)
    assert better.labels.tolist() == [10, 1, 1]
    ink[50:60, 20:70] = 1  # ink of its own
    framed = postprocess([View(predictions(*digits, ([18, 18, 72, 62], {10: 0.7})), letterbox)], 0.5, 0.3)
    assert framed.labels.tolist() == [1, 1, 10]


def test_faint_ink_is_its_own_beside_dark_ink() -> None:
    """A pencil's digit whose box reaches over a pen's digit is no box around that digit's ink."""
    dark, faint = ([100, 50, 130, 100], {0: 0.9}), ([85, 50, 108, 100], {1: 0.8})
    views = []
    for (box, scores), columns in ((dark, slice(100, 130)), (faint, slice(85, 95))):
        ink = np.zeros((1, 1, 192, 192), np.float32)
        ink[..., 50:100, columns] = 1
        views.append(View(predictions((box, scores)), replace(BLANK, input=ink)))
    assert postprocess(views, 0.5, 0.3).labels.tolist() == [0, 1]


def test_boxes_of_a_window_are_judged_by_all_ink() -> None:
    """The window leaves out a digit that is read already; a box that reaches beyond it has no other ink."""
    ink = np.zeros((1, 1, 192, 192), np.float32)
    ink[..., 50:100, 100:130] = 1
    digit, beyond = ([100, 50, 130, 100], {0: 0.9}), ([40, 60, 100, 180], {1: 0.8})
    window = Letterbox(np.zeros((1, 1, 192, 192), np.float32), 2.0, 0, 0, (96, 0, 192, 96), 192, 192)
    views = [View(predictions(digit), replace(BLANK, input=ink)), View(predictions(beyond), window)]
    assert postprocess(views, 0.5, 0.3).labels.tolist() == [0]
