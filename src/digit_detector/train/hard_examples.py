"""Hard example mining: find training drawings that weights misread, to train on them more often.

Most drawings are read correctly long before training ends, and teach little more (Shrivastava et al. 2016 mine regions;
this mines drawings).
"""

import argparse
import json
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from digit_detector.data.output import prepare_output
from digit_detector.detect.detector import Detector
from digit_detector.errors import DataError, DigitDetectorError
from digit_detector.evaluate.metrics import exactly_right
from digit_detector.synth.canvases import place_single
from digit_detector.synth.scene import SIDE, Scene, boxes_of, draw
from digit_detector.synth.sources.public_sets import READERS, TRAINED_ON, Reader, data_root
from digit_detector.synth.strokes import Sketch


def main(argv: Sequence[str]) -> int:
    """Write the keys of misread training drawings as JSON."""
    parser = argparse.ArgumentParser(prog="digit-detector data hard-examples", description=main.__doc__)
    parser.add_argument("output", type=Path, help="the JSON file to write, for --data.hard_examples of fit")
    parser.add_argument("--data-root", help="folder of the public sets (or DIGIT_DETECTOR_DATA)")
    parser.add_argument("--sources", nargs="+", default=TRAINED_ON, choices=list(READERS))
    parser.add_argument("--weights", type=Path, help="a .onnx or .safetensors file; by default the bundled one")
    parser.add_argument("--canvases", type=int, default=3, help="canvases per drawing (default: %(default)s)")
    arguments = parser.parse_args(argv)
    if arguments.canvases < 1:
        raise DigitDetectorError(f"--canvases is {arguments.canvases}: give 1 or more")
    prepare_output(arguments.output)
    detector = Detector.load(arguments.weights)
    sketches = Reader(data_root(arguments.data_root), "train").read(tuple(arguments.sources))
    progress = tqdm(sketches, unit=" drawings", disable=None)
    keys = [sketch.key for sketch in progress if is_misread(detector, sketch, arguments.canvases)]
    arguments.output.write_text(json.dumps({"misread": keys}, indent=0) + "\n", encoding="utf-8")
    print(f"{len(keys):,} of {len(sketches):,} drawings were misread on at least one of {arguments.canvases} canvases")
    return 0


def is_misread(detector: Detector, sketch: Sketch, canvases: int) -> bool:
    """Tell whether the detector, at its own thresholds, misreads a drawing on any of several canvases."""
    rng = np.random.default_rng(zlib.crc32(sketch.key.encode()))
    for _ in range(canvases):
        scene = Scene(SIDE, SIDE, tuple(place_single(rng, SIDE, SIDE, sketch)))
        found = detector.detect(draw(scene))
        labels = np.array([placed.label for placed in scene.objects], np.int64)
        if not exactly_right(found.boxes, found.labels, boxes_of(scene), labels):
            return True
    return False


def read_hard_examples(path: Path) -> frozenset[str]:
    """Read the keys that the command wrote; raises DataError if the file is missing or has another form."""
    try:
        keys = json.loads(path.read_text(encoding="utf-8"))["misread"]
        if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
            raise TypeError("`misread` is not a list of keys")
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DataError(f"{path}: expected the list of `digit-detector data hard-examples` ({error})") from error
    return frozenset(keys)
