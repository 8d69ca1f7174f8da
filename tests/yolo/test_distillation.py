"""The distance from a teacher: least where the answers agree, and only where it sees an object; what it reads right."""

import pytest
import torch
from support.box_encoding import ANCHORS, GRID
from torch import Tensor

from digit_detector.yolo.anchors import AnchorGrid
from digit_detector.yolo.loss import LossSettings, distillation_loss, read_right
from digit_detector.yolo.targets import Objects

SEEN = 700
"""The prediction at which the teacher is sure of an object."""


def teacher() -> Tensor:
    raw = torch.full((2, len(GRID.strides), 17), -20.0)
    raw[..., :4] = 0
    raw[0, SEEN, 4] = 20.0
    raw[0, SEEN, 5 + 3] = 20.0
    return raw


def test_agreeing_costs_nothing() -> None:
    terms = distillation_loss(teacher(), teacher(), GRID, LossSettings())
    assert set(terms) == {"box", "objectness", "classes"}
    assert all(abs(value) < 1e-4 for value in terms.values())


@pytest.mark.parametrize(("term", "columns"), [("box", slice(0, 4)), ("classes", slice(5, 17))])
def test_distillation_counts_where_teacher_sees_objects(term: str, columns: slice) -> None:
    taught = teacher()
    for place, costs in ((SEEN, True), (SEEN + 1, False)):
        raw = taught.clone()
        raw[0, place, columns] = 2.0
        terms = distillation_loss(raw, taught, GRID, LossSettings())
        assert (terms[term] > 0.5) == costs
        assert sum(float(value) for name, value in terms.items() if name != term) < 1e-4


def test_objectness_counts_everywhere() -> None:
    taught = teacher()
    for picture, place in ((0, SEEN), (1, 5)):
        raw = taught.clone()
        raw[picture, place, 4] *= -1
        assert distillation_loss(raw, taught, GRID, LossSettings())["objectness"] > 10


@pytest.mark.parametrize(
    ("change", "right"),
    [
        ("none", True),
        ("another class", False),
        ("no object", False),
        ("an object too many", False),
        ("the same object twice", True),
    ],
)
def test_a_picture_is_read_right(change: str, right: bool) -> None:
    predictions = teacher()
    label = 4 if change == "another class" else 3
    box = GRID.boxes(predictions)[0, SEEN]
    objects = Objects(torch.tensor([0]), box[None], torch.tensor([label]))
    if change == "no object":
        predictions[0, SEEN, 4] = -20.0
    elif change == "an object too many":
        predictions[0, 0, 4] = 20.0
    elif change == "the same object twice":
        predictions[0, SEEN - 1] = predictions[0, SEEN]  # of an anchor of 8 x 8 instead of 10 x 20 pixels
        predictions[0, SEEN - 1, 2:4] = torch.tensor([10 / 8, 20 / 8]).log()
    assert read_right(predictions, objects, GRID, LossSettings()).tolist() == [right, True]


def test_a_student_moves_to_its_teacher() -> None:
    torch.manual_seed(0)
    grid = AnchorGrid(ANCHORS, 64)
    taught = torch.rand(1, len(grid.strides), 17) * 2 - 1
    raw = torch.zeros_like(taught, requires_grad=True)
    optimizer = torch.optim.Adam([raw], lr=0.05)
    for _ in range(400):
        optimizer.zero_grad()
        torch.stack(list(distillation_loss(raw, taught, grid, LossSettings()).values())).sum().backward()
        optimizer.step()
    torch.testing.assert_close(raw[..., 4:].detach(), taught[..., 4:], rtol=0, atol=0.05)
    assert not taught.requires_grad


def test_no_object_in_sight_is_finite() -> None:
    taught = torch.full((2, len(GRID.strides), 17), -50.0)
    raw = torch.zeros_like(taught, requires_grad=True)
    total = torch.stack(list(distillation_loss(raw, taught, GRID, LossSettings()).values())).sum()
    total.backward()
    assert torch.isfinite(total)
    assert raw.grad is not None
    assert torch.isfinite(raw.grad).all()
