"""The baselines' networks, small classifiers of 28 x 28 pictures, and their weights files."""

import importlib.resources
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, Self, get_args

import torch
from safetensors.torch import save as to_bytes
from torch import Tensor, nn

from digit_detector.classes import CLASSES, DIGITS
from digit_detector.errors import WeightsError
from digit_detector.evaluate.baselines.contours import SIDE
from digit_detector.yolo.checkpoint import read_tensors

METADATA_KEY: Final = "digit_detector_baseline"
NAMES: Final = ("cnn10", "cnn12", "vit12")

Kind = Literal["cnn", "vit"]


class CNN(nn.Sequential):
    """Three convolutions and three dense layers: 88,226 parameters for ten classes."""

    def __init__(self, classes: int) -> None:
        super().__init__(
            *_convolution(1, 4),  # (N, 4, 14, 14)
            *_convolution(4, 16),  # (N, 16, 7, 7)
            *_convolution(16, 64),  # (N, 64, 3, 3)
            nn.Flatten(),
            *(nn.Linear(576, 128), nn.ReLU()),
            *(nn.Linear(128, 32), nn.ReLU()),
            nn.Linear(32, classes),
        )


def _convolution(before: int, after: int) -> tuple[nn.Module, ...]:
    return nn.Conv2d(before, after, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)


class ViT(nn.Module):
    """A vision transformer (Dosovitskiy et al. 2021) of 16 patches, four layers and 64 channels."""

    PATCH: Final = 7
    CHANNELS: Final = 64

    def __init__(self, classes: int) -> None:
        super().__init__()
        patches = (SIDE // self.PATCH) ** 2
        self.embed = nn.Conv2d(1, self.CHANNELS, self.PATCH, self.PATCH)
        self.token = nn.Parameter(torch.zeros(1, 1, self.CHANNELS))
        self.positions = nn.Parameter(torch.randn(1, 1 + patches, self.CHANNELS) * 0.02)
        layer = nn.TransformerEncoderLayer(
            self.CHANNELS, 4, 2 * self.CHANNELS, dropout=0, activation="gelu", batch_first=True, norm_first=True
        )
        self.encoder = nn.TransformerEncoder(layer, 4, nn.LayerNorm(self.CHANNELS), enable_nested_tensor=False)
        self.head = nn.Linear(self.CHANNELS, classes)

    def forward(self, pictures: Tensor) -> Tensor:
        """Compute logits (N, classes) of pictures (N, 1, 28, 28) from the class token."""
        patches = self.embed(pictures).flatten(2).transpose(1, 2)  # (N, 16, C)
        tokens = torch.cat([self.token.expand(len(patches), -1, -1), patches], dim=1) + self.positions
        logits: Tensor = self.head(self.encoder(tokens)[:, 0])
        return logits


def build(kind: Kind, classes: int) -> CNN | ViT:
    """Build an untrained network: (N, 1, 28, 28), ink in [0, 1], to logits (N, classes)."""
    return CNN(classes) if kind == "cnn" else ViT(classes)


def path_of(name: str) -> Path:
    """Return the path of the weights of one of NAMES."""
    return Path(str(importlib.resources.files("digit_detector.models"))) / f"baselines/{name}.safetensors"


@dataclass(frozen=True)
class Facts:
    """The kind of network, its classes, and how its weights were made."""

    kind: Kind
    classes: tuple[str, ...]
    training: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read facts. Raises WeightsError where they are of no baseline that this version knows."""
        try:
            facts = cls(**json.loads(text))
        except (ValueError, TypeError) as error:
            raise WeightsError(f"the baseline's metadata cannot be read ({error}): train it again") from error
        if facts.kind not in get_args(Kind) or tuple(facts.classes) not in (DIGITS, CLASSES):
            raise WeightsError(f"no baseline is a {facts.kind!r} of the classes {facts.classes}: train it again")
        return cls(facts.kind, tuple(facts.classes), facts.training)


def save(network: CNN | ViT, facts: Facts, path: Path) -> None:
    """Write the network in float32; equal networks give equal bytes."""
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(to_bytes(tensors, {METADATA_KEY: json.dumps(asdict(facts), sort_keys=True)}))


def load(path: Path) -> tuple[CNN | ViT, Facts]:
    """Read what `save` wrote, in evaluation mode. Raises WeightsError if the file is missing or of no baseline."""
    tensors, text = read_tensors(path, METADATA_KEY)
    facts = Facts.from_json(text)
    network = build(facts.kind, len(facts.classes))
    try:
        network.load_state_dict(tensors)
    except RuntimeError as error:
        raise WeightsError(f"{path} holds other tensors than a {facts.kind} has: train the baseline again") from error
    return network.eval(), facts
