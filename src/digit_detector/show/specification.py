"""The specification: classes, colours and constants that another implementation must share, as JSON.

The TypeScript page in `web/` is built with it: `python -m digit_detector.show.specification FILE` writes it.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from digit_detector.classes import CENSORED, CLASSES, DIGITS
from digit_detector.detect import background, line_removal, postprocess, reading_order, ruling, turning, windows
from digit_detector.detect.backends import OnnxBackend, bundled
from digit_detector.detect.detections import TOP
from digit_detector.detect.letterbox import MIN_CONTRAST, STEEPNESS
from digit_detector.show.listing import SURE_RATIO, SURE_SCORE
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
        "colours": {
            label: {"box": colour, "text": text_colour(colour), "line": LINES[label]}
            for label, colour in COLOURS.items()
        },
        "background": {
            "minSide": background.MIN_SIDE,
            "evenSpread": background.EVEN_SPREAD,
            "frameTolerance": background.FRAME_TOLERANCE,
            "colourTolerance": background.COLOUR_TOLERANCE,
            "minColourFraction": background.MIN_COLOUR_FRACTION,
            "minEvenFraction": background.MIN_EVEN_FRACTION,
            "maxFrameFraction": background.MAX_FRAME_FRACTION,
            "frameLineFraction": background.FRAME_LINE_FRACTION,
            "coarseSide": background.COARSE_SIDE,
            "reducedSide": background.REDUCED_SIDE,
            "squares": background.SQUARES,
            "edgeReach": background.EDGE_REACH,
            "minLight": background.MIN_LIGHT,
        },
        "lines": {
            "reducedSide": line_removal.REDUCED_SIDE,
            "minInk": line_removal.MIN_INK,
            "minInkFraction": line_removal.MIN_INK_FRACTION,
            "minCover": line_removal.MIN_COVER,
            "minPiece": line_removal.MIN_PIECE,
            "minPieceRatio": line_removal.MIN_PIECE_RATIO,
            "maxSlope": line_removal.MAX_SLOPE,
            "maxGap": line_removal.MAX_GAP,
            "minFilled": line_removal.MIN_FILLED,
            "minRatio": line_removal.MIN_RATIO,
            "maxRunRatio": line_removal.MAX_RUN_RATIO,
        },
        "ruling": {
            "maxThickness": ruling.MAX_THICKNESS,
            "minLoneRatio": ruling.MIN_LONE_RATIO,
            "border": ruling.BORDER,
            "minParallelLength": ruling.MIN_PARALLEL_LENGTH,
            "minOverlap": ruling.MIN_OVERLAP,
            "maxDistance": ruling.MAX_DISTANCE,
            "minMember": ruling.MIN_MEMBER,
            "minGridLines": ruling.MIN_GRID_LINES,
            "maxBoxDifference": ruling.MAX_BOX_DIFFERENCE,
        },
        "letterbox": {"minContrast": MIN_CONTRAST, "steepness": STEEPNESS},
        "windows": {
            "small": windows.SMALL,
            "confident": windows.CONFIDENT,
            "minLargest": windows.MIN_LARGEST,
            "tolerance": windows.TOLERANCE,
            "minSize": windows.MIN_SIZE,
            "minInputSize": windows.MIN_INPUT_SIZE,
            "maxDotRatio": windows.MAX_DOT_RATIO,
            "minDotFill": windows.MIN_DOT_FILL,
            "reviewFraction": windows.REVIEW_FRACTION,
            "windowSize": windows.WINDOW_SIZE,
            "steps": windows.STEPS,
            "maxWindows": windows.MAX_WINDOWS,
        },
        "turning": {
            "certain": turning.CERTAIN,
            "minObjects": turning.MIN_OBJECTS,
            "maxCertain": turning.MAX_CERTAIN,
            "minDigits": turning.MIN_DIGITS,
            "minGain": turning.MIN_GAIN,
        },
        "postprocess": {
            "reach": postprocess.SNAP_REACH,
            "reachFraction": postprocess.SNAP_REACH_FRACTION,
            "minEdgeInk": postprocess.MIN_EDGE_INK,
            "cutReach": postprocess.CUT_REACH,
            "minInside": postprocess.MIN_INSIDE,
            "minGroupInk": postprocess.MIN_GROUP_INK,
        },
        "detections": {"top": TOP},
        "readingOrder": {
            "lineOverlap": reading_order.LINE_OVERLAP,
            "maxRaisedSize": reading_order.MAX_RAISED_SIZE,
            "maxRaisedBottom": reading_order.MAX_RAISED_BOTTOM,
            "maxRaisedGap": reading_order.MAX_RAISED_GAP,
        },
        "doubt": {"minScore": SURE_SCORE, "maxRatio": SURE_RATIO},
        "model": {
            "inputSize": metadata.input_size,
            "scoreThreshold": metadata.score_threshold,
            "iouThreshold": metadata.iou_threshold,
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        },
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(specification(bundled("onnx")), indent=1) + "\n", encoding="utf-8")
