"""`digit-detector data hard-examples`: list training drawings that weights misread, to train on them more often.

Most drawings are read rightly long before training ends, and teach little more (hard example mining, as in
Shrivastava et al. 2016, but over drawings instead of regions).
"""

import argparse
import json
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from digit_detector.detect.detector import Detector
from digit_detector.errors import DataError, DigitDetectorError
from digit_detector.evaluate.metrics import exactly_right
from digit_detector.synth.rasterize import boxes_of, draw
from digit_detector.synth.scene import SIDE, Scene, SceneGenerator
from digit_detector.synth.sources.public_sets import READERS, TRAINED_ON, Reader, data_root
from digit_detector.synth.strokes import Sketch


def main(argv: Sequence[str]) -> int:
    """Write the keys of the drawings that are misread, as JSON."""
    parser = argparse.ArgumentParser(prog="digit-detector data hard-examples", description=main.__doc__)
    parser.add_argument("output", type=Path, help="the JSON file to write, for --data.hard of fit")
    parser.add_argument("--data-root", help="folder of the public sets (or DIGIT_DETECTOR_DATA)")
    parser.add_argument("--sources", nargs="+", default=TRAINED_ON, choices=list(READERS))
    parser.add_argument("--weights", type=Path, help="a .onnx or .safetensors file; by default the bundled one")
    parser.add_argument("--readings", type=int, default=3, help="canvases of each drawing; by default %(default)s")
    arguments = parser.parse_args(argv)
    if arguments.readings < 1:
        raise DigitDetectorError(f"--readings is {arguments.readings}: give 1 or more")
    output: Path = arguments.output
    _make_room(output)
    detector = Detector.load(arguments.weights)
    drawings = Reader(data_root(arguments.data_root), "train").read(tuple(arguments.sources))
    keys = [one.key for one in tqdm(drawings, disable=None) if is_hard(detector, one, arguments.readings)]
    output.write_text(json.dumps({"misread": keys}, indent=0) + "\n", encoding="utf-8")
    print(f"{len(keys):,} of {len(drawings):,} drawings were misread at least once in {arguments.readings} readings")
    return 0


def _make_room(output: Path) -> None:
    """Show before the long reading that the list can be written after it."""
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.touch()
    except OSError as error:
        raise DataError(f"{output} cannot be written ({error}): give another file") from error


def is_hard(detector: Detector, drawing: Sketch, readings: int) -> bool:
    """Whether the detector, at its own thresholds, misreads the drawing alone on any of so many canvases."""
    rng = np.random.default_rng(zlib.crc32(drawing.key.encode()))
    for _ in range(readings):
        scene = Scene(SIDE, SIDE, tuple(SceneGenerator.alone(rng, SIDE, SIDE, drawing)))
        found = detector.detect(draw(scene))
        labels = np.array([placed.label for placed in scene.objects], np.int64)
        if not exactly_right(found.boxes, found.labels, boxes_of(scene), labels):
            return True
    return False


def read_hard(path: Path) -> frozenset[str]:
    """The keys that the command wrote. Raises DataError where the file is missing or is no such list."""
    try:
        keys = json.loads(path.read_text(encoding="utf-8"))["misread"]
        if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
            raise TypeError("`misread` is no list of keys")
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DataError(f"{path}: expected the list of `digit-detector data hard-examples` ({error})") from error
    return frozenset(keys)
