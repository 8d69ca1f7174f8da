"""Rounded layers take few values, learn their ranges, and train with the kernels that their file will hold."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from digit_detector.detect.backends import TorchBackend
from digit_detector.metadata import ModelMetadata
from digit_detector.yolo.anchors import with_decoding
from digit_detector.yolo.checkpoint import load, save
from digit_detector.yolo.network import YOLOv3, widen
from digit_detector.yolo.rounding import RoundedConv2d, Rounding


def test_training_learns_the_range_and_evaluation_keeps_it() -> None:
    rounding = Rounding()
    for values in ([1.0, 2.0], [-0.5, 1.0]):
        rounding(torch.tensor(values))
    assert (float(rounding.low), float(rounding.high)) == (-0.5, 2.0)
    rounded = rounding.eval()(torch.linspace(-3, 3, 10_001))
    assert (float(rounding.low), float(rounding.high)) == (-0.5, 2.0)
    assert len(rounded.unique()) == 256
    assert rounded.min() == pytest.approx(-0.5, abs=0.01)
    assert rounded.max() == pytest.approx(2.0, abs=0.01)
    assert 0.0 in rounded


def test_gradients_pass_as_if_nothing_were_rounded() -> None:
    rounding = Rounding()
    values = torch.tensor([0.0, 0.3, 100.0], requires_grad=True)
    rounded = rounding(values)
    rounded.sum().backward()
    torch.testing.assert_close(rounded, rounding.eval()(values))
    assert rounded[1].item() == pytest.approx(100 / 255)
    assert values.grad is not None
    assert values.grad.tolist() == [1, 1, 1]


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_rounding_keeps_layout_and_precision(layout: torch.memory_format, dtype: torch.dtype) -> None:
    values = torch.randn(2, 3, 4, 5, generator=torch.Generator().manual_seed(0))
    expected = Rounding()(values)
    given = Rounding()(values.to(dtype).to(memory_format=layout))
    assert given.dtype == dtype
    assert given.is_contiguous(memory_format=layout)
    torch.testing.assert_close(given.float(), expected, atol=0.03, rtol=0.02)


def test_a_kernel_is_trained_as_it_will_be_stored() -> None:
    torch.manual_seed(0)
    convolution = RoundedConv2d(2, 3, 3)
    pictures = torch.rand(2, 2, 8, 8)
    given = convolution(pictures)
    given.sum().backward()
    assert convolution.weight.grad is not None
    assert convolution.weight.grad.count_nonzero() == convolution.weight.numel()
    extent = convolution.weight.detach().abs().amax(dim=(1, 2, 3), keepdim=True)
    assert not torch.equal(convolution.eval()(pictures), given)
    scale = (extent / 63).bfloat16().float()
    convolution.weight.data = (convolution.weight / scale).round().clamp(-63, 63).data * scale
    torch.testing.assert_close(convolution(pictures), given)


def test_file_of_a_rounded_network(rounded_network: YOLOv3, metadata: ModelMetadata, tmp_path: Path) -> None:
    facts = replace(metadata, network=rounded_network.config)
    save(rounded_network, facts, tmp_path / "a.safetensors")
    loaded, again = load(tmp_path / "a.safetensors")
    assert again == facts
    assert float(loaded.backbone.stages[1][1].sum.high) == float(rounded_network.backbone.stages[1][1].sum.high) > 0
    save(loaded, again, tmp_path / "b.safetensors")
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()


def test_torch_serves_a_rounded_network_in_floating_point(
    rounded_network: YOLOv3, metadata: ModelMetadata, tmp_path: Path
) -> None:
    facts = replace(metadata, network=rounded_network.config)
    save(rounded_network, facts, tmp_path / "a.safetensors")
    stored, _ = load(tmp_path / "a.safetensors")
    exact = YOLOv3(replace(stored.config, rounded=False))
    exact.load_state_dict(stored.state_dict(), strict=False)
    pictures = torch.rand(2, 1, 192, 192, generator=torch.Generator().manual_seed(1))
    served = TorchBackend(tmp_path / "a.safetensors", "cpu")(pictures.numpy())
    with torch.inference_mode():
        expected, rounded = (with_decoding(network, facts)(pictures).numpy() for network in (exact, stored))
    assert np.array_equal(served, expected)
    assert not np.array_equal(served, rounded)


def test_weights_move_between_rounded_and_other_networks(network: YOLOv3, rounded_network: YOLOv3) -> None:
    rounded = YOLOv3(rounded_network.config)
    widen(network, rounded)
    torch.testing.assert_close(dict(rounded.named_parameters()), dict(network.named_parameters()), rtol=0, atol=0)
    widen(rounded_network, rounded)
    torch.testing.assert_close(rounded.state_dict(), rounded_network.state_dict(), rtol=0, atol=0)
    widen(rounded_network, network)
    torch.testing.assert_close(dict(network.named_parameters()), dict(rounded.named_parameters()), rtol=0, atol=0)


def test_rounding_changes_little(network: YOLOv3, rounded_network: YOLOv3) -> None:
    pictures = (torch.rand(2, 1, 96, 96, generator=torch.Generator().manual_seed(1)) < 0.1).float()
    with torch.inference_mode():
        given, expected = rounded_network(pictures), network(pictures)
    change = (given - expected).square().mean() / expected.var()
    assert 0 < change < 0.05
