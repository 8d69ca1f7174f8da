"""The network has the paper's shape, and its numbers come out in the documented order."""

import pytest
import torch

from digit_detector.metadata import NetworkConfig
from digit_detector.yolo.network import YOLOv3

SMALL = NetworkConfig(width=0.125, depth=0.1, in_channels=1)


def test_full_network_has_the_authors_number_of_parameters() -> None:
    with torch.device("meta"):
        network = YOLOv3(NetworkConfig(width=1.0, depth=1.0, in_channels=3))
    assert sum(parameter.numel() for parameter in network.parameters()) == 61_582_969


@pytest.mark.parametrize(("size", "count"), [(192, 2268), (96, 567)])
def test_one_row_for_each_cell_and_anchor(size: int, count: int) -> None:
    network = YOLOv3(SMALL).eval()
    assert network(torch.rand(2, 1, size, size)).shape == (2, count, 17)


def test_predictions_run_over_rows_columns_and_anchors() -> None:
    """Changing one cell of a head's output changes the rows that the documented order gives to this cell."""
    network = YOLOv3(SMALL)
    scale = torch.zeros(1, 3 * 17, 4, 6)
    scale[0, 17 + 4, 2, 5] = 1.0  # the second anchor's objectness, row 2, column 5
    flat = network._flatten(scale)
    assert flat.nonzero().tolist() == [[0, (2 * 6 + 5) * 3 + 1, 4]]


def test_batch_equals_one_by_one() -> None:
    torch.manual_seed(0)
    network = YOLOv3(SMALL).eval()
    images = torch.rand(3, 1, 96, 96)
    torch.testing.assert_close(network(images), torch.cat([network(image[None]) for image in images]))


def test_fresh_network_sees_nothing() -> None:
    torch.manual_seed(0)
    network = YOLOv3(SMALL).eval()
    assert network(torch.zeros(1, 1, 96, 96))[..., 4].sigmoid().max() < 0.1
