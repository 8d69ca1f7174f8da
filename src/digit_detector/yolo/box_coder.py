"""Box coder: box formats, overlaps, and the decoding of the network's coordinates.

xyxy is (x0, y0, x1, y1); cxcywh is (centre x, centre y, width, height); both in pixels of the network's input.
"""

import math
from typing import Final

import torch
from torch import Tensor

EPSILON: Final = 1e-7

SIZE_LOGIT_RANGE: Final = (-8.0, 4.0)
"""Bounds of tw and th before `exp`: from 1/3000 to 55 times the anchor, so that nothing overflows."""

MAX_ASPECT: Final = 3.0
"""Ratio of a box's sides above which it counts as thicker than it is; see `thicken`."""


def xyxy_to_cxcywh(boxes: Tensor) -> Tensor:
    """(..., 4) xyxy to (..., 4) cxcywh."""
    low, high = boxes[..., :2], boxes[..., 2:]
    return torch.cat(((low + high) / 2, high - low), dim=-1)


def cxcywh_to_xyxy(boxes: Tensor) -> Tensor:
    """(..., 4) cxcywh to (..., 4) xyxy."""
    centre, half = boxes[..., :2], boxes[..., 2:] / 2
    return torch.cat((centre - half, centre + half), dim=-1)


def decode(raw: Tensor, cells: Tensor, strides: Tensor, anchors: Tensor) -> Tensor:
    """The network's (tx, ty, tw, th) to cxcywh in pixels.

    raw: (..., 4); cells: (..., 2) column and row; strides: (...,); anchors: (..., 2) in pixels.
    Width and height as in YOLOv3 (section 2.1), b = p e^t. The centre, 2 sigma(t) - 0.5 + c, reaches half a cell
    over each edge of its own ("eliminate grid sensitivity", YOLOv4 section 3.4), which sigma(t) + c cannot.
    """
    centre = (2 * raw[..., :2].sigmoid() - 0.5 + cells) * strides[..., None]
    size = anchors * raw[..., 2:].clamp(*SIZE_LOGIT_RANGE).exp()
    return torch.cat((centre, size), dim=-1)


def shape_iou(sizes: Tensor, anchors: Tensor) -> Tensor:
    """IoU of (M, 2) and (K, 2) widths and heights laid corner on corner: (M, K)."""
    overlap = torch.minimum(sizes[:, None], anchors[None]).prod(-1)
    return overlap / (sizes.prod(-1)[:, None] + anchors.prod(-1)[None] - overlap + EPSILON)


def iou(first: Tensor, second: Tensor) -> Tensor:
    """IoU of xyxy boxes that broadcast against each other: (...,)."""
    low = torch.maximum(first[..., :2], second[..., :2])
    high = torch.minimum(first[..., 2:], second[..., 2:])
    overlap = (high - low).clamp(min=0).prod(-1)
    area_first = (first[..., 2:] - first[..., :2]).prod(-1)
    area_second = (second[..., 2:] - second[..., :2]).prod(-1)
    return overlap / (area_first + area_second - overlap + EPSILON)


def thicken(boxes: Tensor) -> Tensor:
    """Widen thin xyxy boxes (..., 4) around their centres, so that no side exceeds MAX_ASPECT times the other.

    A box a few pixels too wide around a bare 1 has less than half of the IoU, though `snap_to_ink` corrects it. When
    both are thickened, it has nearly all.
    """
    centres, sizes = (boxes[..., :2] + boxes[..., 2:]) / 2, boxes[..., 2:] - boxes[..., :2]
    halves = sizes.maximum(sizes.amax(dim=-1, keepdim=True) / MAX_ASPECT) / 2
    return torch.cat((centres - halves, centres + halves), dim=-1)


def complete_iou(predicted: Tensor, target: Tensor) -> Tensor:
    """Complete IoU (Zheng et al. 2020, "Distance-IoU Loss", equation 10) of paired xyxy boxes: (M,)."""
    overlap = iou(predicted, target)
    corner_low = torch.minimum(predicted[..., :2], target[..., :2])
    corner_high = torch.maximum(predicted[..., 2:], target[..., 2:])
    diagonal = (corner_high - corner_low).square().sum(-1) + EPSILON
    first, second = xyxy_to_cxcywh(predicted), xyxy_to_cxcywh(target)
    distance = (first[..., :2] - second[..., :2]).square().sum(-1)
    angle_first = torch.atan2(first[..., 2], first[..., 3].clamp(min=EPSILON))
    angle_second = torch.atan2(second[..., 2], second[..., 3].clamp(min=EPSILON))
    aspect = 4 / math.pi**2 * (angle_first - angle_second).square()
    with torch.no_grad():
        weight = aspect / (1 - overlap + aspect + EPSILON)
    return overlap - distance / diagonal - weight * aspect
