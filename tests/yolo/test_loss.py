"""The loss: finite, zero at the truth, and pulling the right way."""

import pytest
import torch
from support.box_encoding import GRID, encode
from torch import Tensor

from digit_detector.yolo.box_coder import xyxy_to_cxcywh
from digit_detector.yolo.loss import LossSettings, yolo_loss
from digit_detector.yolo.targets import Objects, assign

SETTINGS = LossSettings(label_smoothing=0.0)
EMPTY = Objects(torch.zeros(0, dtype=torch.long), torch.zeros(0, 4), torch.zeros(0, dtype=torch.long))
TWO = Objects(
    torch.tensor([0, 1]), torch.tensor([[20.0, 30.0, 60.0, 90.0], [100.0, 100.0, 112.0, 120.0]]), torch.tensor([3, 11])
)


def perfect(objects: Objects) -> Tensor:
    """Raw predictions that are certain and right."""
    raw = torch.full((2, len(GRID.strides), 17), -20.0)
    raw[..., :4] = 0
    positives = assign(objects, GRID, SETTINGS.shape_threshold, SETTINGS.anchors_per_object)
    at = positives.prediction
    wanted = xyxy_to_cxcywh(objects.boxes)[positives.target]
    raw[positives.image, at, :4] = encode(wanted, GRID.cells[at], GRID.strides[at], GRID.anchors[at])
    raw[positives.image, at, 4] = 20.0
    raw[positives.image, at, 5 + objects.labels[positives.target]] = 20.0
    return raw


def test_the_truth_costs_nothing() -> None:
    terms = yolo_loss(perfect(TWO), TWO, GRID, SETTINGS)
    assert set(terms) == {"box", "objectness", "classes"}
    assert all(value < 1e-2 for value in terms.values())


def test_each_mistake_costs_in_its_own_term() -> None:
    right = perfect(TWO)
    positives = assign(TWO, GRID, SETTINGS.shape_threshold, SETTINGS.anchors_per_object)
    at = (positives.image, positives.prediction)
    for term, columns in (("box", slice(0, 4)), ("classes", slice(5, 17))):
        wrong = right.clone()
        wrong[at] = wrong[at].index_fill(1, torch.arange(17)[columns], 2.0)
        costs = yolo_loss(wrong, TWO, GRID, SETTINGS)
        assert costs[term] > 0.5, term
        assert costs["classes" if term == "box" else "box"] < 1e-2


@pytest.mark.parametrize("objects", [EMPTY, TWO])
def test_finite_values_and_gradients(objects: Objects) -> None:
    torch.manual_seed(0)
    raw = (torch.randn(2, len(GRID.strides), 17) * 30).requires_grad_()
    terms = yolo_loss(raw, objects, GRID, LossSettings())
    total = torch.stack(list(terms.values())).sum()
    total.backward()
    assert torch.isfinite(total)
    assert raw.grad is not None
    assert torch.isfinite(raw.grad).all()


def test_empty_pictures_cost_objectness_alone() -> None:
    terms = yolo_loss(torch.zeros(2, len(GRID.strides), 17), EMPTY, GRID, LossSettings())
    assert terms["box"] == 0
    assert terms["classes"] == 0
    assert terms["objectness"] > 0


def test_inputs_stay_as_they_were() -> None:
    torch.manual_seed(0)
    raw = torch.randn(2, len(GRID.strides), 17)
    before, boxes = raw.clone(), TWO.boxes.clone()
    yolo_loss(raw, TWO, GRID, LossSettings())
    assert torch.equal(raw, before)
    assert torch.equal(TWO.boxes, boxes)


def test_unassigned_good_predictions_cost_nothing() -> None:
    """A certain prediction at the object, in a cell that does not answer for it, costs nothing."""
    raw = perfect(TWO)
    near = (GRID.cells == torch.tensor([5.0, 7.0])).all(1) & (GRID.strides == 8) & (GRID.anchors[:, 0] == 10)
    index = int(near.nonzero().item())
    one = slice(index, index + 1)
    clamped = xyxy_to_cxcywh(TWO.boxes[:1])
    raw[0, one, :4] = encode(clamped, GRID.cells[one], GRID.strides[one], GRID.anchors[one])
    raw[0, index, 4] = 20.0
    assert yolo_loss(raw, TWO, GRID, SETTINGS)["objectness"] < 1e-2
