"""Everything that another implementation of the detector must share with this one, as data.

The page in `web/` is built with it: `python -m digit_detector.show.specification FILE` writes it as JSON.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from digit_detector.classes import CENSORED, CLASSES, DIGITS
from digit_detector.detect import background as paper
from digit_detector.detect.backends import OnnxRuntime, bundled
from digit_detector.detect.detections import LINE_OVERLAP
from digit_detector.detect.letterbox import MIN_CONTRAST, STEEPNESS
from digit_detector.detect.postprocess import TOP
from digit_detector.detect.self_check import CHECK_CANVAS, CHECK_STROKES
from digit_detector.detect.tighten import FAINT, REACH, REACH_SHARE
from digit_detector.metadata import SIZE_LOGIT_RANGE
from digit_detector.show.render import COLOURS, text_colour


def specification(weights: Path) -> dict[str, Any]:
    """Classes, colours, constants of preprocessing, decoding and reading, and what an ONNX file says of itself.

    Raises WeightsError where the file is missing, damaged, or none of this project.
    """
    metadata = OnnxRuntime(weights, threads=1).metadata
    content = weights.read_bytes()
    return {
        "classes": CLASSES,
        "digits": DIGITS,
        "censored": CLASSES[CENSORED],
        "colours": {label: {"box": colour, "text": text_colour(colour)} for label, colour in COLOURS.items()},
        "paper": {
            "smallest": paper.SMALLEST,
            "even": paper.EVEN,
            "alike": paper.ALIKE,
            "same": paper.SAME,
            "common": paper.COMMON,
            "rare": paper.RARE,
            "framed": paper.FRAMED,
            "samples": paper.SAMPLES,
            "rounds": paper.ROUNDS,
        },
        "preprocessing": {"minContrast": MIN_CONTRAST, "steepness": STEEPNESS},
        "decoding": {"sizeLogitRange": SIZE_LOGIT_RANGE, "top": TOP},
        "tightening": {"reach": REACH, "reachShare": REACH_SHARE, "faint": FAINT},
        "reading": {"lineOverlap": LINE_OVERLAP},
        "check": {"side": CHECK_CANVAS, "strokes": CHECK_STROKES},
        "model": {
            "inputSize": metadata.input_size,
            "strides": metadata.strides,
            "anchors": metadata.anchors,
            "scoreThreshold": metadata.score_threshold,
            "iouThreshold": metadata.iou_threshold,
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        },
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(specification(bundled("onnx")), indent=1) + "\n", encoding="utf-8")
