"""Decoding for use agrees with the training's mathematics, whatever the network says."""

import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from digit_detector.classes import CLASSES
from digit_detector.detect.boxes import overlap
from digit_detector.detect.postprocess import Candidates, Decoder, readings, select, sigmoid
from digit_detector.metadata import ModelMetadata
from digit_detector.yolo.anchors import Grid
from digit_detector.yolo.box_coder import cxcywh_to_xyxy, decode, encode, xyxy_to_cxcywh


def random_predictions(seed: int, scale: float = 2.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, scale, (2268, 17)).astype(np.float32)


def test_boxes_are_those_of_the_training(metadata: ModelMetadata) -> None:
    raw = random_predictions(0)
    grid = Grid.of([list(scale) for scale in metadata.anchors], metadata.input_size)
    expected = cxcywh_to_xyxy(decode(torch.from_numpy(raw[:, :4]), grid.cells, grid.strides, grid.anchors))
    np.testing.assert_allclose(Decoder(metadata)(raw).boxes, expected.numpy(), rtol=1e-4, atol=1e-3)


@settings(max_examples=50, deadline=None)
@given(
    index=st.integers(0, 2267),
    offset=st.tuples(st.floats(-0.4, 1.4), st.floats(-0.4, 1.4)),
    size=st.tuples(st.floats(1, 190), st.floats(1, 190)),
)
def test_what_is_encoded_is_decoded(
    metadata: ModelMetadata, index: int, offset: tuple[float, float], size: tuple[float, float]
) -> None:
    grid = Grid.of([list(scale) for scale in metadata.anchors], metadata.input_size)
    stride = grid.strides[index]
    centre = (grid.cells[index] + torch.tensor(offset)) * stride
    box = cxcywh_to_xyxy(torch.cat([centre, torch.tensor(size)]))
    raw = np.zeros((2268, 17), np.float32)
    raw[index, :4] = encode(xyxy_to_cxcywh(box), grid.cells[index], stride, grid.anchors[index]).numpy()
    np.testing.assert_allclose(Decoder(metadata)(raw).boxes[index], box.numpy(), atol=0.05)


@pytest.mark.parametrize("threshold", [0.0, 0.01, 0.3, 0.9, 1.0])
def test_a_threshold_only_leaves_out(metadata: ModelMetadata, threshold: float) -> None:
    decoder, raw = Decoder(metadata), random_predictions(1)
    everything = decoder(raw)
    reached = everything.class_scores.max(axis=1) >= threshold
    chosen = decoder(raw, threshold)
    np.testing.assert_array_equal(chosen.boxes, everything.boxes[reached])
    np.testing.assert_array_equal(chosen.class_scores, everything.class_scores[reached])


