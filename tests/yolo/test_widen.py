"""A wider network knows what a narrower one learned."""

import pytest
import torch

from digit_detector.errors import WeightsError
from digit_detector.metadata import NetworkConfig
from digit_detector.yolo.network import YOLOv3, widen


@pytest.fixture(scope="module")
def narrow() -> YOLOv3:
    """A network whose normalisation has seen pictures, as a trained one's has."""
    torch.manual_seed(0)
    network = YOLOv3(NetworkConfig(0.25, 0.3, in_channels=1))
    for _ in range(3):
        network(torch.rand(4, 1, 64, 64))
    return network.eval()


@pytest.mark.parametrize("width", [0.25, 0.5, 0.75])
def test_the_wider_network_predicts_the_same(narrow: YOLOv3, width: float) -> None:
    wide = YOLOv3(NetworkConfig(width, 0.3, in_channels=1)).eval()
    pictures = torch.rand(2, 1, 64, 64)
    with torch.no_grad():
        widen(narrow, wide, noise=0)
        torch.testing.assert_close(wide(pictures), narrow(pictures), rtol=1e-3, atol=1e-4)
        assert not wide(pictures).isclose(wide(pictures.flip(-1))).all()


def test_noise_makes_equal_channels_different(narrow: YOLOv3) -> None:
    wide = YOLOv3(NetworkConfig(0.5, 0.3, in_channels=1))
    for noise, equal in ((0.0, True), (0.4, False)):
        widen(narrow, wide, noise=noise)
        first = wide.backbone.stem[0].weight
        assert torch.equal(first[0], first[1]) == equal


@pytest.mark.parametrize(("width", "depth"), [(0.375, 0.3), (0.5, 1.0), (0.5, 0.1)])
def test_uneven_width_is_refused(narrow: YOLOv3, width: float, depth: float) -> None:
    with pytest.raises(WeightsError, match="a whole multiple of the width, and the same depth"):
        widen(narrow, YOLOv3(NetworkConfig(width, depth, in_channels=1)))
