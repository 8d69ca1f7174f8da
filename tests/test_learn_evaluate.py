"""Figures whose value is known."""

import numpy as np
import pytest

from digit_detector.detect.decode import Candidates, Decoder
from digit_detector.learn.evaluate import Evaluation, exactly_right, pairwise_iou
from digit_detector.metadata import ModelMetadata

TWO = np.array([[10, 10, 30, 50], [60, 10, 80, 50]], np.float32)
LABELS = np.array([4, 2])


def candidates(boxes: np.ndarray, labels: np.ndarray, scores: float | list[float]) -> Candidates:
    table = np.zeros((len(boxes), 12), np.float32)
    table[np.arange(len(boxes)), labels] = scores
    return Candidates(np.asarray(boxes, np.float32).reshape(-1, 4), table)


@pytest.mark.parametrize(
    ("found", "labels", "right"),
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
def test_exactly_right(found: np.ndarray, labels: list[int], right: bool) -> None:
    assert exactly_right(np.asarray(found, np.float32), np.array(labels, int), TWO, LABELS) is right


def test_a_blank_canvas_is_right_when_nothing_is_found() -> None:
    none = np.zeros((0, 4), np.float32)
    assert exactly_right(none, np.zeros(0, int), none, np.zeros(0, int))
    assert not exactly_right(TWO, LABELS, none, np.zeros(0, int))


def test_pairwise_iou() -> None:
    assert pairwise_iou(TWO, TWO) == pytest.approx(np.eye(2), abs=1e-6)
    assert pairwise_iou(TWO[:1], TWO[:1] + np.float32([10, 0, 10, 0]))[0, 0] == pytest.approx(1 / 3)


def test_perfect_detections_have_perfect_figures(metadata: ModelMetadata) -> None:
    evaluation = Evaluation(Decoder(metadata), 0.45)
    for _ in range(3):
        evaluation.add_detections(candidates(TWO, LABELS, 0.9), TWO, LABELS)
    figures = evaluation.figures()
    assert figures["AP50"] == pytest.approx(1)
    assert figures["AP50:95"] == pytest.approx(1)
    assert figures["exact"] == 1
    assert {name for name in figures if name.startswith("AP50:95/")} == {"AP50:95/2", "AP50:95/4"}


def test_the_threshold_is_the_one_that_reads_most_canvases(metadata: ModelMetadata) -> None:
    evaluation = Evaluation(Decoder(metadata), 0.45)
    extra = np.concatenate([TWO, TWO[:1] + 100])
    for _ in range(3):
        evaluation.add_detections(candidates(extra, np.array([4, 2, 1]), [0.9, 0.8, 0.37]), TWO, LABELS)
    figures = evaluation.figures()
    assert figures["exact"] == 1
    assert 0.37 < figures["score_threshold"] <= 0.8


def test_raw_predictions_are_decoded_and_thinned_out(metadata: ModelMetadata) -> None:
    """Two certain predictions of one object count as one after NMS."""
    raw = np.full((metadata.predictions, 17), -12.0, np.float32)
    raw[:, :4] = 0
    cell = 3 * (5 * 24 + 7)  # stride 8, row 5, column 7
    raw[[cell, cell + 2], 4] = 6.0
    raw[[cell, cell + 2], 5 + 3] = 6.0
    box = np.array([[60 - 5, 44 - 9, 60 + 5, 44 + 9]], np.float32)
    evaluation = Evaluation(Decoder(metadata), 0.3)
    evaluation.add(raw, box, np.array([3]))
    assert evaluation.figures()["exact"] == 1
