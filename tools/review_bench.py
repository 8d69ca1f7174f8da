"""Measure the review's queue: how many of planted wrong labels stand in its first fifth."""

import argparse
import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from digit_detector.classes import DIGITS
from digit_detector.collect.label_issue_score import Annotator, baseline_annotator, detector_annotator
from digit_detector.collect.review_queue import rank
from digit_detector.detect.detector import Detector
from digit_detector.drawing import Annotation, Box, Drawing
from digit_detector.synth.scene import SIDE, Placed, Scene, boxes_of, draw
from digit_detector.synth.sources.public_sets import TRAINED_ON, Reader, data_root
from digit_detector.synth.strokes import Sketch

PLANTED: Final = 0.1
FIRST: Final = 0.2
PEN: Final = 12
MARGIN: Final = 20


def canvases(drawings: Sequence[Sketch], count: int, seed: int) -> list[Drawing]:
    """Canvases as people draw them, one to three drawings in a row, with the labels that their source gives."""
    random = np.random.default_rng(seed)
    records = []
    for number in range(count):
        objects = int(random.choice([1, 1, 2, 3]))
        width = (SIDE - MARGIN * (objects + 1)) / objects
        chosen = [drawings[index] for index in random.integers(len(drawings), size=objects)]
        placed = tuple(
            _placed(drawing, (MARGIN + width) * (place + 1) - width / 2, width) for place, drawing in enumerate(chosen)
        )
        scene = Scene(SIDE, SIDE, placed)
        picture = io.BytesIO()
        Image.fromarray(draw(scene)).save(picture, "PNG")
        boxes: list[Box] = list(map(tuple, boxes_of(scene).tolist()))
        annotations = tuple(Annotation(drawing.label, box) for drawing, box in zip(chosen, boxes, strict=True))
        records.append(Drawing(str(number), picture.getvalue(), SIDE, SIDE, annotations, "bench", "bench"))
    return records


def _placed(drawing: Sketch, x: float, width: float) -> Placed:
    points = drawing.points * np.float32(width) + np.array([x, SIDE / 2], np.float32)
    return Placed(points, drawing.ends, 1 if drawing.filled else PEN, 0, drawing.filled)


def planted(records: Sequence[Drawing], seed: int) -> tuple[list[Drawing], set[str]]:
    """The same with one label made wrong in a tenth of them; and which."""
    random = np.random.default_rng(seed)
    chosen = set(random.choice(len(records), round(PLANTED * len(records)), replace=False).tolist())
    return [_spoilt(record, random) if number in chosen else record for number, record in enumerate(records)], {
        records[number].id for number in chosen
    }


def _spoilt(record: Drawing, random: np.random.Generator) -> Drawing:
    annotations = list(record.annotations)
    index = int(random.integers(len(annotations)))
    wrong = [label for label in DIGITS if label != annotations[index].label]
    annotations[index] = replace(annotations[index], label=wrong[int(random.integers(len(wrong)))])
    return replace(record, annotations=tuple(annotations))


def share_in_first(records: Sequence[Drawing], annotators: dict[str, Annotator], seed: int) -> float:
    """Which part of the planted labels the queue's first fifth holds."""
    spoilt, wrong = planted(records, seed)
    first = rank(spoilt, annotators)[: round(FIRST * len(spoilt))]
    return len(wrong & {record.id for record, _ in first}) / len(wrong)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-root", type=Path, help="folder of the public sets (or DIGIT_DETECTOR_DATA)")
    parser.add_argument("--count", type=int, default=1000, help="canvases; by default %(default)s")
    given = parser.parse_args()
    drawings = Reader(data_root(given.data_root), "validation").read(TRAINED_ON)
    records = canvases(drawings, given.count, seed=1)
    detector, baseline = detector_annotator(Detector.load(device="cpu")), baseline_annotator()
    for name, annotators in (
        ("detector", {"detector": detector}),
        ("detector and baseline", {"detector": detector, "baseline": baseline}),
    ):
        share = share_in_first(records, annotators, seed=2)
        print(f"{name}: {share:.3f} of {PLANTED:.0%} planted wrong labels in the first fifth of {len(records)}")


if __name__ == "__main__":
    main()
