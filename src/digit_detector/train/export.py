"""`digit-detector export`: write a checkpoint's network as safetensors and as ONNX, which CPUs and browsers run."""

import argparse
import pickle
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar

import lightning
import numpy as np
import torch
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper
from torch import Tensor, nn

from digit_detector import onnx_files
from digit_detector.data.output import prepare_output
from digit_detector.errors import DigitDetectorError, WeightsError
from digit_detector.metadata import METADATA_KEY, ModelMetadata
from digit_detector.train.module import DetectorModule
from digit_detector.yolo import checkpoint as weights
from digit_detector.yolo.anchors import with_decoding
from digit_detector.yolo.network import ConvNormAct, YOLOv3
from digit_detector.yolo.rounding import RoundedConv2d, quantize

Module = TypeVar("Module", bound=lightning.LightningModule)

INPUT: Final = "ink"
OUTPUT: Final = "predictions"

LARGEST_BIAS: Final = 2**30
"""Of a convolution of integers, which ONNX Runtime adds up in int32."""


def main(arguments: Sequence[str]) -> None:
    """Write both weights files from a training checkpoint or from a safetensors file."""
    parser = argparse.ArgumentParser(prog="digit-detector export", description=main.__doc__)
    parser.add_argument("source", type=Path, help="a .ckpt of the training, or a .safetensors file")
    parser.add_argument("--output", type=Path, help="the .safetensors to write; default: beside the source")
    parser.add_argument("--score-threshold", type=float, help="the detector's default, 0 to 1")
    parser.add_argument("--iou-threshold", type=float, help="the detector's default, 0 to 1")
    options = parser.parse_args(arguments)
    output: Path = options.output or options.source.with_suffix(".safetensors")
    network, metadata = read_weights(options.source)
    prepare_output(output)
    thresholds = {name: getattr(options, name) for name in ("score_threshold", "iou_threshold")}
    metadata = replace(metadata, **{name: value for name, value in thresholds.items() if value is not None})
    for path in write(network, metadata, output):
        print(f"{path}  {path.stat().st_size:,} bytes")


def write(network: YOLOv3, metadata: ModelMetadata, target: Path) -> tuple[Path, Path]:
    """Write a .safetensors file and an .onnx file beside it; return their paths.

    Raises DigitDetectorError if the target has another suffix.
    """
    if target.suffix != ".safetensors":
        raise DigitDetectorError(f"{target}: the output must end in .safetensors")
    exported = target.with_suffix(".onnx")
    weights.save(network, metadata, target)
    export_onnx(target, exported)
    return target, exported


def read_module(kind: type[Module], path: Path) -> Module:
    """Read a training checkpoint, with its moving average of the weights, if it has one; raises WeightsError."""
    try:
        return kind.load_from_checkpoint(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, ValueError, KeyError, TypeError, EOFError, pickle.UnpicklingError) as error:
        # Torch's own message has many lines, and advises to load the file unsafely.
        found = f"{path} is no training checkpoint of {kind.__name__} ({type(error).__name__})"
        raise WeightsError(f"{found}: give a .ckpt of `fit`") from error


def read_checkpoint(path: Path) -> tuple[YOLOv3, ModelMetadata]:
    """Read the network of a detector's training checkpoint and its metadata; raises WeightsError."""
    module = read_module(DetectorModule, path)
    facts = torch.load(path, map_location="cpu", weights_only=True)
    settings = {name: value for name, value in facts["hyper_parameters"].items() if not name.startswith("_")}
    training = {"epochs": facts["epoch"] + 1, "steps": facts["global_step"], "settings": settings}
    return module.network.eval(), replace(module.metadata, training=training)


def read_weights(source: Path) -> tuple[YOLOv3, ModelMetadata]:
    """Read the network and metadata of a .ckpt or .safetensors file; raises WeightsError."""
    return read_checkpoint(source) if source.suffix == ".ckpt" else weights.load(source)


def export_onnx(source: Path, target: Path) -> None:
    """Export a safetensors file to ONNX; equal weights give equal bytes.

    The graph takes any number of pictures, float32 (N, 1, S, S), and returns decoded predictions (N, A, 5 + classes):
    xyxy in pixels of the input, objectness and class probabilities.

    Raises WeightsError if the source is missing, damaged, or holds another network.
    """
    network, metadata = weights.load(source)
    served = with_decoding(network, metadata)
    picture = torch.zeros(1, metadata.network.in_channels, metadata.input_size, metadata.input_size)
    model = onnx_files.trace(served, (picture.repeat(2, 1, 1, 1),), "pictures", [INPUT], [OUTPUT], "digit-detector")
    _store_kernels_as_int8(model, served)
    # Whole numbers from 0 to 255, such as the anchors and the cells' columns and rows.
    onnx_files.store_as(model, "uint8", lambda array: array.ndim == 2 and np.array_equal(array, array.astype(np.uint8)))
    _number_values(model)
    helper.set_model_props(model, {METADATA_KEY: metadata.to_json()})
    onnx_files.write(model, target)


