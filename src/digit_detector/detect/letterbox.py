"""Letterboxing: ink to the network's input, and boxes back to the picture's pixels.

The project has one preprocessing: `ink_of`, `steepen`, `letterbox`. `Detector.predict` runs it for pictures; drawings,
whose ink is known, begin with `steepen` (`Detector.predict_ink`). `preprocess` runs it as the last step of the training
data, so that training and serving agree.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digit_detector.detect.background import MIN_CONTRAST, ink_of

STEEPNESS: Final = 2.0
"""Ink fainter than a quarter of the strongest is dropped; up to three quarters it is steepened.

This removes noise, JPEG ripples and shading, and gives an enlarged or blurred picture the edges of a pen's stroke.
"""


Region = tuple[int, int, int, int]
"""x0, y0, x1, y1 in whole pixels of a picture, the last two exclusive."""


@dataclass(frozen=True, slots=True)
class Letterbox:
    """A network input, and how it was cut from the picture.

    Attributes:
        input: float32 (1, 1, S, S), ink in [0, 1]: 0 is paper, 1 is full ink.
        scale: pixels of the input per pixel of the picture.
        pad_x, pad_y: pixels of the input left of and above the region.
        region: the part of the picture that it shows: all of it, or a window.
        width, height: of the picture, in pixels.
    """

    input: NDArray[np.float32]
    scale: float
    pad_x: int
    pad_y: int
    region: Region
    width: int
    height: int

    @property
    def ink(self) -> NDArray[np.float32]:
        """The input without its batch and channel axes: (S, S)."""
        return np.asarray(self.input[0, 0])

    def to_input(self, boxes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Move boxes (N, 4) xyxy from pixels of the picture to pixels of the input."""
        corner, offset = self._corner_and_offset()
        return (np.asarray(boxes, np.float32) - corner) * np.float32(self.scale) + offset

    def to_picture(self, boxes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Move boxes (N, 4) xyxy from pixels of the input to pixels of the picture; they may lie outside it."""
        corner, offset = self._corner_and_offset()
        return (np.asarray(boxes, np.float32) - offset) / np.float32(self.scale) + corner

    def to_image(self, boxes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Move boxes (N, 4) xyxy from pixels of the input to pixels of the picture, and clip them to it."""
        limit = np.array([self.width, self.height] * 2, np.float32)
        return np.asarray(np.clip(self.to_picture(boxes), 0, limit), np.float32)

    def _corner_and_offset(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        left, top = self.region[:2]
        return np.array([left, top] * 2, np.float32), np.array([self.pad_x, self.pad_y] * 2, np.float32)


def preprocess(image: NDArray[np.uint8], input_size: int) -> Letterbox:
    """Make the network's input from any picture: its ink, letterboxed.

    Args:
        image: uint8 (H, W), (H, W, 3) or (H, W, 4).
        input_size: side of the square input, in pixels.

    Raises:
        ValueError: the array has another type or shape.
    """
    return letterbox(steepen(ink_of(image)), input_size)


def steepen(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Steepen the edges of ink (H, W): 255 from three quarters of the strongest on; all 0 without contrast."""
    strongest = int(ink.max())
    if strongest < MIN_CONTRAST:
        return np.zeros_like(ink)
    fraction = np.arange(256) / strongest
    table = np.floor(np.clip((fraction - 0.5) * STEEPNESS + 0.5, 0, 1) * 255).astype(np.uint8)
    return np.asarray(cv2.LUT(ink, table), np.uint8)


def letterbox(
    ink: NDArray[np.uint8], input_size: int, region: Region | None = None, mask: NDArray[np.uint8] | None = None
) -> Letterbox:
    """Fit steep ink into a square of `input_size` pixels, and scale it so that the strongest is 1.

    Ink is shrunk by area or enlarged bilinearly, and centred. A line of one pixel stays as visible as a brush.

    Args:
        ink: (H, W).
        input_size: side of the square, in pixels.
        region: the part to fit, by default all of it.
        mask: of the region's shape; ink where it is 0 is left out.
    """
    height, width = ink.shape
    left, top, right, bottom = region = region or (0, 0, width, height)
    scale = input_size / max(right - left, bottom - top)
    new_width, new_height = max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale))
    pad_x, pad_y = (input_size - new_width) // 2, (input_size - new_height) // 2
    canvas = np.zeros((input_size, input_size), np.float32)
    part = ink[top:bottom, left:right]
    if mask is not None:
        part = part * mask
    if part.any():
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        resized = cv2.resize(part.astype(np.float32), (new_width, new_height), interpolation=method)
        canvas[pad_y : pad_y + new_height, pad_x : pad_x + new_width] = resized / max(float(resized.max()), 1.0)
    return Letterbox(canvas[None, None], scale, pad_x, pad_y, region, width, height)
