"""The baseline: OpenCV's contours cut a drawing into pieces of ink, and a small CNN labels each."""

import importlib.resources
import json
from pathlib import Path
from typing import Final, Self

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from digit_detector.classes import CLASSES
from digit_detector.detect.background import MIN_CONTRAST, ink_of
from digit_detector.detect.detections import Detections
from digit_detector.detect.images import ImageSource, read_image
from digit_detector.detect.letterbox import letterbox
from digit_detector.errors import WeightsError
from digit_detector.yolo.checkpoint import read_tensors

METADATA_KEY: Final = "digit_detector_baseline"
"""Of its safetensors file: JSON with its classes, and with how it was trained."""

SIDE: Final = 28
INNER: Final = 20
"""MNIST's form (LeCun et al. 1998): the ink fits a square of 20 pixels, its centre of mass is that of 28 x 28."""

SPECK: Final = 0.03
"""Pieces of ink smaller than this ratio of the picture's longer side are slips of the pen."""


def clean(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Clear ink (H, W) that is fainter than a quarter of the strongest: noise, ripples and shades of the paper."""
    strongest = int(ink.max())
    faintest = strongest / 4 if strongest >= MIN_CONTRAST else 255
    return np.asarray(cv2.threshold(ink, faintest, 0, cv2.THRESH_TOZERO)[1], np.uint8)


def find_boxes(ink: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Find rectangles (N, 4) xyxy around the outer contours; join those that overlap, leave out specks.

    ink: (H, W), 0 on paper, as `clean` gives it.
    """
    contours, _ = cv2.findContours(ink, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    found = np.array([cv2.boundingRect(contour) for contour in contours], np.int64).reshape(-1, 4)
    found[:, 2:] += found[:, :2]
    boxes = _joined(found)
    sides = (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    return np.asarray(boxes[sides >= SPECK * max(ink.shape)])


def _joined(boxes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Join boxes (N, 4) until no two overlap."""
    apart: list[NDArray[np.int64]] = []
    waiting = list(boxes)
    while waiting:
        box = waiting.pop()
        overlapping = [other for other in apart if (box[:2] < other[2:]).all() and (other[:2] < box[2:]).all()]
        if not overlapping:
            apart.append(box)
            continue
        apart = [other for other in apart if not any(other is box for box in overlapping)]
        together = np.stack([box, *overlapping])
        waiting.append(np.concatenate([together[:, :2].min(axis=0), together[:, 2:].max(axis=0)]))
    return np.array(apart, np.int64).reshape(-1, 4)


def extent(ink: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return the box (4,) xyxy around all ink, which must not be empty."""
    x, y, width, height = cv2.boundingRect(ink)
    return np.array([x, y, x + width, y + height])


def crop_drawing(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Cut out all ink of a picture, which must not be empty, in MNIST's form (28, 28)."""
    ink = clean(ink_of(picture))
    return crop(ink, extent(ink))


def crop(ink: NDArray[np.uint8], box: NDArray[np.int64]) -> NDArray[np.float32]:
    """Cut out the ink in a box in MNIST's form: (28, 28) in [0, 1], centred on its centre of mass."""
    x0, y0, x1, y1 = box.tolist()
    middle = np.pad(letterbox(ink, INNER, (x0, y0, x1, y1)).ink, (SIDE - INNER) // 2)
    moments = cv2.moments(middle)
    shift = np.rint((SIDE - 1) / 2 - np.array([moments["m10"], moments["m01"]]) / moments["m00"])
    return np.asarray(cv2.warpAffine(middle, np.column_stack([np.eye(2), shift]), (SIDE, SIDE)), np.float32)


class CNN(nn.Sequential):
    """Three convolutions and three dense layers: (N, 1, 28, 28), ink in [0, 1], to logits (N, 12)."""

    def __init__(self) -> None:
        super().__init__(
            *_convolution(1, 4),  # (N, 4, 14, 14)
            *_convolution(4, 16),  # (N, 16, 7, 7)
            *_convolution(16, 64),  # (N, 64, 3, 3)
            nn.Flatten(),
            *(nn.Linear(576, 128), nn.ReLU()),
            *(nn.Linear(128, 32), nn.ReLU()),
            nn.Linear(32, len(CLASSES)),
        )


def _convolution(before: int, after: int) -> tuple[nn.Module, ...]:
    return nn.Conv2d(before, after, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)


class Baseline:
    """Contours and a classifier; the same calls as the detector's."""

    def __init__(self, network: CNN) -> None:
        self._network = network.eval()

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """Load a safetensors file, by default the bundled one.

        Raises WeightsError where the file is missing or of another network.
        """
        path = path or Path(str(importlib.resources.files("digit_detector.models"))) / "baseline.safetensors"
        tensors, facts = read_tensors(path, METADATA_KEY)
        network = CNN()
        try:
            network.load_state_dict(tensors)
            fits = tuple(json.loads(facts)["classes"]) == CLASSES
        except (RuntimeError, ValueError, KeyError, TypeError) as error:
            raise WeightsError(f"{path} does not fit the baseline ({error}): take another file") from error
        if not fits:
            raise WeightsError(f"{path} has other classes than {', '.join(CLASSES)}: take another file")
        return cls(network)

    def probabilities(self, crops: NDArray[np.float32]) -> NDArray[np.float32]:
        """Label crops (N, 28, 28) with probabilities (N, 12)."""
        with torch.inference_mode():
            return np.asarray(self._network(torch.from_numpy(crops)[:, None]).softmax(dim=1).numpy())

    def detect(self, image: ImageSource, score_threshold: float = 0.0) -> Detections:
        """Find the objects in a picture; see `Detector.predict` for pictures and errors."""
        ink = clean(ink_of(read_image(image)))
        boxes = find_boxes(ink)
        crops = np.array([crop(ink, box) for box in boxes], np.float32).reshape(-1, SIDE, SIDE)
        scores = self.probabilities(crops)
        order = np.argsort(-scores.max(axis=1), kind="stable")
        found = Detections(boxes[order].astype(np.float32), scores[order], width=ink.shape[1], height=ink.shape[0])
        return found.take(found.scores >= score_threshold)
