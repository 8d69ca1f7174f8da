"""Checkpoints: a trained network as a safetensors file, its tensors and the metadata to rebuild it."""

from pathlib import Path
from typing import Final

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as to_bytes
from torch import Tensor, nn

from digit_detector.errors import WeightsError
from digit_detector.metadata import METADATA_KEY, ModelMetadata
from digit_detector.yolo.network import YOLOv3
from digit_detector.yolo.rounding import quantize

SCALES: Final = ".scales"
"""Ends the name of a quantised kernel's scales."""


def save(network: YOLOv3, metadata: ModelMetadata, path: Path) -> None:
    """Write the network, convolution kernels as int8; equal networks give equal bytes.

    Raises ValueError if the metadata describes another network, or a kernel is not finite.
    """
    if network.config != metadata.network:
        raise ValueError(f"the metadata describes {metadata.network}, the network is {network.config}")
    tensors: dict[str, Tensor] = {}
    for name, tensor in network.state_dict().items():
        if tensor.ndim < 4:
            tensors[name] = tensor.cpu().contiguous()
        elif not torch.isfinite(tensor).all():
            raise ValueError(f"{name} is not finite: train again with a lower learning rate")
        else:
            convolution = network.get_submodule(name.removesuffix(".weight"))
            assert isinstance(convolution, nn.Conv2d)
            quantized = (values.cpu().contiguous() for values in quantize(convolution))
            tensors[name], tensors[f"{name}{SCALES}"] = quantized
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(to_bytes(tensors, {METADATA_KEY: metadata.to_json()}))


def load(path: Path) -> tuple[YOLOv3, ModelMetadata]:
    """Read a network in float32, on the CPU, in evaluation mode, and its metadata.

    Raises WeightsError if the file is missing, damaged, or holds another network.
    """
    tensors, text = read_tensors(path, METADATA_KEY)
    scales = {name.removesuffix(SCALES): tensors.pop(name).float() for name in list(tensors) if name.endswith(SCALES)}
    if {name for name, tensor in tensors.items() if tensor.dtype == torch.int8} != scales.keys():
        raise WeightsError(f"{path} has quantised kernels without scales, or scales without kernels: download it again")
    tensors |= {name: tensors[name].float() * scale for name, scale in scales.items()}
    metadata = ModelMetadata.from_json(text)
    network = YOLOv3(metadata.network)
    expected = {name: tensor.shape for name, tensor in network.state_dict().items()}
    if {name: tensor.shape for name, tensor in tensors.items()} != expected:
        raise WeightsError(f"{path} holds other tensors than {metadata.network} has: take another file")
    network.load_state_dict(tensors)
    return network.eval(), metadata


def read_tensors(path: Path, metadata_key: str) -> tuple[dict[str, Tensor], str]:
    """Read a safetensors file's tensors and one entry of its metadata.

    Raises WeightsError if the file is missing, damaged, or has no such entry.
    """
    if not path.is_file():
        raise WeightsError(f"{path} does not exist: check the path, or train and export the weights")
    try:
        with safe_open(path, framework="pt") as file:
            text = (file.metadata() or {}).get(metadata_key)
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
    except (SafetensorError, OSError) as error:
        raise WeightsError(f"{path} is damaged or not a safetensors file ({error}): download it again") from error
    if text is None:
        raise WeightsError(f"{path} holds no weights of this project (no `{metadata_key}` metadata): take another file")
    return tensors, text
