"""The metadata of a weights file: classes, input, anchors, network, thresholds, training and figures.

The same JSON string is in the safetensors file and in the ONNX file, under the key `METADATA_KEY`.
"""

import json
import math
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self

from digit_detector.classes import CLASSES
from digit_detector.errors import WeightsError

METADATA_KEY: Final = "digit_detector"
FORMAT: Final = 2
"""Raised when files of an older version can no longer be used: since 2 the ONNX graph returns decoded boxes."""

Anchor = tuple[float, float]


@dataclass(frozen=True)
class NetworkConfig:
    """What `YOLOv3` is built from, besides the classes and the anchors.

    Attributes:
        width: channels as a fraction of the paper's, > 0.
        depth: residual blocks as a fraction of the paper's, > 0.
        in_channels: channels of the input, 1 for ink.
    """

    width: float
    depth: float
    in_channels: int

    def __post_init__(self) -> None:
        _require(_positive(self.width) and _positive(self.depth), f"network width {self.width}, depth {self.depth}")
        _require(type(self.in_channels) is int and self.in_channels >= 1, f"in_channels {self.in_channels!r}")


@dataclass(frozen=True)
class ModelMetadata:
    """The facts needed to use a network's weights; raises `WeightsError` if they do not fit together.

    Attributes:
        input_size: side of the square input in px, a multiple of every stride.
        strides: px a cell of each scale, ascending.
        anchors: (width, height) in px of the input, a tuple of anchors for each stride.
        score_threshold, iou_threshold: the detector's defaults, in [0, 1].
        training, metrics: JSON objects: how these weights were made, and their figures.
    """

    input_size: int
    strides: tuple[int, ...]
    anchors: tuple[tuple[Anchor, ...], ...]
    network: NetworkConfig
    score_threshold: float
    iou_threshold: float
    classes: tuple[str, ...] = CLASSES
    training: dict[str, Any] = field(default_factory=dict)
    metrics: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _require(self.classes == CLASSES, f"classes {list(self.classes)} where this version has {list(CLASSES)}")
        _require(
            len(self.strides) > 0
            and all(type(stride) is int and stride > 0 for stride in self.strides)
            and list(self.strides) == sorted(set(self.strides)),
            f"strides {self.strides}",
        )
        _require(
            type(self.input_size) is int
            and self.input_size > 0
            and all(self.input_size % stride == 0 for stride in self.strides),
            f"input_size {self.input_size!r} for the strides {self.strides}",
        )
        _require(
            len(self.anchors) == len(self.strides)
            and all(len(scale) > 0 for scale in self.anchors)
            and all(len(anchor) == 2 and all(map(_positive, anchor)) for scale in self.anchors for anchor in scale),
            f"anchors {self.anchors}",
        )
        for name in ("score_threshold", "iou_threshold"):
            value = getattr(self, name)
            _require(type(value) in (int, float) and 0 <= value <= 1, f"{name} {value!r}")
        _require(isinstance(self.training, dict) and isinstance(self.metrics, dict), "training or metrics")

    def must_fit(
        self, wanted: "ModelMetadata", name: str, wanted_name: str, facts: tuple[str, ...] = ("anchors", "network")
    ) -> None:
        """Raise WeightsError, naming both, if these weights differ from what `wanted` describes.

        facts: the attributes that must be equal; by default those that the tensors depend on.
        """
        for fact in facts:
            found, expected = getattr(self, fact), getattr(wanted, fact)
            if found != expected:
                raise WeightsError(f"{name} has {fact} {found}, {wanted_name} {expected}: make them equal")

    @property
    def predictions(self) -> int:
        """The number of boxes predicted for one picture: cells times anchors, over all scales."""
        scales = zip(self.strides, self.anchors, strict=True)
        return sum((self.input_size // stride) ** 2 * len(anchors) for stride, anchors in scales)

    def to_json(self) -> str:
        """Return one line of JSON, the same for equal metadata."""
        return json.dumps({"format": FORMAT, **asdict(self)}, sort_keys=True, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Parse `to_json`'s output; raises `WeightsError` for unknown or missing keys and invalid values."""
        try:
            facts = json.loads(text)
            version = facts.pop("format", None)
            _require(version == FORMAT, f"format {version!r} where this version reads {FORMAT}")
            facts["classes"] = tuple(facts["classes"])
            facts["strides"] = tuple(facts["strides"])
            facts["anchors"] = tuple(tuple(tuple(anchor) for anchor in scale) for scale in facts["anchors"])
            facts["network"] = NetworkConfig(**facts["network"])
            return cls(**facts)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise WeightsError(
                f"the weights' metadata cannot be read ({error!r}): take another weights file"
            ) from error


def _positive(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value > 0


def _require(holds: bool, found: str) -> None:
    if not holds:
        raise WeightsError(f"the weights' metadata does not fit: {found}; take another weights file")
