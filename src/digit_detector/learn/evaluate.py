"""Figures of a detector on pictures whose objects are known, and `digit-detector evaluate`, which prints them."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torchmetrics.detection import MeanAveragePrecision

from digit_detector.classes import CLASSES
from digit_detector.detect.detector import Detector
from digit_detector.ink.canvas import boxes_of, draw
from digit_detector.ink.scene import SceneGenerator
from digit_detector.ink.sources import READERS, Reader, data_root
from digit_detector.ink.splits import SPLITS

LOWEST_SCORE: Final = 0.02
"""Detections below this score do not count towards average precision."""

THRESHOLDS: Final = tuple(round(0.05 * step, 2) for step in range(2, 19))
"""Score thresholds among which the product's default is chosen."""


def pairwise_iou(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    """IoU of xyxy boxes (N, 4) and (M, 4): (N, M)."""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    overlap = np.clip(high - low, 0, None).prod(-1)
    areas = [(boxes[:, 2:] - boxes[:, :2]).prod(-1) for boxes in (first, second)]
    return np.asarray(overlap / np.maximum(areas[0][:, None] + areas[1][None] - overlap, 1e-9), np.float32)


def exactly_right(
    found: NDArray[np.float32],
    found_labels: NDArray[np.integer],
    boxes: NDArray[np.float32],
    labels: NDArray[np.integer],
) -> bool:
    """Whether a canvas is read as a person would: every object found once (IoU >= 0.5), rightly named, nothing extra.

    found, boxes: (N, 4) and (M, 4) xyxy in the same pixels.
    """
    if len(found) != len(boxes):
        return False
    if not len(boxes):
        return True
    match = (pairwise_iou(found, boxes) >= 0.5) & (np.asarray(found_labels)[:, None] == np.asarray(labels)[None])
    # With as many boxes as objects, a perfect matching is one to one; greedy is exact as boxes hardly overlap.
    taken = np.zeros(len(boxes), bool)
    for row in match:
        free = np.flatnonzero(row & ~taken)
        if not len(free):
            return False
        taken[free[0]] = True
    return True


class Evaluation:
    """Collects pictures one by one and then gives the figures."""

    def __init__(self) -> None:
        self._precision = MeanAveragePrecision(class_metrics=True, backend="pycocotools")
        self._precision.warn_on_many_detections = False
        self._right: list[list[bool]] = []

    def add(
        self,
        found: tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]],
        boxes: NDArray[np.float32],
        labels: NDArray[np.int64],
    ) -> None:
        """One picture: the boxes (N, 4) xyxy, scores (N,) and labels (N,) found down to LOWEST_SCORE, after NMS;
        and its objects' boxes (M, 4) in the same pixels and labels (M,)."""
        found_boxes, scores, found_labels = found
        self._precision.update(
            [
                {
                    "boxes": torch.from_numpy(found_boxes.copy()),
                    "scores": torch.from_numpy(scores.copy()),
                    "labels": torch.from_numpy(found_labels.copy()),
                }
            ],
            [{"boxes": torch.from_numpy(boxes), "labels": torch.from_numpy(labels)}],
        )
        above = [scores >= threshold for threshold in THRESHOLDS]
        self._right.append([exactly_right(found_boxes[a], found_labels[a], boxes, labels) for a in above])

    def exact(self) -> dict[float, float]:
        """Share of pictures read exactly right at each of THRESHOLDS."""
        return dict(zip(THRESHOLDS, np.mean(self._right, axis=0).tolist(), strict=True))

    def figures(self) -> dict[str, float]:
        """AP50, AP50:95 (also of each class that occurs), and the exact share at the threshold where it is best."""
        precision = self._precision.compute()
        exact = self.exact()
        best = max(exact, key=lambda threshold: exact[threshold])
        classes = zip(precision["classes"].reshape(-1), precision["map_per_class"].reshape(-1), strict=True)
        return {
            "AP50": float(precision["map_50"]),
            "AP50:95": float(precision["map"]),
            "exact": exact[best],
            "score_threshold": best,
            **{f"AP50:95/{CLASSES[int(label)]}": float(value) for label, value in classes if value >= 0},
        }


def main(argv: Sequence[str]) -> int:
    """Runs `digit-detector evaluate`: the figures of weights as they are served, on drawn canvases."""
    parser = argparse.ArgumentParser(prog="digit-detector evaluate", description=main.__doc__)
    parser.add_argument("--weights", type=Path, help="a .onnx or .safetensors file; by default the bundled one")
    parser.add_argument("--scenes", type=int, default=2000)
    parser.add_argument("--split", choices=SPLITS, default="validation")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--data-root", help="folder of the public sets (or DIGIT_DETECTOR_DATA)")
    parser.add_argument("--sources", nargs="+", default=list(READERS), choices=list(READERS))
    arguments = parser.parse_args(argv)

    detector = Detector.load(arguments.weights)
    reader = Reader(data_root(arguments.data_root), arguments.split)
    generator = SceneGenerator(reader.read(tuple(arguments.sources)))
    evaluation = Evaluation()
    right, milliseconds = [], []
    for index in range(arguments.scenes):
        scene = generator.scene(arguments.seed, index)
        boxes, labels = boxes_of(scene), np.array([placed.label for placed in scene.objects], np.int64)
        raw = detector.predict(draw(scene))
        found, served = raw.detections(LOWEST_SCORE), raw.detections()
        evaluation.add((found.boxes, found.scores, found.labels), boxes, labels)
        right.append(exactly_right(served.boxes, served.labels, boxes, labels))
        milliseconds.append(raw.milliseconds)
    figures = evaluation.figures()
    best = {"exact": figures.pop("exact"), "score_threshold": figures.pop("score_threshold")}
    print(
        json.dumps(
            {
                "scenes": arguments.scenes,
                "split": arguments.split,
                "seed": arguments.seed,
                "score_threshold": detector.metadata.score_threshold,
                "exact": float(np.mean(right)),
                "best": best,
                **figures,
                "milliseconds_p50": float(np.median(milliseconds)),
            },
            indent=2,
        )
    )
    return 0
