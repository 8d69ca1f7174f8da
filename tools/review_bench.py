"""Measure the review's queue: how many of planted wrong labels are in its first fifth.

The drawings are canvases of the benchmark, which training never saw.
"""

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.random import Generator

from digit_detector.classes import DIGITS
from digit_detector.collect.label_issue_score import Annotator, baseline_annotator, detector_annotator, find_label_issue
from digit_detector.data.formats import read_folder
from digit_detector.detect.detector import Detector
from digit_detector.drawing import Drawing
from digit_detector.evaluate.benchmark import BUNDLED

PLANTED: Final = 0.1
FIRST: Final = 0.2


def rank(drawings: Sequence[Drawing], annotators: Mapping[str, Annotator]) -> list[Drawing]:
    """Sort drawings by their label-issue scores, highest first, as the queue does."""
    counts = Counter(annotation.label for drawing in drawings for annotation in drawing.annotations)
    return sorted(drawings, key=lambda drawing: -find_label_issue(drawing, annotators, counts).score)


def plant(rng: Generator, drawing: Drawing) -> Drawing:
    """Return the drawing with another digit as the label of one of its objects."""
    annotations = list(drawing.annotations)
    index = int(rng.integers(len(annotations)))
    wrong = [label for label in DIGITS if label != annotations[index].label]
    annotations[index] = replace(annotations[index], label=wrong[int(rng.integers(len(wrong)))])
    return replace(drawing, annotations=tuple(annotations))


def share_in_first(drawings: Sequence[Drawing], annotators: Mapping[str, Annotator], seed: int) -> float:
    """Plant a wrong label in a tenth of the drawings, and return the fraction of them in the queue's first fifth."""
    rng = np.random.default_rng(seed)
    changed = list(drawings)
    for index in rng.choice(len(changed), round(PLANTED * len(changed)), replace=False).tolist():
        changed[index] = plant(rng, changed[index])
    planted = {drawing.id for drawing, original in zip(changed, drawings, strict=True) if drawing != original}
    first = {drawing.id for drawing in rank(changed, annotators)[: round(FIRST * len(changed))]}
    return len(planted & first) / len(planted)


def main() -> None:
    """Print the fraction for the detector alone, and for the detector with the baseline."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--benchmark", type=Path, default=BUNDLED, help="COCO folder; by default %(default)s")
    parser.add_argument("--count", type=int, default=1000, help="canvases; by default %(default)s")
    arguments = parser.parse_args()
    drawings = [drawing for drawing in read_folder("coco", arguments.benchmark) if drawing.annotations]
    order = np.random.default_rng(1).permutation(len(drawings))[: arguments.count]
    chosen, detector = [drawings[index] for index in order], detector_annotator(Detector.load(device="cpu"))
    for annotators in ({"detector": detector}, {"detector": detector, "baseline": baseline_annotator()}):
        share = share_in_first(chosen, annotators, seed=2)
        print(f"{' and '.join(annotators)}: {share:.3f} of {PLANTED:.0%} planted wrong labels in the first fifth")


if __name__ == "__main__":
    main()
