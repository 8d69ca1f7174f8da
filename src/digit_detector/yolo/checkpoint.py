"""Checkpoints: a trained network as a safetensors file, its tensors and the metadata to rebuild it."""

from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as to_bytes
from torch import Tensor, nn

from digit_detector.errors import WeightsError
from digit_detector.metadata import METADATA_KEY, ModelMetadata, NetworkConfig
from digit_detector.yolo.anchors import AnchorGrid
from digit_detector.yolo.network import YOLOv3


def save(network: YOLOv3, metadata: ModelMetadata, path: Path) -> None:
    """Write the network, convolution kernels as float16; equal networks give equal bytes.

    Raises ValueError if the metadata describes another network, or a kernel does not fit float16.
    """
    if network_config(network) != metadata.network:
        raise ValueError(f"the metadata describes {metadata.network}, the network is {network_config(network)}")
    tensors = {name: _stored(name, tensor) for name, tensor in network.state_dict().items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(to_bytes(tensors, {METADATA_KEY: metadata.to_json()}))


def load(path: Path) -> tuple[YOLOv3, ModelMetadata]:
    """Read a network in float32, on the CPU, in evaluation mode, and its metadata.

    Raises WeightsError if the file is missing, damaged, or holds another network.
    """
    tensors, text = read_tensors(path, METADATA_KEY)
    metadata = ModelMetadata.from_json(text)
    network = build(metadata)
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


def build(metadata: ModelMetadata) -> YOLOv3:
    """Build an untrained network as the metadata describes it."""
    config = metadata.network
    return YOLOv3(len(metadata.classes), config.in_channels, config.width, config.depth)


def with_decoding(network: YOLOv3, metadata: ModelMetadata) -> nn.Sequential:
    """Return the network with its decoder, as it is served: (N, 1, S, S) ink to (N, A, 5 + classes)."""
    anchors = [list(scale) for scale in metadata.anchors]
    return nn.Sequential(network, AnchorGrid(anchors, metadata.input_size)).eval()


def network_config(network: YOLOv3) -> NetworkConfig:
    """Return what the network was built from."""
    return NetworkConfig(width=network.width, depth=network.depth, in_channels=network.in_channels)


def _stored(name: str, tensor: Tensor) -> Tensor:
    """Store kernels, nearly all of the bytes, as float16; other vectors (such as variances) need float32's range."""
    stored = tensor.detach().cpu().contiguous()
    if stored.ndim < 2:
        return stored
    stored = stored.to(torch.float16)
    if not torch.isfinite(stored).all():
        raise ValueError(f"{name} holds numbers beyond float16: train again with weight decay")
    return stored
