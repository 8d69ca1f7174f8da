"""Calibration: make scores probabilities, so that of ten detections that score 0.7 seven are right.

Objectness and class probabilities are scaled as Platt (1999) does, each to sigmoid(slope * logit + offset). Slopes and
offsets go into the prediction layers, so calibrated weights are served like any others.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]
from scipy.special import expit, logit  # type: ignore[import-untyped]
from torch import nn
from tqdm import tqdm

from digit_detector.detect.detector import Detector
from digit_detector.detect.postprocess import find_candidates, suppress, to_detections
from digit_detector.evaluate.benchmark import Canvas
from digit_detector.evaluate.metrics import CALIBRATED_FROM, calibration, matched
from digit_detector.yolo.network import YOLOv3

EPSILON: Final = 1e-6
"""Probabilities nearer than this to 0 or 1 count as this near: their logits would be infinite."""


class Observations(NamedTuple):
    """Detections, and whether they are right.

    Attributes:
        objectness, probability: (N,) in [0, 1], the latter of the best class.
        right: (N,) IoU >= 0.5 with an object of that class that none before it found.
    """

    objectness: NDArray[np.float64]
    probability: NDArray[np.float64]
    right: NDArray[np.bool_]

    @property
    def error(self) -> float:
        """The expected calibration error."""
        return calibration(self.objectness * self.probability, self.right).error


class Scaling(NamedTuple):
    """Slopes and offsets of the logits."""

    objectness_slope: float = 1.0
    objectness_offset: float = 0.0
    class_slope: float = 1.0
    class_offset: float = 0.0


def observe(detector: Detector, canvases: Sequence[Canvas]) -> Observations:
    """Collect the detector's answers to canvases, from the score CALIBRATED_FROM upwards."""
    columns: list[tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]]] = []
    for canvas in tqdm(canvases, disable=None):
        views = detector.predict(canvas.image).views
        candidates = find_candidates(views, CALIBRATED_FROM)
        kept = candidates.take(suppress(candidates, views[0].letterbox.ink, detector.metadata.iou_threshold))
        matches = matched(to_detections(kept, views).boxes, canvas.boxes)
        found = kept.probabilities.argmax(axis=1)
        expected = np.append(canvas.labels, -1)[matches]  # the match -1 is of no object
        columns.append((kept.objectness, kept.probabilities.max(axis=1, initial=0), found == expected))
    objectness, probability, right = zip(*columns, strict=True)
    return Observations(
        np.concatenate(objectness).astype(np.float64),
        np.concatenate(probability).astype(np.float64),
        np.concatenate(right),
    )


def fit(observations: Observations) -> Scaling:
    """Fit the scaling under which the observations are most likely.

    The probability that a detection is right is fitted to Platt's targets: slightly less than 1 for the right ones and
    more than 0 for the others, so that a few observations that are all right do not become certain.
    """
    objectness, probability = (_logits(values) for values in observations[:2])
    right, count = int(observations.right.sum()), len(observations.right)
    targets = np.where(observations.right, (right + 1) / (right + 2), 1 / (count - right + 2))

    def loss(parameters: NDArray[np.float64]) -> float:
        scaling = Scaling(*parameters)
        scores = expit(scaling.objectness_slope * objectness + scaling.objectness_offset)
        scores *= expit(scaling.class_slope * probability + scaling.class_offset)
        scores = np.clip(scores, EPSILON, 1 - EPSILON)
        return -float((targets * np.log(scores) + (1 - targets) * np.log(1 - scores)).sum())

    return Scaling(*minimize(loss, Scaling(), method="Nelder-Mead", options={"maxiter": 4000}).x.tolist())


def rescale(network: YOLOv3, scaling: Scaling) -> None:
    """Apply a scaling to the network's predictions, in place."""
    with torch.no_grad():
        for head in (network.fine, network.middle, network.coarse):
            layer = head.predict[-1]
            assert isinstance(layer, nn.Conv2d)
            assert layer.bias is not None
            for parameter in (layer.weight, layer.bias):
                rows = parameter.view(-1, 5 + network.num_classes, *parameter.shape[1:])  # anchors, outputs
                rows[:, 4] *= scaling.objectness_slope
                rows[:, 5:] *= scaling.class_slope
            offsets = layer.bias.view(-1, 5 + network.num_classes)
            offsets[:, 4] += scaling.objectness_offset
            offsets[:, 5:] += scaling.class_offset


def _logits(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(logit(np.clip(probabilities, EPSILON, 1 - EPSILON)))
