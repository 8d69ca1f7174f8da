"""Box formats, overlaps, and the network's coordinates."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from support.box_encoding import encode
from torch import Tensor
from torchvision.ops import box_iou, complete_box_iou_loss

from digit_detector.detect.postprocess import snap_to_ink
from digit_detector.yolo.box_coder import (
    complete_iou,
    cxcywh_to_xyxy,
    decode,
    iou,
    shape_iou,
    thicken,
    xyxy_to_cxcywh,
)


def random_boxes(count: int, seed: int) -> Tensor:
    low = torch.rand(count, 2, generator=torch.Generator().manual_seed(seed)) * 150
    size = torch.rand(count, 2, generator=torch.Generator().manual_seed(seed + 1)) * 40 + 0.5
    return torch.cat((low, low + size), dim=1)


def test_formats_round_trip() -> None:
    boxes = random_boxes(50, 0)
    torch.testing.assert_close(cxcywh_to_xyxy(xyxy_to_cxcywh(boxes)), boxes)


@given(
    st.floats(-0.49, 1.49),
    st.floats(-0.49, 1.49),
    st.floats(0.5, 400),
    st.floats(0.5, 400),
    st.sampled_from([8.0, 16.0, 32.0]),
)
def test_decode_inverts_encode(dx: float, dy: float, width: float, height: float, stride: float) -> None:
    cells = torch.tensor([[3.0, 2.0]])
    strides = torch.tensor([stride])
    anchors = torch.tensor([[20.0, 30.0]])
    box = torch.tensor([[(3 + dx) * stride, (2 + dy) * stride, width, height]])
    again = decode(encode(box, cells, strides, anchors), cells, strides, anchors)
    torch.testing.assert_close(again, box, rtol=1e-3, atol=1e-2)


def test_no_logit_overflows() -> None:
    raw = torch.tensor([[0.0, 0.0, 1e9, -1e9]])
    box = decode(raw, torch.zeros(1, 2), torch.tensor([8.0]), torch.tensor([[10.0, 10.0]]))
    assert torch.isfinite(box).all()
    assert (box[:, 2:] > 0).all()


def test_iou_agrees_with_torchvision() -> None:
    first, second = random_boxes(40, 2), random_boxes(30, 5)
    torch.testing.assert_close(iou(first[:, None], second[None]), box_iou(first, second))


def test_complete_iou_agrees_with_torchvision() -> None:
    first, second = random_boxes(60, 8), random_boxes(60, 11)
    torch.testing.assert_close(
        1 - complete_iou(first, second), complete_box_iou_loss(first, second), rtol=1e-4, atol=1e-5
    )


def test_thickening_forgives_what_snapping_corrects() -> None:
    ink = np.zeros((192, 192), np.float32)
    ink[60:100, 90:94] = 1  # a bare 1
    one = torch.tensor([[90.0, 60.0, 94.0, 100.0]])
    wide = one + torch.tensor([[-2.0, 0.0, 2.5, 0.0]])
    assert iou(wide, one) < 0.5
    assert iou(thicken(wide), thicken(one)) > 0.9
    assert torch.from_numpy(snap_to_ink(wide.numpy(), ink)).equal(one)


def test_thickened_lines_beside_each_other_overlap_little() -> None:
    one = torch.tensor([[90.0, 60.0, 94.0, 100.0]])
    assert iou(thicken(one + torch.tensor([[8.0, 0.0, 8.0, 0.0]])), thicken(one)) < 0.3


def test_other_boxes_stay_as_they_are() -> None:
    offset = torch.tensor([20.0, 20.0, 70.0, 70.0])
    boxes = torch.rand(50, 4, generator=torch.Generator().manual_seed(0)) * 20 + offset
    torch.testing.assert_close(thicken(boxes), boxes)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [((10, 10), (10, 10), 1.0), ((10, 10), (5, 10), 0.5), ((10, 4), (4, 10), 16 / 64)],
)
def test_shape_iou(first: tuple[float, float], second: tuple[float, float], expected: float) -> None:
    overlap = shape_iou(torch.tensor([first]).float(), torch.tensor([second]).float())
    assert overlap.item() == pytest.approx(expected, abs=1e-6)