@pytest.mark.parametrize("scale", [1e2, 1e30])
def test_numbers_of_any_size_stay_finite(metadata: ModelMetadata, scale: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = Decoder(metadata)(random_predictions(2, scale))
    assert np.isfinite(found.boxes).all()
    assert ((found.class_scores >= 0) & (found.class_scores <= 1)).all()


def test_the_predictions_are_not_changed(metadata: ModelMetadata) -> None:
    raw = random_predictions(3)
    before = raw.copy()
    Decoder(metadata)(raw, 0.2)
    np.testing.assert_array_equal(raw, before)


def test_predictions_of_another_network_are_refused(metadata: ModelMetadata) -> None:
    with pytest.raises(ValueError, match=r"\(567, 17\), not \(2268, 17\)"):
        Decoder(metadata)(np.zeros((567, 17), np.float32))


@pytest.mark.parametrize("threshold", [-0.1, 1.5, float("nan")])
def test_a_threshold_outside_0_to_1_is_refused(metadata: ModelMetadata, threshold: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        Decoder(metadata)(random_predictions(4), threshold)


def test_selection_takes_the_better_of_two_classes_for_one_object() -> None:
    boxes = np.array([[0, 0, 10, 10], [0, 0, 10, 9]], np.float32)
    class_scores = np.array([[0.6, 0.1], [0.2, 0.7]], np.float32)
    kept = select(Candidates(boxes, class_scores), 0.45)
    np.testing.assert_array_equal(kept.class_scores, class_scores[[1]])


def candidates(*boxes: tuple[list[float], dict[int, float]]) -> Candidates:
    """Boxes, each with the scores of its classes."""
    class_scores = np.zeros((len(boxes), len(CLASSES)), np.float32)
    for own, (_, scores) in zip(class_scores, boxes, strict=True):
        own[list(scores)] = list(scores.values())
    return Candidates(np.array([box for box, _ in boxes], np.float32).reshape(-1, 4), class_scores)


def named(found: Candidates) -> list[tuple[int, float]]:
    best = found.class_scores.argmax(axis=1).tolist()
    return [
        (label, round(score, 4)) for label, score in zip(best, found.class_scores.max(axis=1).tolist(), strict=True)
    ]


def test_readings_are_the_objects_and_what_else_each_may_be() -> None:
    seven, one, three = [0, 0, 10, 10], [0, 0, 10, 9], [20, 0, 30, 10]
    some = candidates((seven, {7: 0.7, 1: 0.4}), (one, {1: 0.6, 7: 0.2}), (three, {3: 0.9}))
    found, lesser = readings(some, 0.45, 0.02)
    # The second box as 1, where the first is no 7: 0.3 x 0.6.
    assert named(found) == [(3, 0.9), (7, 0.7), (1, 0.18)]
    assert found.boxes.tolist() == [three, seven, one]
    assert lesser.tolist() == [2]
    assert found.class_scores[1] == pytest.approx(some.class_scores[0])
    assert found.class_scores[2, 7] == pytest.approx(0.2 * 0.3)
    assert named(readings(some, 0.45, 0.2)[0]) == [(3, 0.9), (7, 0.7)]


def test_another_name_has_the_scores_of_its_class_and_those_below() -> None:
    found, lesser = readings(candidates(([0, 0, 10, 10], {5: 0.5, 3: 0.4, 8: 0.3, 6: 0.2})), 0.45, 0)
    assert named(found) == [(5, 0.5), (3, 0.2), (8, 0.15)]
    assert found.class_scores[2, [5, 3, 8, 6]] == pytest.approx([0, 0, 0.15, 0.1])
    assert lesser.tolist() == [1, 2]


def test_a_sure_name_leaves_no_other() -> None:
    found, lesser = readings(candidates(([0, 0, 10, 10], {5: 0.99, 3: 0.4})), 0.45, 0)
    assert named(found) == [(5, 0.99)]
    assert not lesser.size
    assert not len(readings(candidates(), 0.45, 0)[0].boxes)


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 12), st.floats(0, 1), st.floats(0, 1))
def test_readings_leave_the_objects_as_they_are(seed: int, count: int, iou: float, score: float) -> None:
    rng = np.random.default_rng(seed)
    corners = rng.uniform(0, 40, (count, 2))
    boxes = np.concatenate([corners, corners + rng.uniform(0, 40, (count, 2))], axis=1).astype(np.float32)
    some = Candidates(boxes, rng.uniform(0, 1, (count, len(CLASSES))).astype(np.float32))
    objects = select(some, iou)
    found, lesser = readings(some, iou, score)
    every, lesser_of_all = readings(some, iou, 0)
    reached = [index for index in lesser_of_all if every.class_scores[index].max() >= score]
    np.testing.assert_array_equal(found.class_scores[lesser], every.class_scores[reached])
    best = found.class_scores.max(axis=1)
    assert (np.diff(best) <= 0).all()
    assert (best[lesser] <= 0.25 + 1e-6).all()
    assert (best[lesser] >= score).all()
    np.testing.assert_array_equal(np.delete(found.boxes, lesser, axis=0), objects.boxes)
    np.testing.assert_array_equal(np.delete(found.class_scores, lesser, axis=0), objects.class_scores)
    names = objects.class_scores.argmax(axis=1)
    for index in lesser:
        there = overlap(found.boxes[[index]], objects.boxes, iou)[0] & (objects.class_scores.max(axis=1) >= best[index])
        assert found.class_scores[index].argmax() not in names[there]


def test_sigmoid() -> None:
    np.testing.assert_allclose(
        sigmoid(np.array([-1e9, -2, 0, 2, 1e9], np.float32)), [0, 0.119203, 0.5, 0.880797, 1], rtol=1e-5
    )
