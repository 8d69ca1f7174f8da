"""What a detector reads on a canvas, held against what is there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from digit_detector.detect.detections import Detections
from digit_detector.detect.images import ImageSource
from digit_detector.detect.postprocess import pairwise_iou
from digit_detector.evaluate.canvases import Canvas
from digit_detector.evaluate.frozen import Frozen
from digit_detector.evaluate.metrics import LOWEST_SCORE, exactly_right


class Prediction(Protocol):
    """What is known of one picture before a threshold is chosen."""

    @property
    def milliseconds(self) -> float: ...

    def detections(self, score_threshold: float | None = None) -> Detections:
        """The objects that score at least the threshold, else the product's own."""
        ...


class Finder(Protocol):
    """Whatever finds objects in pictures: the detector, and the baselines."""

    def predict(self, image: ImageSource) -> Prediction: ...


class Reading(NamedTuple):
    """One picture's detections."""

    found: Detections
    """Down to LOWEST_SCORE, for precision and calibration."""
    served: Detections
    """At the thresholds of the product."""
    milliseconds: float


@dataclass(frozen=True, eq=False)
class Result:
    """One canvas and its reading.

    Attributes:
        matches: (N,) for each served detection the object that it found, or -1.
        right: whether every object is found once and rightly named, with nothing beside.
    """

    condition: str
    canvas: Canvas
    reading: Reading
    matches: NDArray[np.int64]
    right: bool


def reader(finder: Finder) -> Callable[[NDArray[np.uint8]], Reading]:
    """Reads pictures by the way that serves: the detector's from preprocessing to NMS at the weights' thresholds."""

    def read(image: NDArray[np.uint8]) -> Reading:
        raw = finder.predict(image)
        return Reading(raw.detections(LOWEST_SCORE), raw.detections(), raw.milliseconds)

    return read


def results(suite: Iterable[Frozen], read: Callable[[NDArray[np.uint8]], Reading]) -> list[Result]:
    """Every canvas read, with a progress bar on a terminal."""
    canvases = [(condition, canvas) for condition, canvases in suite for canvas in canvases]
    return [_result(condition, canvas, read(canvas.image)) for condition, canvas in tqdm(canvases, disable=None)]


def _result(condition: str, canvas: Canvas, reading: Reading) -> Result:
    served = reading.served
    return Result(
        condition,
        canvas,
        reading,
        matched(served.boxes, canvas.boxes),
        exactly_right(served.boxes, served.labels, canvas.boxes, canvas.labels),
    )


def matched(found: NDArray[np.float32], boxes: NDArray[np.float32]) -> NDArray[np.int64]:
    """For each box found, the object that it overlaps most (IoU >= 0.5) and that no box before it has found, or -1.

    found: (N, 4) xyxy, best score first. boxes: (M, 4) in the same pixels. Classes do not matter.
    """
    overlap = pairwise_iou(found, boxes)
    result = np.full(len(found), -1, np.int64)
    for row in range(len(found)):
        if len(boxes) and overlap[row].max() >= 0.5:
            result[row] = overlap[row].argmax()
            overlap[:, result[row]] = 0
    return result
