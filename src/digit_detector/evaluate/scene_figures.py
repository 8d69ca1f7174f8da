"""Figures of a detector, as it serves, on random scenes."""

from typing import Any

import numpy as np

from digit_detector.detect.detector import Detector
from digit_detector.evaluate.metrics import LOWEST_SCORE, Evaluation, exactly_right
from digit_detector.synth.rasterize import boxes_of, draw
from digit_detector.synth.scene import SceneGenerator


def scene_figures(detector: Detector, generator: SceneGenerator, seed: int, scenes: int) -> dict[str, Any]:
    """AP50, AP50:95 and the share read exactly right on scenes 0 to `scenes` of `seed`.

    `exact` is at the detector's own thresholds; `best` names the score threshold that these scenes would choose, and
    the share read exactly right there.
    """
    evaluation = Evaluation()
    right, milliseconds = [], []
    for index in range(scenes):
        scene = generator.scene(seed, index)
        boxes, labels = boxes_of(scene), np.array([placed.label for placed in scene.objects], np.int64)
        raw = detector.predict(draw(scene))
        found, served = raw.detections(LOWEST_SCORE), raw.detections()
        evaluation.add((found.boxes, found.scores, found.labels), boxes, labels)
        right.append(exactly_right(served.boxes, served.labels, boxes, labels))
        milliseconds.append(raw.milliseconds)
    figures = evaluation.figures()
    best = {"exact": figures.pop("exact"), "score_threshold": figures.pop("score_threshold")}
    return {
        "scenes": scenes,
        "seed": seed,
        "score_threshold": detector.metadata.score_threshold,
        "exact": float(np.mean(right)),
        "best": best,
        **figures,
        "milliseconds_p50": float(np.median(milliseconds)),
    }
