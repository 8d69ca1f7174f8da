"""Which predictions answer for which object."""

import pytest
import torch
from support.box_encoding import ANCHORS, GRID, encode
from torch import Tensor

from digit_detector.yolo.anchors import cluster_anchors
from digit_detector.yolo.box_coder import cxcywh_to_xyxy, decode, shape_iou, xyxy_to_cxcywh
from digit_detector.yolo.targets import Objects, assign, ignored


def objects(*boxes: tuple[float, float, float, float], image: tuple[int, ...] | None = None) -> Objects:
    """Objects from cxcywh boxes, all labelled 3."""
    count = len(boxes)
    return Objects(
        image=torch.tensor(image or [0] * count, dtype=torch.long),
        boxes=cxcywh_to_xyxy(torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4)),
        labels=torch.full((count,), 3),
    )


def test_best_anchor_in_centre_cell_and_neighbours() -> None:
    positives = assign(objects((100, 57, 30, 60)), GRID, shape_threshold=0.99, anchors_per_object=1)
    cells = GRID.cells[positives.prediction]
    assert GRID.anchors[positives.prediction].tolist() == [[30, 60]] * 3
    # 100 / 16 = 6.25 is nearer to cell 5, 57 / 16 = 3.56 nearer to cell 4.
    assert sorted(map(tuple, cells.tolist())) == [(5, 3), (6, 3), (6, 4)]


def test_anchors_of_similar_shape_are_positive_too() -> None:
    alone = assign(objects((96, 96, 33, 33)), GRID, shape_threshold=0.99, anchors_per_object=1)
    several = assign(objects((96, 96, 33, 33)), GRID, shape_threshold=0.45, anchors_per_object=1)
    assert len(several.target) > len(alone.target)
    overlap = shape_iou(torch.tensor([[33.0, 33.0]]), GRID.anchors[several.prediction])
    assert (overlap >= 0.45).all()


def test_long_line_has_the_anchors_of_a_wider_object() -> None:
    positives = assign(objects((100, 96, 6, 150)), GRID, shape_threshold=0.5, anchors_per_object=3)
    anchors = GRID.anchors[positives.prediction].unique(dim=0)
    assert len(anchors) == 3
    shapes = shape_iou(torch.tensor([[50.0, 150.0]]), torch.tensor(ANCHORS).reshape(-1, 2))[0]
    chosen = shape_iou(torch.tensor([[50.0, 150.0]]), anchors)[0]
    assert chosen.min() == shapes.sort(descending=True).values[2]
    assert 32 in GRID.strides[positives.prediction]


@pytest.mark.parametrize("corner", [(0.0, 0.0), (192.0, 192.0), (0.0, 192.0)])
def test_centres_on_the_border_stay_on_the_grid(corner: tuple[float, float]) -> None:
    positives = assign(objects((*corner, 12, 12)), GRID, shape_threshold=0.5, anchors_per_object=1)
    assert len(positives.target) > 0
    assert (positives.prediction >= 0).all()
    assert (positives.prediction < len(GRID.strides)).all()


def test_each_prediction_answers_for_one_object_only() -> None:
    generator = torch.Generator().manual_seed(0)
    boxes = torch.rand(40, 4, generator=generator) * torch.tensor([192, 192, 40, 40]) + torch.tensor([0, 0, 4, 4])
    many = Objects(torch.arange(40) % 2, cxcywh_to_xyxy(boxes), torch.zeros(40, dtype=torch.long))
    positives = assign(many, GRID, shape_threshold=0.4, anchors_per_object=1)
    slots = positives.image * len(GRID.strides) + positives.prediction
    assert len(slots.unique()) == len(slots)
    assert torch.equal(many.image[positives.target], positives.image)


def test_of_two_objects_the_nearer_has_the_prediction() -> None:
    positives = assign(
        objects((100, 100, 30, 30), (107, 100, 30, 30)), GRID, shape_threshold=0.99, anchors_per_object=1
    )
    contested = (GRID.cells[positives.prediction] == torch.tensor([6.0, 6.0])).all(dim=1)
    assert positives.target[contested].tolist() == [1]  # cell 6's centre is at 104


def test_targets_are_within_reach_of_the_decoder() -> None:
    generator = torch.Generator().manual_seed(1)
    boxes = torch.rand(60, 4, generator=generator) * torch.tensor([190, 190, 100, 100]) + torch.tensor([1, 1, 4, 4])
    many = Objects(torch.zeros(60, dtype=torch.long), cxcywh_to_xyxy(boxes), torch.zeros(60, dtype=torch.long))
    positives = assign(many, GRID, shape_threshold=0.5, anchors_per_object=1)
    at = positives.prediction
    wanted = xyxy_to_cxcywh(many.boxes)[positives.target]
    raw = encode(wanted, GRID.cells[at], GRID.strides[at], GRID.anchors[at])
    again = decode(raw, GRID.cells[at], GRID.strides[at], GRID.anchors[at])
    torch.testing.assert_close(again, wanted, rtol=1e-3, atol=0.02)


def test_no_objects_no_positives() -> None:
    assert len(assign(objects(), GRID, shape_threshold=0.5, anchors_per_object=1).target) == 0


def test_ignored_predictions_stay_in_their_picture() -> None:
    seen = objects((50, 50, 20, 20), image=(1,))
    predicted = seen.boxes.repeat(2, 3, 1)  # 2 pictures, 3 predictions on the object's place
    predicted[:, 2] += 15
    mask = ignored(predicted, seen, threshold=0.7)
    assert mask.tolist() == [[False, False, False], [True, True, False]]


def test_ignored_predictions_of_each_object() -> None:
    seen = objects((50, 50, 20, 20), (120, 120, 30, 30), (50, 50, 20, 20), image=(0, 0, 1))
    predicted = seen.boxes[[0, 1, 1]].repeat(2, 1, 1)
    assert ignored(predicted, seen, threshold=0.7).tolist() == [[True, True, True], [True, False, False]]
    assert not ignored(predicted, objects(), threshold=0.7).any()


def planted_sizes(centres: Tensor) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return centres.repeat(50, 1) * (1 + 0.05 * torch.randn(50 * len(centres), 2, generator=generator))


def test_clustering_finds_planted_sizes() -> None:
    centres = torch.tensor([[10.0, 10.0], [20.0, 60.0], [100.0, 50.0]])
    found = cluster_anchors(planted_sizes(centres), count=3, seed=2)
    assert shape_iou(centres, found).amax(dim=1).min() > 0.9
    assert (found.prod(dim=1).diff() > 0).all()


def test_clustering_names_too_few_boxes() -> None:
    with pytest.raises(ValueError, match="9 anchors need at least 9 boxes, got 4"):
        cluster_anchors(torch.rand(4, 2), count=9)
