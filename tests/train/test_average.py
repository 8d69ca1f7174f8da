"""The average of two weights lies between them, part for part, and serves."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from digit_detector.cli import main
from digit_detector.detect.detector import Detector
from digit_detector.metadata import ModelMetadata
from digit_detector.yolo.checkpoint import load, save
from digit_detector.yolo.network import YOLOv3


@pytest.fixture
def pair(safetensors_file: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Weights, and others of the same network."""
    network, metadata = load(safetensors_file)
    for value in network.state_dict().values():
        if value.is_floating_point():
            value.add_(0.01)
    other = tmp_path / "other.safetensors"
    save(network, replace(metadata, score_threshold=0.71, training={"epochs": 3}, metrics={"AP50": 0.9}), other)
    return safetensors_file, other


def tensors(path: Path) -> dict[str, Tensor]:
    return {name: value for name, value in load(path)[0].state_dict().items() if value.is_floating_point()}


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_every_number_lies_between(pair: tuple[Path, Path], tmp_path: Path, share: float) -> None:
    target = tmp_path / "averaged.safetensors"
    assert main(["average", *map(str, pair), str(target), "--share", str(share)]) == 0
    first, second, averaged = tensors(pair[0]), tensors(pair[1]), tensors(target)
    for name, value in averaged.items():
        expected = (1 - share) * first[name] + share * second[name]
        torch.testing.assert_close(value, expected, atol=1e-4, rtol=1e-3)  # kernels are kept in float16
    how = {"first": pair[0].name, "second": pair[1].name, "share": share}
    expected_facts = replace(load(pair[1])[1], training={"epochs": 3, "average": how}, metrics={})
    assert Detector.load(target.with_suffix(".onnx")).metadata == expected_facts


def test_a_share_beyond_either_is_refused(
    pair: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["average", *map(str, pair), str(tmp_path / "a.safetensors"), "--share", "1.5"]) == 1
    assert "--share is 1.5: give a number from 0 to 1" in capsys.readouterr().err


def test_weights_of_different_networks_are_refused(
    safetensors_file: Path, metadata: ModelMetadata, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deeper = replace(metadata.network, depth=metadata.network.depth + 1)
    other = tmp_path / "deeper.safetensors"
    network = YOLOv3(len(metadata.classes), deeper.in_channels, deeper.width, deeper.depth)
    save(network, replace(metadata, network=deeper), other)
    words = [str(safetensors_file), str(other), str(tmp_path / "a.safetensors")]
    assert main(["average", *words]) == 1
    assert "make them equal" in capsys.readouterr().err


def test_weights_for_inputs_of_different_sizes_are_refused(
    safetensors_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    network, metadata = load(safetensors_file)
    larger = tmp_path / "larger.safetensors"
    save(network, replace(metadata, input_size=2 * metadata.input_size), larger)
    assert main(["average", str(safetensors_file), str(larger), str(tmp_path / "a.safetensors")]) == 1
    assert "give weights of one size" in capsys.readouterr().err


def test_an_output_of_another_name_is_refused(
    pair: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its ending would be cut off, and `averaged-0.35` and `averaged-0.5` would be one file."""
    assert main(["average", *map(str, pair), str(tmp_path / "averaged-0.35")]) == 1
    assert "averaged-0.35 is to hold safetensors: give it a name that ends so" in capsys.readouterr().err
    assert not list(tmp_path.glob("averaged*"))
