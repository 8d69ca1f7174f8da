"""The specification: classes, colours and constants that another implementation must share, as JSON.

The TypeScript page in `web/` is built with it: `python -m digit_detector.show.specification FILE` writes it.
"""

import hashlib
import json
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from digit_detector.classes import CENSORED, CLASSES, DIGITS
from digit_detector.detect import (
    background,
    faint,
    letterbox,
    line_removal,
    postprocess,
    reading_order,
    ruling,
    turning,
    windows,
)
from digit_detector.detect.backends import OnnxBackend, bundled
from digit_detector.detect.detections import TOP
from digit_detector.limits import MAX_SIDE
from digit_detector.show.explain import MIN_SCORE
from digit_detector.show.listing import MISSED_SCORE, SURE_RATIO, SURE_SCORE
from digit_detector.show.render import COLOURS, LINES, text_colour


def specification(weights: Path) -> dict[str, Any]:
    """Return classes, colours, the constants of each detection step, and the facts of an ONNX file.

    Raises WeightsError if the file is missing, damaged, or of another project.
    """
    metadata = OnnxBackend(weights, threads=1).metadata
    content = weights.read_bytes()
    return {
        "classes": CLASSES,
        "digits": DIGITS,
        "censored": CLASSES[CENSORED],
        "maxSide": MAX_SIDE,
        "colours": {
            label: {"box": colour, "text": text_colour(colour), "line": LINES[label]}
            for label, colour in COLOURS.items()
        },
        "background": constants(background),
        "lines": constants(line_removal),
        "ruling": constants(ruling),
        "letterbox": constants(letterbox),
        "windows": constants(windows),
        "faint": constants(faint),
        "turning": constants(turning),
        "postprocess": constants(postprocess),
        "readingOrder": constants(reading_order),
        "detections": {"top": TOP},
        "doubt": {
            "minScore": SURE_SCORE,
            "maxRatio": SURE_RATIO,
            "missedScore": MISSED_SCORE,
            "faintScore": MIN_SCORE,
        },
        "model": {
            "inputSize": metadata.input_size,
            "scoreThreshold": metadata.score_threshold,
            "iouThreshold": metadata.iou_threshold,
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        },
    }


def constants(module: ModuleType) -> dict[str, Any]:
    """Return the constants that a module declares, by their names in camelCase."""
    names = [name for name in module.__annotations__ if name.isupper() and not name.startswith("_")]
    return {re.sub("_(.)", lambda match: match[1].upper(), name.lower()): getattr(module, name) for name in names}


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(specification(bundled("onnx")), indent=1) + "\n", encoding="utf-8")
