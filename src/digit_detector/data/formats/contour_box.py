"""The box of a single drawing, proposed from its contours: for pictures that come with a name and without a box."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digit_detector.detect.background import ink_of
from digit_detector.detect.letterbox import MIN_CONTRAST
from digit_detector.drawing import Box

SPECK: Final = 0.08
"""Contours smaller than this share of the largest one are slips of the pen, and JPEG's stains."""


def propose(image: NDArray[np.uint8]) -> Box | None:
    """The box around all contours of the ink but specks, xyxy in pixels of the image; None where there is no ink.

    image: uint8 (H, W), (H, W, 3) or (H, W, 4), with one object.
    """
    ink = ink_of(image)
    strongest = int(ink.max())
    if strongest < MIN_CONTRAST:
        return None
    contours, _ = cv2.findContours((ink > strongest // 2).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    rectangles = np.array([cv2.boundingRect(contour) for contour in contours], np.float64)
    sizes = rectangles[:, 2:].max(axis=1)
    kept = rectangles[sizes >= SPECK * sizes.max()]
    x0, y0 = kept[:, :2].min(axis=0).tolist()
    x1, y1 = (kept[:, :2] + kept[:, 2:]).max(axis=0).tolist()
    return x0, y0, x1, y1
