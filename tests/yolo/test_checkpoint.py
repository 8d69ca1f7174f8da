"""A network survives its file, and a wrong file is refused in a line that says why."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from digit_detector.errors import WeightsError
from digit_detector.metadata import METADATA_KEY, ModelMetadata, NetworkConfig
from digit_detector.yolo.checkpoint import load, save
from digit_detector.yolo.network import YOLOv3
from digit_detector.yolo.rounding import quantize


def test_round_trip(network: YOLOv3, metadata: ModelMetadata, tmp_path: Path) -> None:
    metadata = replace(metadata, training={"steps": 7}, metrics={"AP50": 0.5})
    save(network, metadata, tmp_path / "new" / "a.safetensors")
    loaded, facts = load(tmp_path / "new" / "a.safetensors")
    assert facts == metadata
    assert not loaded.training
    assert all(tensor.dtype == torch.float32 for tensor in loaded.parameters())
    expected = network.state_dict()
    for name in (name for name, tensor in expected.items() if tensor.ndim == 4):
        integers, scales = quantize(network.get_submodule(name.removesuffix(".weight")))
        expected[name] = integers * scales.float()
    torch.testing.assert_close(loaded.state_dict(), expected, rtol=0, atol=0)


def test_a_second_round_trip_changes_nothing(safetensors_file: Path, tmp_path: Path) -> None:
    save(*load(safetensors_file), tmp_path / "again.safetensors")
    assert (tmp_path / "again.safetensors").read_bytes() == safetensors_file.read_bytes()


def test_kernels_are_stored_as_int8_and_variances_are_not(safetensors_file: Path) -> None:
    tensors = load_file(safetensors_file)
    assert tensors["backbone.stem.0.weight"].dtype == torch.int8
    assert tensors["backbone.stem.1.running_var"].dtype == torch.float32


def test_kernels_are_within_half_a_scale(network: YOLOv3, metadata: ModelMetadata, tmp_path: Path) -> None:
    with torch.no_grad():
        network.backbone.stem[0].weight[0] = 0
    save(network, metadata, tmp_path / "a.safetensors")
    loaded, _ = load(tmp_path / "a.safetensors")
    for name, kernel in network.named_parameters():
        if kernel.ndim == 4:
            half = kernel.abs().amax(dim=(1, 2, 3), keepdim=True) / 127 / 2
            assert ((loaded.get_parameter(name) - kernel).abs() <= 1.01 * half).all()


def test_kernels_of_older_files_are_read(safetensors_file: Path, metadata: ModelMetadata, tmp_path: Path) -> None:
    network, _ = load(safetensors_file)
    tensors = {name: t.half() if t.ndim == 4 else t for name, t in network.state_dict().items()}
    save_file(tensors, tmp_path / "a.safetensors", {METADATA_KEY: metadata.to_json()})
    loaded, _ = load(tmp_path / "a.safetensors")
    torch.testing.assert_close(loaded.state_dict(), network.state_dict(), rtol=1e-3, atol=1e-6)


def test_saving_leaves_the_network_alone(network: YOLOv3, metadata: ModelMetadata, tmp_path: Path) -> None:
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    save(network, metadata, tmp_path / "a.safetensors")
    for name, tensor in network.state_dict().items():
        torch.testing.assert_close(tensor, before[name], rtol=0, atol=0)


def test_metadata_of_another_network_is_refused(network: YOLOv3, metadata: ModelMetadata, tmp_path: Path) -> None:
    other = replace(metadata, network=NetworkConfig(width=1.0, depth=1.0, in_channels=3))
    with pytest.raises(ValueError, match="the metadata describes"):
        save(network, other, tmp_path / "a.safetensors")


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_kernels_that_are_not_finite_are_refused(
    network: YOLOv3, metadata: ModelMetadata, tmp_path: Path, value: float
) -> None:
    with torch.no_grad():
        network.backbone.stem[0].weight[0, 0, 0, 0] = value
    with pytest.raises(ValueError, match="is not finite"):
        save(network, metadata, tmp_path / "a.safetensors")


def refused(path: Path, message: str) -> None:
    with pytest.raises(WeightsError, match=message) as caught:
        load(path)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    refused(tmp_path / "none.safetensors", "does not exist")


@pytest.mark.parametrize("length", [0, 5, 1000, -1])
def test_a_file_cut_short_is_refused(safetensors_file: Path, tmp_path: Path, length: int) -> None:
    (tmp_path / "cut.safetensors").write_bytes(safetensors_file.read_bytes()[:length])
    refused(tmp_path / "cut.safetensors", "damaged or not a safetensors file")


def test_a_pointer_left_by_git_lfs_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.safetensors").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    refused(tmp_path / "a.safetensors", "damaged or not a safetensors file")


def test_weights_of_another_project_are_refused(tmp_path: Path) -> None:
    save_file({"weight": torch.zeros(3)}, tmp_path / "a.safetensors")
    refused(tmp_path / "a.safetensors", "no weights of this project")


def test_quantised_kernels_without_scales_are_refused(
    safetensors_file: Path, metadata: ModelMetadata, tmp_path: Path
) -> None:
    tensors = {name: tensor for name, tensor in load_file(safetensors_file).items() if not name.endswith(".scales")}
    save_file(tensors, tmp_path / "a.safetensors", {METADATA_KEY: metadata.to_json()})
    refused(tmp_path / "a.safetensors", "scales")


def test_undescribed_tensors_are_refused(safetensors_file: Path, metadata: ModelMetadata, tmp_path: Path) -> None:
    tensors = load_file(safetensors_file)
    del tensors["backbone.stem.1.running_var"]
    save_file(tensors, tmp_path / "a.safetensors", {METADATA_KEY: metadata.to_json()})
    refused(tmp_path / "a.safetensors", "other tensors")
