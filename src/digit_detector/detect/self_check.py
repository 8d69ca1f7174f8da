"""Whether an accelerator finds what the CPU finds, asked of one stored drawing before the accelerator is trusted."""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from digit_detector.detect.postprocess import Decoder
from digit_detector.metadata import ModelMetadata

Floats = npt.NDArray[np.float32]

MAX_BOX_DIFFERENCE: Final = 1.0
MAX_SCORE_DIFFERENCE: Final = 0.05

# A 3, a 7 and a scribble, as pen strokes on a canvas of 192 px.
CHECK_CANVAS: Final = 192
CHECK_STROKES: Final = (
    ((28, 40), (44, 28), (60, 40), (52, 56), (40, 60), (56, 64), (64, 80), (48, 94), (28, 86)),
    ((100, 34), (142, 32), (128, 58), (116, 92)),
    ((60, 150), (74, 124), (88, 152), (98, 122), (112, 156), (124, 128), (136, 150)),
)


def stored_input(input_size: int) -> Floats:
    """The stored drawing as the network's input: float32 (1, 1, S, S), ink in [0, 1]."""
    canvas = np.zeros((input_size, input_size), np.uint8)
    for stroke in CHECK_STROKES:
        points = np.rint(np.array(stroke) * input_size / CHECK_CANVAS).astype(np.int32)
        cv2.polylines(canvas, [points], isClosed=False, color=255, thickness=5, lineType=cv2.LINE_AA)
    return canvas[None, None].astype(np.float32) / np.float32(255)


def disagreement(metadata: ModelMetadata, reference: Floats, predictions: Floats) -> str | None:
    """How predictions differ from the CPU's, in words; None where they say the same.

    Of what would be shown, boxes lie within a pixel and labels are equal; of all there is, scores differ little.

    Args:
        reference, predictions: (A, 5 + classes) raw, for the same input.
    """
    if not np.isfinite(predictions).all():
        return "numbers that are not finite"
    decode = Decoder(metadata)
    expected, found = decode(reference), decode(predictions)
    best = expected.class_scores.max(axis=1)
    shown = best >= min(metadata.score_threshold, float(best.max()))
    difference = float(np.abs(expected.boxes[shown] - found.boxes[shown]).max())
    if difference > MAX_BOX_DIFFERENCE:
        return f"boxes that differ by {difference:.1f} px"
    if (expected.class_scores[shown].argmax(axis=1) != found.class_scores[shown].argmax(axis=1)).any():
        return "other labels"
    difference = float(np.abs(expected.class_scores - found.class_scores).max())
    if difference > MAX_SCORE_DIFFERENCE:
        return f"scores that differ by {difference:.2f}"
    return None
