"""`digit-detector data label-issues`: list drawings whose label both the detector and the baseline contradict.

A person looks at them; decisions go into `synth/sources/label_fixes.json`.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from digit_detector.classes import CLASSES
from digit_detector.data.output import prepare_output
from digit_detector.detect.detections import ClassScore
from digit_detector.detect.detector import Detector
from digit_detector.evaluate.baseline import Baseline, crop_drawing
from digit_detector.evaluate.pictures import contact_sheet
from digit_detector.synth.scene import SIDE, Placed, Scene, draw
from digit_detector.synth.sources.public_sets import READERS, TRAINED_ON, Reader, data_root
from digit_detector.synth.splits import Split
from digit_detector.synth.strokes import Sketch

SEARCHED: Final[tuple[Split, ...]] = ("train", "validation")
"""The benchmark's drawings were reviewed separately."""

LIST: Final = "label-issues.ndjson"
SIZE: Final = 260
PEN: Final = 10
TILE: Final = 96
COLUMNS: Final = 14
ROWS: Final = 8
BATCH: Final = 256


class LabelIssue(NamedTuple):
    """A drawing whose label the detector and the baseline contradict."""

    drawing: Sketch
    detector: ClassScore
    baseline: ClassScore

    @property
    def score(self) -> float:
        """The lower score of both."""
        return min(self.detector.score, self.baseline.score)

    def to_json(self) -> dict[str, Any]:
        """One row of the list."""
        facts = {"key": self.drawing.key, "label": self.drawing.label, "name": self.drawing.name}
        return {**facts, "detector": self.detector._asdict(), "baseline": self.baseline._asdict()}


def main(argv: Sequence[str]) -> int:
    """Write the label issues, highest scores first, as rows and as sheets of pictures."""
    parser = argparse.ArgumentParser(prog="digit-detector data label-issues", description=main.__doc__)
    parser.add_argument("output", type=Path, help="folder for label-issues.ndjson and the sheets")
    parser.add_argument("--data-root", help="folder of the public sets (or DIGIT_DETECTOR_DATA)")
    parser.add_argument("--sources", nargs="+", default=TRAINED_ON, choices=list(READERS))
    parser.add_argument("--weights", type=Path, help="the detector's; by default the bundled ones")
    parser.add_argument("--sure", type=float, default=0.5, help="the lowest score of both; by default %(default)s")
    arguments = parser.parse_args(argv)
    folder: Path = arguments.output
    prepare_output(folder / LIST)
    root = data_root(arguments.data_root)
    detector, baseline = Detector.load(arguments.weights, device="cpu"), Baseline.load()
    found: list[LabelIssue] = []
    for split in SEARCHED:
        drawings = Reader(root, split).read(tuple(arguments.sources))
        found += label_issues(drawings, detector, baseline, arguments.sure)
    found.sort(key=lambda issue: (-issue.score, issue.drawing.key))
    rows = "".join(json.dumps(issue.to_json()) + "\n" for issue in found)
    (folder / LIST).write_text(rows, encoding="utf-8")
    page = COLUMNS * ROWS
    for start in range(0, len(found), page):
        sheet(found[start : start + page]).save(folder / f"label-issues-{start // page + 1:02}.png")
    print(f"{len(found)} label issues in {folder}")
    return 0


def label_issues(
    drawings: Sequence[Sketch], detector: Detector, baseline: Baseline, sure: float
) -> Iterator[LabelIssue]:
    """Find drawings that both label otherwise than the source does, each with a score of at least `sure`.

    The detector, which takes longer, is asked only about those that the baseline contradicts.
    """
    for start in tqdm(range(0, len(drawings), BATCH), disable=None):
        batch = drawings[start : start + BATCH]
        crops = np.stack([crop_drawing(picture_of(drawing)) for drawing in batch])
        for drawing, scores in zip(batch, baseline.probabilities(crops), strict=True):
            second = ClassScore(CLASSES[int(scores.argmax())], float(scores.max()))
            if second.label == drawing.label or second.score < sure:
                continue
            found = detector.detect(picture_of(drawing), score_threshold=sure).top
            if found and (first := found[0][0]).label != drawing.label:
                yield LabelIssue(drawing, first, second)


def picture_of(drawing: Sketch) -> NDArray[np.uint8]:
    """Draw a drawing as it is, alone in the middle of a canvas."""
    pen = 1 if drawing.filled else PEN
    placed = Placed(drawing.points * np.float32(SIZE) + np.float32(SIDE / 2), drawing.ends, pen, 0, drawing.filled)
    return draw(Scene(SIDE, SIDE, (placed,)))


def sheet(page: Sequence[LabelIssue]) -> Image.Image:
    """Show drawings above their label, the labels by detector and baseline, and their key."""
    pictures = [Image.fromarray(picture_of(issue.drawing)) for issue in page]
    captions = [
        f"{issue.drawing.label[:5]}: {issue.detector.label[:5]} {issue.baseline.label[:5]}\n{issue.drawing.key[-15:]}"
        for issue in page
    ]
    return contact_sheet(pictures, captions, COLUMNS, TILE)
