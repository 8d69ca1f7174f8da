"""The ONNX file agrees with torch, takes a quarter of float32's bytes, and reveals nothing about the machine."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from digit_detector.cli import main
from digit_detector.errors import WeightsError
from digit_detector.metadata import METADATA_KEY, ModelMetadata
from digit_detector.train.export import read_checkpoint, write
from digit_detector.yolo.anchors import with_decoding
from digit_detector.yolo.checkpoint import load
from digit_detector.yolo.network import YOLOv3
from digit_detector.yolo.rounding import RoundedConv2d


def pictures(count: int) -> torch.Tensor:
    return torch.rand(count, 1, 192, 192, generator=torch.Generator().manual_seed(0))


def test_agrees_with_torch(safetensors_file: Path, onnx_file: Path) -> None:
    served = with_decoding(*load(safetensors_file))
    session = onnxruntime.InferenceSession(onnx_file, providers=["CPUExecutionProvider"])
    for picture in pictures(3):
        with torch.inference_mode():
            expected = served(picture[None]).numpy()
        found = session.run(None, {"ink": picture[None].numpy()})[0]
        np.testing.assert_allclose(found[..., :4], expected[..., :4], rtol=1e-4, atol=1e-3)  # pixels
        np.testing.assert_allclose(found[..., 4:], expected[..., 4:], rtol=0, atol=2e-5)


@pytest.mark.slow
def test_rounded_layers_convolve_integers(rounded_network: YOLOv3, metadata: ModelMetadata, tmp_path: Path) -> None:
    with torch.no_grad():  # a channel whose bias is large beside its kernel, and one with a negative factor
        norm = rounded_network.backbone.stages[1][0][1]
        norm.weight[0], norm.bias[0], norm.weight[1] = 1e-12, 0.5, -0.7
    facts = replace(metadata, network=rounded_network.config)
    weights, exported = write(rounded_network, facts, tmp_path / "a.safetensors")
    served = with_decoding(*load(weights))
    picture = (pictures(1) < 0.1).float()
    with torch.inference_mode():
        expected = served(picture).numpy()
    session = onnxruntime.InferenceSession(exported, providers=["CPUExecutionProvider"])
    found = session.run(None, {"ink": picture.numpy()})[0]
    # One rounding the other way changes others behind it.
    difference = np.abs(found[..., 4:] - expected[..., 4:])
    assert difference.mean() < 0.01
    assert difference.max() < 0.1
    graph = onnx.load(exported).graph
    giver = {node.output[0]: node.op_type for node in graph.node}
    rounded = sum(isinstance(layer, RoundedConv2d) for layer in rounded_network.modules())
    assert rounded > 20
    convolutions = [node for node in graph.node if node.op_type == "Conv"]
    of_integers = [all(giver.get(name) == "DequantizeLinear" for name in node.input) for node in convolutions]
    assert sum(of_integers) == rounded


def test_carries_the_metadata(onnx_file: Path, metadata: ModelMetadata) -> None:
    properties = {entry.key: entry.value for entry in onnx.load(onnx_file).metadata_props}
    assert set(properties) == {METADATA_KEY}
    assert ModelMetadata.from_json(properties[METADATA_KEY]) == metadata


def test_takes_one_byte_a_parameter(safetensors_file: Path, onnx_file: Path) -> None:
    parameters = sum(parameter.numel() for parameter in load(safetensors_file)[0].parameters())
    rest = 160_000  # the graph, channels' factors and the anchor grid in float32
    assert onnx_file.stat().st_size < parameters + rest


def test_tells_nothing_about_the_machine(onnx_file: Path) -> None:
    content = onnx_file.read_bytes()
    for trace in (str(Path.cwd()), str(Path.home()), ".py", "site-packages", "stack_trace", "torch"):
        assert trace.encode() not in content


def test_a_file_that_is_no_checkpoint_is_refused_in_one_line(onnx_file: Path, tmp_path: Path) -> None:
    for name, content in {"none": None, "empty": b"", "onnx": onnx_file.read_bytes()}.items():
        path = tmp_path / f"{name}.ckpt"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(WeightsError, match="is no training checkpoint of DetectorModule") as caught:
            read_checkpoint(path)
        assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_another_threshold_changes_the_metadata_alone(
    safetensors_file: Path, onnx_file: Path, metadata: ModelMetadata, tmp_path: Path
) -> None:
    """Equal weights give equal bytes."""
    options = ["--score-threshold", "0.25"]
    assert main(["export", str(safetensors_file), "--output", str(tmp_path / "b.safetensors"), *options]) == 0
    expected = replace(metadata, score_threshold=0.25)
    assert load(tmp_path / "b.safetensors")[1] == expected
    before, after = onnx.load(onnx_file), onnx.load(tmp_path / "b.onnx")
    assert ModelMetadata.from_json(after.metadata_props[0].value) == expected
    after.metadata_props[0].value = before.metadata_props[0].value
    assert after.SerializeToString() == before.SerializeToString()