def _store_kernels_as_int8(model: ModelProto, network: nn.Module) -> None:
    """Store the kernels in int8, as in the safetensors file: a quarter of the bytes, and the very same numbers
    unless a bias needs larger steps.

    The exporter folds batch normalisation into the kernels. So the graph holds each kernel as int8, and the product of
    its scales and of its normalisation's factors in float32, and multiplies them. ONNX Runtime would repeat a
    DequantizeLinear for every picture, unless the picture is rounded too: then it convolves the integers.
    """
    initializers = {initializer.name: initializer for initializer in model.graph.initializer}
    giver = {output: node for node in model.graph.node for output in node.output}
    nodes = []
    for convolution in (node for node in model.graph.node if node.op_type == "Conv"):
        picture, name, *bias = convolution.input
        layer = network.get_submodule(name.removesuffix(".weight"))
        assert isinstance(layer, nn.Conv2d)
        integers, scales = quantize(layer)
        factors = (scales.float() * _normalization_factors(network, name)).numpy()
        if isinstance(layer, RoundedConv2d):
            nodes += _store_for_integers(initializers, name, integers.numpy(), factors, bias, giver[picture].input[1])
            continue
        del initializers[name]
        initializers |= _named({f"{name}.int8": integers.numpy(), f"{name}.factors": factors})
        nodes.append(helper.make_node("Cast", [f"{name}.int8"], [f"{name}.float32"], to=TensorProto.FLOAT))
        nodes.append(helper.make_node("Mul", [f"{name}.float32", f"{name}.factors"], [name]))
    onnx_files.replace_initializers(model, list(initializers.values()), nodes)


def _store_for_integers(
    initializers: dict[str, TensorProto],
    name: str,
    integers: NDArray[np.int8],
    factors: NDArray[np.float32],
    biases: Sequence[str],
    scale_name: str,
) -> list[NodeProto]:
    """Store a kernel in int8 and its bias in int32, as ONNX Runtime adds them, and return the nodes that scale them.

    Args:
        initializers: of the graph, changed in place.
        name: of the kernel.
        integers: of the kernel, (O, I, K, K).
        factors: of its output channels, (O, 1, 1, 1), of either sign.
        biases: the name of its bias, if there is one.
        scale_name: that of the scale of the convolution's input.
    """
    scale = numpy_helper.to_array(initializers[scale_name])
    exact = [numpy_helper.to_array(initializers.pop(bias)) for bias in biases]
    steps = np.abs(factors).reshape(-1)
    for values in exact:  # a channel that is all but switched off has a bias beyond int32 in its own steps
        steps = np.maximum(steps, np.abs(values) / (scale * LARGEST_BIAS))
    steps = steps.clip(1e-12).astype(np.float32)
    kernel = np.rint(integers * factors / steps.reshape(factors.shape)).astype(np.int8)
    del initializers[name]
    initializers |= _named({f"{name}.integers": kernel, f"{name}.scales": steps})
    nodes = [helper.make_node("DequantizeLinear", [f"{name}.integers", f"{name}.scales"], [name], axis=0)]
    for bias, values in zip(biases, exact, strict=True):
        initializers |= _named({f"{bias}.integers": np.rint(values / (scale * steps)).astype(np.int32)})
        nodes.append(helper.make_node("Mul", [scale_name, f"{name}.scales"], [f"{bias}.scales"]))
        nodes.append(helper.make_node("DequantizeLinear", [f"{bias}.integers", f"{bias}.scales"], [bias], axis=0))
    return nodes


def _named(arrays: dict[str, NDArray[Any]]) -> dict[str, TensorProto]:
    return {name: numpy_helper.from_array(array, name) for name, array in arrays.items()}


def _number_values(model: ModelProto) -> None:
    """Number the graph's values instead of naming them, which takes 30 kB of the file."""
    numbers = {name: name for name in (INPUT, OUTPUT, "")}  # an input left out has no name
    for node in model.graph.node:
        node.ClearField("name")
        for names in (node.input, node.output):
            names[:] = [numbers.setdefault(name, str(len(numbers))) for name in names]
    for initializer in model.graph.initializer:
        initializer.name = numbers[initializer.name]


def _normalization_factors(network: nn.Module, kernel: str) -> Tensor:
    """Return the factors (O, 1, 1, 1) of the batch normalisation after a kernel; 1 where there is none."""
    unit = network.get_submodule(kernel.removesuffix(".0.weight")) if kernel.endswith(".0.weight") else None
    if not isinstance(unit, ConvNormAct):
        return torch.ones(1)
    norm = unit[1]
    assert isinstance(norm, nn.BatchNorm2d)
    assert norm.running_var is not None
    return (norm.weight.detach() / torch.sqrt(norm.running_var + norm.eps)).reshape(-1, 1, 1, 1)
