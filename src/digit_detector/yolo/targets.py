"""Assignment of predictions to objects: positive, negative and ignored predictions."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from digit_detector.metadata import ANCHORS_PER_SCALE, STRIDES
from digit_detector.yolo.anchors import AnchorGrid
from digit_detector.yolo.box_coder import iou, shape_iou, thicken, xyxy_to_cxcywh


class Objects(NamedTuple):
    """The objects of a batch of pictures, laid end to end."""

    image: Tensor
    """(M,) index of the object's picture in the batch."""
    boxes: Tensor
    """(M, 4) xyxy in pixels of the network's input."""
    labels: Tensor
    """(M,) class indices."""


@dataclass(frozen=True)
class Positives:
    """Pairs of a prediction and the object assigned to it; each prediction occurs at most once."""

    image: Tensor
    """(P,) index of the picture."""
    prediction: Tensor
    """(P,) index along the network's A predictions."""
    target: Tensor
    """(P,) index of the object."""


def assign(objects: Objects, grid: AnchorGrid, shape_threshold: float, anchors_per_object: int) -> Positives:
    """Assign positive predictions to the objects of a batch.

    An object's positives are the `anchors_per_object` anchors that fit its shape best (one in YOLOv3 section 2.1, too
    few for long and large shapes) and every other anchor whose shape overlaps it by `shape_threshold` or more, each in
    the cell of the object's centre and in the two nearest neighbouring cells (YOLOv5's assignment, which gives rare
    shapes and object borders more gradient). Thin objects count as thicker: small anchors would fit them best, but what
    predicts there does not see both ends of a long line. If two objects claim a prediction, it goes to the one whose
    centre is nearer to the prediction's cell.
    """
    boxes = xyxy_to_cxcywh(objects.boxes)
    table = torch.stack([grid.anchors[first : first + ANCHORS_PER_SCALE] for first in grid.first.tolist()])
    sizes = xyxy_to_cxcywh(thicken(objects.boxes))[:, 2:]
    overlap = shape_iou(sizes, table.reshape(-1, 2))  # (M, 9)
    chosen = overlap >= shape_threshold
    chosen.scatter_(1, overlap.topk(anchors_per_object, dim=1).indices, True)
    target, anchor = chosen.nonzero(as_tuple=True)  # (Q,), (Q,)
    scale = anchor // ANCHORS_PER_SCALE
    stride = torch.tensor(STRIDES, device=boxes.device)[scale]
    side = grid.input_size // stride

    centre = boxes[target, :2] / stride[:, None]
    cell = torch.minimum(centre.floor().clamp(min=0), side[:, None] - 1.0)
    step = torch.where(centre - cell < 0.5, -1.0, 1.0)
    zero = torch.zeros_like(step[:, 0])
    beside = torch.stack((step[:, 0], zero), dim=1)
    above = torch.stack((zero, step[:, 1]), dim=1)
    cells = torch.cat((cell, cell + beside, cell + above))  # (3Q, 2)
    target, anchor, scale, stride, side = (value.repeat(3) for value in (target, anchor, scale, stride, side))
    inside = ((cells >= 0) & (cells < side[:, None])).all(dim=1)
    cells, target, anchor, scale, side = (value[inside] for value in (cells, target, anchor, scale, side))
    stride = stride[inside]

    column, row = cells.long().unbind(dim=1)
    within = (row * side + column) * ANCHORS_PER_SCALE + anchor % ANCHORS_PER_SCALE
    prediction = grid.first[scale] + within
    image = objects.image[target]
    distance = (boxes[target, :2] / stride[:, None] - cells - 0.5).square().sum(dim=1)
    keep = _nearest_claims(image * len(grid.strides) + prediction, distance)
    return Positives(image[keep], prediction[keep], target[keep])


def _nearest_claims(slots: Tensor, distances: Tensor) -> Tensor:
    """Return indices that keep, for each distinct slot, the claim with the smallest distance."""
    by_distance = distances.argsort(stable=True)
    by_slot = slots[by_distance].argsort(stable=True)
    order = by_distance[by_slot]
    ordered = slots[order]
    is_first = torch.ones_like(ordered, dtype=torch.bool)
    is_first[1:] = ordered[1:] != ordered[:-1]
    return order[is_first]


def ignored(predicted: Tensor, objects: Objects, threshold: float) -> Tensor:
    """Mark predictions that fit an object too well to count as background: (N, A) bool.

    predicted: (N, A, 4) xyxy. A prediction that overlaps any object of its picture by more than `threshold`, both
    thickened, is neither rewarded nor punished unless it is positive (section 2.1; the authors' code compares predicted
    boxes).
    """
    seen = iou(thicken(predicted)[objects.image], thicken(objects.boxes)[:, None]) > threshold  # (M, A)
    times = torch.zeros(predicted.shape[:2], dtype=torch.int32, device=predicted.device)
    return times.index_add(0, objects.image, seen.int()) > 0
