"""Any picture to the network's input, and boxes back to the picture's pixels.

This is the one preprocessing of the project: the page, the API and the command line call it, and it is the last step
of the training pipeline, so that training and serving cannot drift apart.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digit_detector.detect.background import ink_on_paper

MIN_CONTRAST: Final = 24
"""Pictures whose strongest difference from the paper is below this (of 255) are blank."""

STEEPNESS: Final = 2.0
"""Ink fainter than a quarter of the strongest is paper, fainter than three quarters is steepened.

Noise, JPEG's ripples and the paper's shading go, and an enlarged or blurred picture gets the edges of a pen's stroke.
"""


@dataclass(frozen=True, slots=True)
class Prepared:
    """The network's input and the letterbox that made it."""

    input: NDArray[np.float32]
    """(1, 1, S, S), ink in [0, 1]: 0 is paper, 1 is full ink."""
    scale: float
    """Pixels of the input per pixel of the picture."""
    pad_x: int
    pad_y: int
    width: int
    height: int

    def to_input(self, boxes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Boxes (N, 4) xyxy from pixels of the picture to pixels of the network's input."""
        offset = np.array([self.pad_x, self.pad_y] * 2, np.float32)
        return np.asarray(boxes, np.float32) * np.float32(self.scale) + offset

    def to_image(self, boxes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Boxes (N, 4) xyxy from pixels of the network's input to pixels of the picture, clipped to it."""
        offset = np.array([self.pad_x, self.pad_y] * 2, np.float32)
        limit = np.array([self.width, self.height] * 2, np.float32)
        unclipped = (np.asarray(boxes, np.float32) - offset) / np.float32(self.scale)
        return np.asarray(np.clip(unclipped, 0, limit), np.float32)


def ink_of(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """How far each pixel is from the paper (`paper.py`): (H, W) uint8, 0 on paper.

    `image` is (H, W), (H, W, 3) or (H, W, 4); transparency is white paper.
    """
    if image.dtype != np.uint8 or image.ndim not in (2, 3) or (image.ndim == 3 and image.shape[2] not in (3, 4)):
        raise ValueError(f"expected uint8 (H, W), (H, W, 3) or (H, W, 4), got {image.dtype} {image.shape}")
    if image.ndim == 3 and image.shape[2] == 4:
        # The sums of the four channels tell in one pass what kind of picture it is.
        *colours, alpha = cv2.sumElems(image)
        if alpha == 0:
            return np.zeros(image.shape[:2], np.uint8)
        if not any(colours):  # black ink on transparency: what drawing canvases send
            return np.asarray(cv2.extractChannel(image, 3), np.uint8)
        opaque = alpha == 255 * image.shape[0] * image.shape[1]
        image = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGBA2RGB), np.uint8) if opaque else _on_white(image)
    return ink_on_paper(image)


def _on_white(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(H, W, 4) on white paper: (H, W, 3)."""
    *colours, alpha = cv2.split(image)
    paper = cv2.bitwise_not(alpha)
    return np.asarray(cv2.merge([cv2.add(cv2.multiply(one, alpha, scale=1 / 255), paper) for one in colours]), np.uint8)


def prepare(image: NDArray[np.uint8], input_size: int) -> Prepared:
    """The network's input from any picture.

    The ink's edges are steepened; then it is shrunk by area (enlarged bilinearly) to fit a square of `input_size`,
    centred, and scaled so that the strongest ink is 1: a line of one pixel stays as visible as a brush.

    Raises ValueError when `image` is not uint8 (H, W), (H, W, 3) or (H, W, 4).
    """
    ink = ink_of(image)
    height, width = ink.shape
    scale = input_size / max(height, width)
    new_width, new_height = max(1, round(width * scale)), max(1, round(height * scale))
    pad_x, pad_y = (input_size - new_width) // 2, (input_size - new_height) // 2
    canvas = np.zeros((input_size, input_size), np.float32)
    strongest = int(ink.max())
    if strongest >= MIN_CONTRAST:
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        crisp = cv2.LUT(ink, _steepened(strongest))
        shrunk = cv2.resize(crisp, (new_width, new_height), interpolation=method)
        canvas[pad_y : pad_y + new_height, pad_x : pad_x + new_width] = shrunk / max(float(shrunk.max()), 1.0)
    return Prepared(canvas[None, None], scale, pad_x, pad_y, width, height)


def _steepened(strongest: int) -> NDArray[np.float32]:
    """A table (256,) from ink to ink with steeper edges, 255 at and above three quarters of the strongest."""
    share = np.arange(256) / strongest
    return np.floor(np.clip((share - 0.5) * STEEPNESS + 0.5, 0, 1) * 255).astype(np.float32)
