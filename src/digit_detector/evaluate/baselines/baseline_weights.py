"""A baseline in a safetensors file: its tensors, and the facts to build it."""

import importlib.resources
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Self, get_args

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as to_bytes

from digit_detector.classes import CLASSES, DIGITS
from digit_detector.errors import WeightsError
from digit_detector.evaluate.baselines.networks import CNN, Kind, ViT, build

METADATA_KEY: Final = "digit_detector_baseline"
NAMES: Final = ("cnn10", "cnn12", "vit12")


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
    """Read what `save` wrote, in evaluation mode. Raises WeightsError where the file is missing or of no baseline."""
    try:
        with safe_open(path, framework="pt") as file:
            text = (file.metadata() or {}).get(METADATA_KEY, "")
            tensors: dict[str, torch.Tensor] = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise WeightsError(f"{path} is no safetensors file ({error}): train the baseline again") from error
    facts = Facts.from_json(text)
    network = build(facts.kind, len(facts.classes))
    try:
        network.load_state_dict(tensors)
    except RuntimeError as error:
        raise WeightsError(f"{path} holds other tensors than a {facts.kind} has: train the baseline again") from error
    return network.eval(), facts
