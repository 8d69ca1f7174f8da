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

INPUT_SIZE: Final = 192
"""Side of the network's input in pixels, unless a training sets another."""

STRIDES: Final = (8, 16, 32)
"""Pixels a cell of the network's three scales."""

ANCHORS_PER_SCALE: Final = 3

Anchor = tuple[float, float]


@dataclass(frozen=True)
class NetworkConfig:
    """What `YOLOv3` is built from, besides the classes and the anchors.

    Attributes:
        width: channels as a fraction of the paper's, > 0.
        depth: residual blocks as a fraction of the paper's, > 0.
        in_channels: channels of the input, 1 for ink.
        rounded: whether it computes with integers of 7 and 8 bits between the first stage and the last layers.
    """

    width: float
    depth: float
    in_channels: int
    rounded: bool = False

    def __post_init__(self) -> None:
        _require(_positive(self.width) and _positive(self.depth), f"network width {self.width}, depth {self.depth}")
        _require(type(self.in_channels) is int and self.in_channels >= 1, f"in_channels {self.in_channels!r}")
        _require(type(self.rounded) is bool, f"rounded {self.rounded!r}")


@dataclass(frozen=True)
class Scaling:
    """How scores s become probabilities: the sigmoid of low * log(s) - high * log(1 - s) + offset.

    This is beta calibration (Kull, Silva Filho & Flach 2017). Unlike a slope of the logit, it can stretch high scores
    and leave low ones.

    Attributes:
        low, high: > 0, so that the order of scores stays.
        offset: finite.
    """

    low: float = 1.0
    high: float = 1.0
    offset: float = 0.0

    def __post_init__(self) -> None:
        _require(
            _positive(self.low) and _positive(self.high) and math.isfinite(self.offset),
            f"scaling {self.low}, {self.high}, {self.offset}",
        )

    def of(self, score: float) -> float:
        """Scale one score in (0, 1)."""
        return 1 / (1 + math.exp(-self.low * math.log(score) + self.high * math.log(1 - score) - self.offset))


@dataclass(frozen=True)
class ModelMetadata:
    """The facts needed to use a network's weights; raises `WeightsError` if they do not fit together.

    Attributes:
        input_size: side of the square input in px, a multiple of 32.
        anchors: (width, height) in px of the input, three for each stride.
        score_threshold, iou_threshold: the detector's defaults, in [0, 1].
        scaling: of the scores; those of training are no probabilities.
        strides, classes: those of this version, which the file names so that no other version misreads it.
        training, metrics: JSON objects: how these weights were made, and their figures.
    """

    input_size: int
    anchors: tuple[tuple[Anchor, ...], ...]
    network: NetworkConfig
    score_threshold: float
    iou_threshold: float
    scaling: Scaling = field(default_factory=Scaling)
    strides: tuple[int, ...] = STRIDES
    classes: tuple[str, ...] = CLASSES
    training: dict[str, Any] = field(default_factory=dict)
    metrics: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _require(self.classes == CLASSES, f"classes {list(self.classes)} where this version has {list(CLASSES)}")
        _require(self.strides == STRIDES, f"strides {self.strides} where the network has {STRIDES}")
        _require(
            type(self.input_size) is int and self.input_size > 0 and self.input_size % STRIDES[-1] == 0,
            f"input_size {self.input_size!r}, no multiple of {STRIDES[-1]}",
        )
        _require(
            [len(scale) for scale in self.anchors] == [ANCHORS_PER_SCALE] * len(STRIDES)
            and all(len(anchor) == 2 and all(map(_positive, anchor)) for scale in self.anchors for anchor in scale),
            f"anchors {self.anchors}",
        )
        for name in ("score_threshold", "iou_threshold"):
            value = getattr(self, name)
            _require(type(value) in (int, float) and 0 <= value <= 1, f"{name} {value!r}")
        _require(isinstance(self.training, dict) and isinstance(self.metrics, dict), "training or metrics")

    def must_fit(self, wanted: "ModelMetadata", name: str, wanted_name: str, facts: tuple[str, ...]) -> None:
        """Raise WeightsError, naming both, if these weights differ from `wanted` in one of the attributes `facts`."""
        for fact in facts:
            found, expected = getattr(self, fact), getattr(wanted, fact)
            if found != expected:
                raise WeightsError(f"{name} has {fact} {found}, {wanted_name} {expected}: make them equal")

    @property
    def predictions(self) -> int:
        """The number of boxes predicted for one picture: cells times anchors, over all scales."""
        return ANCHORS_PER_SCALE * sum((self.input_size // stride) ** 2 for stride in STRIDES)

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
            facts["scaling"] = Scaling(**facts.get("scaling", {}))  # older files have none
            return cls(**facts)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
            raise WeightsError(
                f"the weights' metadata cannot be read ({error!r}): take another weights file"
            ) from error


def _positive(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value > 0


def _require(holds: bool, found: str) -> None:
    if not holds:
        raise WeightsError(f"the weights' metadata does not fit: {found}; take another weights file")
