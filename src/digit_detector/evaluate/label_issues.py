"""`digit-detector data label-issues`: list drawings whose label both the detector and a baseline contradict.

A person looks at them; decisions go into `synth/sources/label_fixes.py`.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from tqdm import tqdm

from digit_detector.classes import CLASSES
from digit_detector.detect.background import ink_of
from digit_detector.detect.detector import Detector
from digit_detector.evaluate.baselines.baseline_weights import NAMES, path_of
from digit_detector.evaluate.baselines.classifier import Baseline
from digit_detector.evaluate.baselines.contours import clean, crop, extent
from digit_detector.synth.rasterize import draw
from digit_detector.synth.scene import SIDE, Placed, Scene
from digit_detector.synth.sources.public_sets import READERS, TRAINED_ON, Reader, data_root
from digit_detector.synth.strokes import Sketch

SIZE: Final = 260
PEN: Final = 10
TILE: Final = 96
CAPTION: Final = 24
COLUMNS: Final = 14
ROWS: Final = 8
TOGETHER: Final = 256


class Opinion(NamedTuple):
    """What a reader names a drawing, and how surely: in [0, 1]."""

    label: str
    score: float


class Suspect(NamedTuple):
    """A drawing whose label two readers contradict."""

    drawing: Sketch
    detector: Opinion
    baseline: Opinion

    @property
    def surely(self) -> float:
        """How sure the less sure of both is."""
        return min(self.detector.score, self.baseline.score)

    def to_json(self) -> dict[str, Any]:
        """One row of the list."""
        facts = {"key": self.drawing.key, "label": self.drawing.label, "name": self.drawing.name}
        return {**facts, "detector": self.detector._asdict(), "baseline": self.baseline._asdict()}


def main(argv: Sequence[str]) -> int:
    """Write the suspects, the surest first, as rows and as sheets of pictures."""
    parser = argparse.ArgumentParser(prog="digit-detector data label-issues", description=main.__doc__)
    parser.add_argument("output", type=Path, help="folder for suspects.ndjson and the sheets")
    parser.add_argument("--data-root", help="folder of the public sets (or DIGIT_DETECTOR_DATA)")
    parser.add_argument("--sources", nargs="+", default=TRAINED_ON, choices=list(READERS))
    parser.add_argument("--splits", nargs="+", default=("train", "validation"), choices=("train", "validation"))
    parser.add_argument("--weights", type=Path, help="the detector's; by default the bundled ones")
    parser.add_argument("--baseline", choices=NAMES, default="cnn12", help="the second opinion; by default %(default)s")
    parser.add_argument("--sure", type=float, default=0.5, help="what both must score; by default %(default)s")
    arguments = parser.parse_args(argv)
    root = data_root(arguments.data_root)
    detector, baseline = Detector.load(arguments.weights, device="cpu"), Baseline.load(path_of(arguments.baseline))
    found: list[Suspect] = []
    for split in arguments.splits:
        drawings = Reader(root, split).read(tuple(arguments.sources))
        found += suspects(drawings, detector, baseline, arguments.sure)
    found.sort(key=lambda suspect: (-suspect.surely, suspect.drawing.key))
    folder: Path = arguments.output
    folder.mkdir(parents=True, exist_ok=True)
    rows = "".join(json.dumps(suspect.to_json()) + "\n" for suspect in found)
    (folder / "suspects.ndjson").write_text(rows, encoding="utf-8")
    page = COLUMNS * ROWS
    for start in range(0, len(found), page):
        sheet(found[start : start + page]).save(folder / f"suspects-{start // page + 1:02}.png")
    print(f"{len(found)} suspects in {folder}")
    return 0


def suspects(drawings: Sequence[Sketch], detector: Detector, baseline: Baseline, sure: float) -> Iterator[Suspect]:
    """The drawings that both name otherwise than their label says, each with a score of at least `sure`.

    The detector, which takes longer, is asked only about those that the baseline contradicts.
    """
    for start in tqdm(range(0, len(drawings), TOGETHER), disable=None):
        some = drawings[start : start + TOGETHER]
        crops = np.stack([_cropped(picture_of(drawing)) for drawing in some])
        for drawing, scores in zip(some, baseline.probabilities(crops), strict=True):
            second = Opinion(CLASSES[int(scores.argmax())], float(scores.max()))
            if second.label == drawing.label or second.score < sure:
                continue
            found = detector.detect(picture_of(drawing), score_threshold=sure).top
            if found and (first := Opinion(*found[0][0])).label != drawing.label:
                yield Suspect(drawing, first, second)


def picture_of(drawing: Sketch) -> NDArray[np.uint8]:
    """The drawing as it is, alone in the middle of a canvas."""
    pen = 1 if drawing.filled else PEN
    placed = Placed(drawing.points * np.float32(SIZE) + np.float32(SIDE / 2), drawing.ends, pen, 0, drawing.filled)
    return draw(Scene(SIDE, SIDE, (placed,)))


def _cropped(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    ink = clean(ink_of(picture))
    return crop(ink, extent(ink))


def sheet(page: Sequence[Suspect]) -> Image.Image:
    """Drawings with their label, what detector and baseline say, and their key."""
    rows = -(-len(page) // COLUMNS)
    made = Image.new("RGB", (COLUMNS * TILE, rows * (TILE + CAPTION)), "white")
    pen = ImageDraw.Draw(made)
    for index, suspect in enumerate(page):
        left, top = index % COLUMNS * TILE, index // COLUMNS * (TILE + CAPTION)
        picture = Image.fromarray(picture_of(suspect.drawing)).resize((TILE - 2, TILE - 2), Image.Resampling.BOX)
        made.paste(picture, (left + 1, top + 1))
        said = f"{suspect.drawing.label[:5]}: {suspect.detector.label[:5]} {suspect.baseline.label[:5]}"
        pen.text((left + 2, top + TILE), said, fill="firebrick")
        pen.text((left + 2, top + TILE + 11), suspect.drawing.key[-15:], fill="black")
        pen.rectangle((left, top, left + TILE - 1, top + TILE + CAPTION - 1), outline="silver")
    return made
