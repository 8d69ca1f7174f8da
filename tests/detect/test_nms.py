"""NMS against a table of cases and against torchvision."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torchvision.ops import nms as torchvision_nms

from digit_detector.detect.postprocess import nms

CASES = json.loads((Path(__file__).parent / "nms_cases.json").read_text())["cases"]


def random_boxes(seed: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    corners = rng.uniform(0, 150, (count, 2))
    boxes = np.concatenate([corners, corners + rng.uniform(5, 60, (count, 2))], axis=1).astype(np.float32)
    return boxes, rng.permutation(count).astype(np.float32) / count


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_table(case: dict) -> None:
    boxes = np.array(case["boxes"], np.float32).reshape(-1, 4)
    assert nms(boxes, np.array(case["scores"], np.float32), case["iou_threshold"]).tolist() == case["kept"]


@pytest.mark.parametrize("iou_threshold", [0.1, 0.3, 0.45, 0.5, 0.7, 0.9])
@pytest.mark.parametrize("seed", range(5))
def test_keeps_what_torchvision_keeps(seed: int, iou_threshold: float) -> None:
    boxes, scores = random_boxes(seed, 400)
    expected = torchvision_nms(torch.from_numpy(boxes), torch.from_numpy(scores), iou_threshold)
    assert nms(boxes, scores, iou_threshold).tolist() == expected.tolist()


@pytest.mark.parametrize("iou_threshold", [0.2, 0.45, 0.5, 0.8])
@pytest.mark.parametrize("offset", [-1e-4, 1e-4])
def test_agrees_with_torchvision_near_the_threshold(iou_threshold: float, offset: float) -> None:
    boxes, scores = random_boxes(7, 100)
    # Of the same place and width, the second has the IoU as its share of the first one's height.
    x0, y0, x1, y1 = boxes[scores.argmax()]
    boxes[scores.argmin()] = [x0, y0, x1, y0 + (y1 - y0) * (iou_threshold + offset)]
    expected = torchvision_nms(torch.from_numpy(boxes), torch.from_numpy(scores), iou_threshold)
    assert nms(boxes, scores, iou_threshold).tolist() == expected.tolist()


@given(st.integers(0, 2**32 - 1), st.integers(0, 40), st.floats(0, 1))
def test_kept_and_suppressed_boxes(seed: int, count: int, limit: float) -> None:
    boxes, scores = random_boxes(seed, count)
    kept = nms(boxes, scores, limit)
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(-1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(-1)
    iou = shared / (areas[:, None] + areas[None] - shared)
    assert list(scores[kept]) == sorted(scores[kept], reverse=True)
    assert (iou[np.ix_(kept, kept)][~np.eye(len(kept), dtype=bool)] <= limit + 1e-6).all()
    for gone in set(range(count)) - set(kept.tolist()):
        assert (iou[gone, kept][scores[kept] > scores[gone]] >= limit - 1e-6).any()


def test_leaves_its_inputs_alone() -> None:
    boxes, scores = random_boxes(1, 50)
    before = boxes.copy(), scores.copy()
    nms(boxes, scores, 0.5)
    np.testing.assert_array_equal(boxes, before[0])
    np.testing.assert_array_equal(scores, before[1])


@pytest.mark.parametrize("iou_threshold", [-0.1, 1.1, float("nan")])
def test_refuses_a_threshold_outside_0_to_1(iou_threshold: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        nms(np.zeros((1, 4), np.float32), np.zeros(1, np.float32), iou_threshold)
