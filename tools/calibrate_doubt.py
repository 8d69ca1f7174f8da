"""Measure how often the page's doubt is right, on a folder that `tools/build_benchmark.py --split validation` wrote.

A canvas is marked if one of its objects is doubtful, or if one may be missed. It is misread if any object is missed,
wrongly labelled or invented.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from digit_detector import Detections, Detector
from digit_detector.detect.postprocess import pairwise_iou
from digit_detector.show.listing import MISSED_SCORE, is_doubtful

MIN_IOU = 0.5


def is_read_right(found: Detections, truth: list[dict[str, Any]], names: dict[int, str]) -> bool:
    """Return whether every annotation is found once, with its label, and nothing else."""
    if len(found) != len(truth):
        return False
    boxes = np.array([annotation["bbox"] for annotation in truth], np.float32).reshape(-1, 4)
    boxes[:, 2:] += boxes[:, :2]
    overlaps = pairwise_iou(found.boxes, boxes)
    if not len(truth):
        return True
    nearest = overlaps.argmax(axis=1)
    labels = [names[truth[index]["category_id"]] for index in nearest]
    return (
        len(set(nearest.tolist())) == len(truth)
        and bool((overlaps.max(axis=1) >= MIN_IOU).all())
        and labels == [top[0].label for top in found.top]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    content = json.loads((arguments.folder / "annotations.json").read_text())
    names = {category["id"]: category["name"] for category in content["categories"]}
    truth = defaultdict(list)
    for annotation in content["annotations"]:
        truth[annotation["image_id"]].append(annotation)
    detector = Detector.load(device="cpu")
    marks: dict[bool, list[bool]] = {True: [], False: []}
    for image in tqdm(content["images"], disable=None):
        prediction = detector.predict(arguments.folder / "images" / image["file_name"])
        found = prediction.detections()
        missed = len(prediction.detections(MISSED_SCORE)) > len(found)
        right = is_read_right(found, truth[image["id"]], names)
        marks[right].append(missed or any(map(is_doubtful, found.top)))
    for right, words in ((False, "misread"), (True, "read right")):
        print(f"{words}: {len(marks[right])} canvases, {np.mean(marks[right]):.1%} of them marked")


if __name__ == "__main__":
    main()
