"""What a visitor contributes: one collector for the server, and for each session what the visitor agreed to."""

import secrets
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

from digit_detector.collect.receipt import new_receipt
from digit_detector.collect.settings import Settings
from digit_detector.detect.detections import Detections
from digit_detector.drawing import Annotation, Detection
from digit_detector.errors import StoreError

if TYPE_CHECKING:  # which import SQLAlchemy: only where a store is named
    from digit_detector.collect.collector import Collector

SOURCE: Final = "page"
PROMPTED_SOURCE: Final = "page-prompt"
"""Drawings of a number that the page asked for."""


@dataclass
class Contribution:
    """What one session has agreed to, and under which codes it contributes."""

    agreed: bool = False
    writer: str = field(default_factory=lambda: str(secrets.randbelow(10**12)))
    """A random number that tells which drawings are by one person, and nothing else."""
    code: str = field(default_factory=new_receipt)
    """Of the receipt; shown once something is stored."""
    editing: str | None = None
    """ID of the picture whose boxes the visitor corrects."""
    error: str | None = None
    prompt: str = ""
    """Number that the page asks the visitor to write, its digits separated by spaces; empty for none."""
    prompts_written: int = 0

    def renew(self) -> "Contribution":
        """Return a contribution of the same person under a new code: the store refuses what was deleted."""
        return Contribution(agreed=self.agreed, writer=self.writer)


def collector() -> "Collector | None":
    """Return the server's collector, or None if no store is configured.

    Raises StoreError for invalid settings, with which the server does not start.
    """
    settings = Settings.from_environment()
    return None if settings is None else _collector(settings)


@cache
def _collector(settings: Settings) -> "Collector":
    try:
        from digit_detector.collect.collector import Collector
    except ModuleNotFoundError as error:
        raise StoreError(f"keeping drawings needs {error.name}: pip install 'digit-detector[collect]'") from error
    return Collector(settings)


def detections_of(detections: Detections) -> tuple[Detection, ...]:
    """Return what the detector found, best first."""
    rows = zip(detections.top, detections.boxes.tolist(), strict=True)
    return tuple(Detection(top[0].label, (x0, y0, x1, y1), top[0].score) for top, (x0, y0, x1, y1) in rows)


def annotations_of(detections: Detections) -> tuple[Annotation, ...]:
    """Return the same as the visitor confirms it."""
    return tuple(Annotation(detection.label, detection.box) for detection in detections_of(detections))
