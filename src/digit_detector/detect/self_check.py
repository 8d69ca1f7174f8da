"""Self-check: an accelerator is trusted only if it agrees with the CPU on one stored drawing."""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from digit_detector.metadata import ModelMetadata

Floats = npt.NDArray[np.float32]

MAX_BOX_DIFFERENCE: Final = 1.0
"""Pixels of the input."""
MAX_SCORE_DIFFERENCE: Final = 0.05

# A 3, a 7 and a scribble, as pen strokes on a canvas of 192 px.
_CANVAS: Final = 192
_STROKES: Final = (
    ((28, 40), (44, 28), (60, 40), (52, 56), (40, 60), (56, 64), (64, 80), (48, 94), (28, 86)),
    ((100, 34), (142, 32), (128, 58), (116, 92)),
    ((60, 150), (74, 124), (88, 152), (98, 122), (112, 156), (124, 128), (136, 150)),
)


def check_input(input_size: int) -> Floats:
    """Return the stored drawing as the network's input: float32 (1, 1, S, S), ink in [0, 1]."""
    canvas = np.zeros((input_size, input_size), np.uint8)
    for stroke in _STROKES:
        points = np.rint(np.array(stroke) * input_size / _CANVAS).astype(np.int32)
        cv2.polylines(canvas, [points], isClosed=False, color=255, thickness=5, lineType=cv2.LINE_AA)
    return canvas[None, None].astype(np.float32) / np.float32(255)


def find_disagreement(metadata: ModelMetadata, reference: Floats, outputs: Floats) -> str | None:
    """Describe how outputs differ from the CPU's; None if they agree.

    Boxes that would be shown must lie within a pixel and have equal labels; all scores must differ little.

    Args:
        reference, outputs: (A, 5 + classes), for the same input.
    """
    if not np.isfinite(outputs).all():
        return "numbers that are not finite"
    expected, found = (array[:, 4:5] * array[:, 5:] for array in (reference, outputs))
    shown = expected.max(axis=1) >= min(metadata.score_threshold, float(expected.max()))
    difference = float(np.abs(reference[shown, :4] - outputs[shown, :4]).max())
    if difference > MAX_BOX_DIFFERENCE:
        return f"boxes that differ by {difference:.1f} px"
    if (expected[shown].argmax(axis=1) != found[shown].argmax(axis=1)).any():
        return "other labels"
    difference = float(np.abs(expected - found).max())
    if difference > MAX_SCORE_DIFFERENCE:
        return f"scores that differ by {difference:.2f}"
    return None
