"""A grid of anchors, and the inverse of the network's box decoding."""

import torch
from torch import Tensor

from digit_detector.yolo.anchors import AnchorGrid
from digit_detector.yolo.box_coder import SIZE_LOGIT_RANGE

ANCHORS = [[(8, 8), (10, 20), (20, 10)], [(30, 30), (30, 60), (60, 30)], [(80, 80), (90, 160), (160, 90)]]
GRID = AnchorGrid(ANCHORS, 192)


def encode(boxes: Tensor, cells: Tensor, strides: Tensor, anchors: Tensor) -> Tensor:
    """Turn cxcywh (..., 4) in pixels into (tx, ty, tw, th).

    The centre must lie within half a cell of its cell; sizes must be positive.
    """
    fraction = (boxes[..., :2] / strides[..., None] - cells + 0.5) / 2
    size = (boxes[..., 2:] / anchors).log().clamp(*SIZE_LOGIT_RANGE)
    return torch.cat((fraction.logit(eps=1e-6), size), dim=-1)
