"""The anchor grid: where predictions sit, and how they are decoded."""

import pytest
import torch
from support.box_encoding import ANCHORS, GRID

from digit_detector.yolo.anchors import AnchorGrid
from digit_detector.yolo.box_coder import cxcywh_to_xyxy, decode


def test_forward_decodes_every_column() -> None:
    torch.manual_seed(0)
    raw = torch.randn(2, 2268, 17) * 3
    decoded = GRID(raw)
    expected = cxcywh_to_xyxy(decode(raw[..., :4], GRID.cells, GRID.strides, GRID.anchors))
    torch.testing.assert_close(decoded[..., :4], expected)
    torch.testing.assert_close(decoded[..., 4:], raw[..., 4:].sigmoid())


@pytest.mark.parametrize("scale", [1e2, 1e30])
def test_forward_is_finite_for_any_logits(scale: float) -> None:
    torch.manual_seed(0)
    decoded = GRID(torch.randn(1, 2268, 17) * scale)
    assert torch.isfinite(decoded).all()
    assert ((decoded[..., 4:] >= 0) & (decoded[..., 4:] <= 1)).all()


def test_predictions_run_over_strides_rows_columns_anchors() -> None:
    assert GRID.first.tolist() == [0, 24 * 24 * 3, 24 * 24 * 3 + 12 * 12 * 3]
    assert GRID.cells[3 * 25].tolist() == [1, 1]  # the second row's second cell
    assert GRID.anchors[:3].tolist() == [[8, 8], [10, 20], [20, 10]]
    assert GRID.strides[GRID.first].tolist() == [8, 16, 32]


def test_buffers_move_but_are_not_saved() -> None:
    assert AnchorGrid(ANCHORS, 192).to(torch.float64).cells.dtype == torch.float64
    assert GRID.state_dict() == {}
