"""The average of two weights lies between them, has batch statistics of its own, and serves."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from digit_detector.cli import main
from digit_detector.detect.detector import Detector
from digit_detector.metadata import ModelMetadata
from digit_detector.train.average import interpolate, recompute_batch_norm
from digit_detector.train.dataset import SceneData
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


def parameters(path: Path) -> dict[str, Tensor]:
    return dict(load(path)[0].named_parameters())


@pytest.mark.parametrize("fraction", [0.0, 0.25, 1.0])
def test_parameters_lie_between(pair: tuple[Path, Path], fraction: float) -> None:
    first, second = (parameters(path) for path in pair)
    network = load(pair[1])[0]
    interpolate(network, load(pair[0])[0], fraction)
    for name, value in network.named_parameters():
        torch.testing.assert_close(value, (1 - fraction) * first[name] + fraction * second[name])


@pytest.mark.slow
def test_average_command(root: Path, pair: tuple[Path, Path], tmp_path: Path) -> None:
    target = tmp_path / "averaged.safetensors"
    options = ["--fraction", "0.25", "--scenes", "8", "--data-root", str(root)]
    assert main(["average", *map(str, pair), str(target), *options]) == 0
    first, second, averaged = parameters(pair[0]), parameters(pair[1]), parameters(target)
    for name, value in averaged.items():
        expected = 0.75 * first[name] + 0.25 * second[name]
        step = expected.abs().amax(dim=tuple(range(1, expected.ndim))) / 127 if expected.ndim == 4 else 0  # int8
        difference = (value - expected).abs().reshape(len(expected), -1)
        assert (difference.amax(dim=1) <= 0.51 * torch.as_tensor(step) + 1e-4).all()
    how = {"first": pair[0].name, "second": pair[1].name, "fraction": 0.25}
    expected_facts = replace(load(pair[1])[1], training={"epochs": 3, "average": how}, metrics={})
    assert Detector.load(target.with_suffix(".onnx")).metadata == expected_facts


def test_batch_norm_is_recomputed(root: Path, safetensors_file: Path) -> None:
    network, _ = load(safetensors_file)
    norm = network.backbone.stem[1]
    norm.running_mean.fill_(7.0)
    recompute_batch_norm(network, str(root), 192, scenes=8)
    images, _ = next(iter(SceneData(str(root), epoch_scenes=8, batch_size=8, workers=0).train_dataloader()))
    expected = network.backbone.stem[0](images).mean(dim=(0, 2, 3))
    torch.testing.assert_close(norm.running_mean, expected, atol=1e-5, rtol=1e-3)
    assert not network.training


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (["--fraction", "1.5"], "--fraction is 1.5: give a number from 0 to 1"),
        (["--scenes", "0"], "--scenes is 0: give 1 or more"),
    ],
)
def test_options_outside_their_range_are_errors(
    pair: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], option: list[str], message: str
) -> None:
    assert main(["average", *map(str, pair), str(tmp_path / "a.safetensors"), *option]) == 1
    assert message in capsys.readouterr().err


def test_weights_of_different_networks_are_refused(
    safetensors_file: Path, metadata: ModelMetadata, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deeper = replace(metadata.network, depth=metadata.network.depth + 1)
    other = tmp_path / "deeper.safetensors"
    save(YOLOv3(deeper), replace(metadata, network=deeper), other)
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
    assert "has input_size 192" in capsys.readouterr().err


def test_an_output_of_another_name_is_refused(
    root: Path, pair: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its ending would be cut off, and `averaged-0.35` and `averaged-0.5` would be one file."""
    options = ["--scenes", "4", "--data-root", str(root)]
    assert main(["average", *map(str, pair), str(tmp_path / "averaged-0.35"), *options]) == 1
    assert "averaged-0.35: the output must end in .safetensors" in capsys.readouterr().err
    assert not list(tmp_path.glob("averaged*"))
