"""A baseline with the detector's interface: contours, crops, and a label for each."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
import torch
from numpy.typing import NDArray

from digit_detector.classes import CLASSES, OTHER
from digit_detector.detect.background import ink_of
from digit_detector.detect.detections import Detections
from digit_detector.detect.images import ImageSource, read_image
from digit_detector.evaluate.baselines.contours import clean, crop, find_boxes
from digit_detector.evaluate.baselines.networks import CNN, Facts, ViT, load

SURE: Final = 0.6
"""Below this probability, a network of digits alone is not sure."""


@dataclass(frozen=True, eq=False)
class Answer:
    """A baseline's answer to one picture."""

    found: Detections
    milliseconds: float

    def detections(self, score_threshold: float | None = None) -> Detections:
        """Return all objects, whatever they score: a baseline gives one label to each piece of ink."""
        return self.found


class Baseline:
    """Contours and a classifier; the same calls as the detector's."""

    def __init__(self, network: CNN | ViT, facts: Facts) -> None:
        self._network = network
        self._labels: Final = [CLASSES.index(name) for name in facts.classes]
        self.facts = facts

    @classmethod
    def load(cls, path: Path) -> Self:
        """Load a baseline. Raises WeightsError where the file is missing or holds none."""
        return cls(*load(path))

    def probabilities(self, crops: NDArray[np.float32]) -> NDArray[np.float32]:
        """Label crops (N, 28, 28) with probabilities (N, 12), zero for classes that the network does not know.

        "Not sure", the answer of a network without `other`, counts as `other`, which favours it: doodles are what it
        should be unsure of.
        """
        with torch.inference_mode():
            known = self._network(torch.from_numpy(crops)[:, None]).softmax(dim=1).numpy()
        result = np.zeros((len(crops), len(CLASSES)), np.float32)
        result[:, self._labels] = known
        if OTHER not in self._labels:
            best = known.max(axis=1)
            unsure = best < SURE
            result[unsure] = 0
            result[unsure, OTHER] = 1 - best[unsure]
        return result

    def predict(self, image: ImageSource) -> Answer:
        """Find the objects in a picture; see `Detector.predict` for pictures and errors."""
        start = time.perf_counter()
        ink = clean(ink_of(read_image(image)))
        boxes = find_boxes(ink)
        crops = np.array([crop(ink, box) for box in boxes], np.float32).reshape(-1, 28, 28)
        scores = self.probabilities(crops)
        order = np.argsort(-scores.max(axis=1), kind="stable")
        height, width = ink.shape
        return Answer(
            Detections(boxes[order].astype(np.float32), scores[order], width, height),
            (time.perf_counter() - start) * 1000,
        )
