"""What readers say about the objects in a kept drawing: the detector, and any other as a second opinion."""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from digit_detector.classes import CLASSES
from digit_detector.detect.detector import Detector
from digit_detector.detect.postprocess import pairwise_iou

Floats = npt.NDArray[np.float32]

Opinion = Callable[[npt.NDArray[np.uint8], Floats], Floats]
"""From a picture, as `read_image` gives it, and boxes (N, 4) xyxy in its pixels to what is in each of them: (N, 12),
each row the classes' probabilities, summing to 1, or zeros where the reader sees nothing there."""

SAME_OBJECT: Final = 0.4
"""IoU from which the detector's box is taken for an annotation's."""
FAINTEST: Final = 0.01


def detector_opinion(detector: Detector) -> Opinion:
    """The detector's: of its boxes that lie on the one asked about, the surest."""

    def opinion(picture: npt.NDArray[np.uint8], boxes: Floats) -> Floats:
        found = detector.detect(picture, score_threshold=FAINTEST, iou_threshold=1)
        said = np.zeros((len(boxes), len(CLASSES)), np.float32)
        if len(found):
            there = np.where(pairwise_iou(boxes, found.boxes) >= SAME_OBJECT, 1, 0)
            surest = (there * found.scores).argmax(axis=1)
            seen = there[np.arange(len(boxes)), surest] == 1
            scores = found.class_scores[surest[seen]]
            said[seen] = scores / scores.sum(axis=1, keepdims=True)
        return said

    return opinion


def baseline_opinion(name: str) -> Opinion:
    """A classifier's, of `baselines.weights.NAMES`, on the ink of each box; needs torch."""
    from digit_detector.detect.background import ink_of
    from digit_detector.evaluate.baselines.baseline_weights import path_of
    from digit_detector.evaluate.baselines.classifier import Baseline
    from digit_detector.evaluate.baselines.contours import clean, crop

    baseline = Baseline.load(path_of(name))

    def opinion(picture: npt.NDArray[np.uint8], boxes: Floats) -> Floats:
        ink = clean(ink_of(picture))
        edges = np.concatenate([np.floor(boxes[:, :2]), np.ceil(boxes[:, 2:])], axis=1).astype(np.int64)
        inked = [index for index, (x0, y0, x1, y1) in enumerate(edges) if ink[y0:y1, x0:x1].any()]
        said = np.zeros((len(boxes), len(CLASSES)), np.float32)
        if inked:
            said[inked] = baseline.probabilities(np.stack([crop(ink, edges[index]) for index in inked]))
        return said

    return opinion
