"""Figures whose value is known."""

import numpy as np
import pytest

from digit_detector.detect.detections import Detections
from digit_detector.evaluate.metrics import Evaluation, default_threshold, exactly_right, matched

TWO = np.array([[10, 10, 30, 50], [60, 10, 80, 50]], np.float32)
LABELS = np.array([4, 2])


def found(boxes: np.ndarray, labels: list[int], scores: list[float]) -> Detections:
    return Detections(boxes, np.eye(12)[labels] * np.array(scores)[:, None], width=200, height=200)


@pytest.mark.parametrize(
    ("boxes", "labels", "right"),
    [
        (TWO, [4, 2], True),
        (TWO[::-1], [2, 4], True),
        (TWO + 3, [4, 2], True),
        (TWO, [4, 3], False),
        (TWO + 15, [4, 2], False),
        (TWO[:1], [4], False),
        (np.concatenate([TWO, TWO[:1] + 100]), [4, 2, 1], False),
        (TWO[[0, 0]], [4, 4], False),
        (np.zeros((0, 4)), [], False),
    ],
)
def test_exactly_right(boxes: np.ndarray, labels: list[int], right: bool) -> None:
    assert exactly_right(np.asarray(boxes, np.float32), np.array(labels, int), TWO, LABELS) is right


def test_exactly_right_needs_best_matching() -> None:
    """The first detection fits both objects, the second only the one that a greedy matching gives to the first."""
    objects = np.array([[0, 0, 100, 10], [25, 0, 125, 10]], np.float32)
    detections = np.array([[10, 0, 110, 10], [-15, 0, 85, 10]], np.float32)
    same = np.array([3, 3])
    assert exactly_right(detections, same, objects, same)
    assert exactly_right(detections, same, objects[::-1], same)
    assert not exactly_right(detections, np.array([3, 4]), objects, same)


def test_matched_is_one_to_one_and_best_first() -> None:
    found = np.array([[12, 10, 32, 50], TWO[0], [5, 70, 25, 95], TWO[1]], np.float32)
    assert matched(found, TWO).tolist() == [0, -1, -1, 1]
    assert matched(found[:0], TWO).tolist() == []
    assert matched(found, TWO[:0]).tolist() == [-1] * 4


def test_a_blank_canvas_is_right_when_nothing_is_found() -> None:
    none = np.zeros((0, 4), np.float32)
    assert exactly_right(none, np.zeros(0, int), none, np.zeros(0, int))
    assert not exactly_right(TWO, LABELS, none, np.zeros(0, int))


def test_perfect_detections_have_perfect_figures() -> None:
    evaluation = Evaluation()
    for _ in range(3):
        evaluation.add(found(TWO, [4, 2], [0.9, 0.9]), TWO, LABELS)
    figures = evaluation.figures()
    assert figures["AP50"] == pytest.approx(1)
    assert figures["AP50:95"] == pytest.approx(1)
    assert figures["exact"] == 1
    assert {name for name in figures if name.startswith("AP50:95/")} == {"AP50:95/2", "AP50:95/4"}


@pytest.mark.parametrize(
    ("exact", "threshold"),
    [
        ({0.2: 0.8, 0.3: 0.9, 0.4: 0.85}, 0.3),
        ({0.2: 0.9, 0.3: 0.901, 0.4: 0.9005, 0.5: 0.8995}, 0.4),
        ({0.2: 0.0, 0.3: 0.0}, 0.3),
    ],
)
def test_default_threshold_rule(exact: dict[float, float], threshold: float) -> None:
    assert default_threshold(exact) == threshold


def test_the_threshold_is_the_one_that_reads_most_canvases() -> None:
    evaluation = Evaluation()
    extra = np.concatenate([TWO, TWO[:1] + 100])
    for _ in range(3):
        evaluation.add(found(extra, [4, 2, 1], [0.9, 0.8, 0.37]), TWO, LABELS)
    figures = evaluation.figures()
    assert figures["exact"] == 1
    assert 0.37 < figures["score_threshold"] <= 0.8


def test_loose_boxes_count_at_half_overlap_only() -> None:
    """Boxes of IoU 0.6 are right for AP50, and for three of the ten thresholds of AP50:95."""
    evaluation = Evaluation()
    loose = TWO + np.float32([0, 0, 0, 40 / 0.62 - 40])
    evaluation.add(found(loose, [4, 2], [0.9, 0.8]), TWO, LABELS)
    figures = evaluation.figures()
    assert figures["AP50"] == pytest.approx(1)
    assert figures["AP50:95"] == pytest.approx(0.3)
