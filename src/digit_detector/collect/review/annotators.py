"""Classify the objects of a stored drawing with the detector, and with a baseline as a second annotator."""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from digit_detector.classes import CLASSES
from digit_detector.detect.detector import Detector
from digit_detector.detect.postprocess import pairwise_iou

Floats = npt.NDArray[np.float32]

Annotator = Callable[[npt.NDArray[np.uint8], Floats], Floats]
"""A function of a picture, as `read_image` returns it, and boxes (N, 4) xyxy in its pixels. It returns the classes'
probabilities in each box, (N, 12), which sum to 1, or zeros for a box in which it finds nothing."""

SAME_OBJECT: Final = 0.4
"""IoU from which the detector's box counts as the annotated object."""
MIN_SCORE: Final = 0.01


def detector_annotator(detector: Detector) -> Annotator:
    """Return an annotator that takes the detector's best box on each given box."""

    def annotate(picture: npt.NDArray[np.uint8], boxes: Floats) -> Floats:
        found = detector.detect(picture, score_threshold=MIN_SCORE, iou_threshold=1)
        probabilities = np.zeros((len(boxes), len(CLASSES)), np.float32)
        if len(found):
            same = np.where(pairwise_iou(boxes, found.boxes) >= SAME_OBJECT, 1, 0)
            best = (same * found.scores).argmax(axis=1)
            seen = same[np.arange(len(boxes)), best] == 1
            scores = found.class_scores[best[seen]]
            probabilities[seen] = scores / scores.sum(axis=1, keepdims=True)
        return probabilities

    return annotate


def baseline_annotator(name: str) -> Annotator:
    """Return an annotator that classifies the ink in each box by a baseline (`networks.NAMES`); needs torch."""
    from digit_detector.detect.background import ink_of
    from digit_detector.evaluate.baselines.classifier import Baseline
    from digit_detector.evaluate.baselines.contours import clean, crop
    from digit_detector.evaluate.baselines.networks import path_of

    baseline = Baseline.load(path_of(name))

    def annotate(picture: npt.NDArray[np.uint8], boxes: Floats) -> Floats:
        ink = clean(ink_of(picture))
        edges = np.concatenate([np.floor(boxes[:, :2]), np.ceil(boxes[:, 2:])], axis=1).astype(np.int64)
        with_ink = [index for index, (x0, y0, x1, y1) in enumerate(edges) if ink[y0:y1, x0:x1].any()]
        probabilities = np.zeros((len(boxes), len(CLASSES)), np.float32)
        if with_ink:
            probabilities[with_ink] = baseline.probabilities(np.stack([crop(ink, edges[index]) for index in with_ink]))
        return probabilities

    return annotate
