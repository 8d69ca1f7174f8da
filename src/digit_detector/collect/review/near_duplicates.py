"""Near-duplicates among kept drawings, so that they can be decided together."""

from collections.abc import Iterable
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from digit_detector.detect.background import ink_of
from digit_detector.detect.images import read_image
from digit_detector.drawing import Drawing

SIDE: Final = 24
BLUR: Final = 1.5
"""px: a stroke that lies a little beside another one still overlaps it."""
ALIKE: Final = 0.93
"""Cosine of two drawings' ink from which they are near-duplicates."""
_TOGETHER: Final = 512

Floats = npt.NDArray[np.float32]


def groups(records: Iterable[Drawing]) -> dict[str, str]:
    """For each drawing's id the id of its group's first drawing.

    Alike are drawings with the same labels in the same order and nearly the same ink, wherever it lies and however
    large it is.
    """
    kept: dict[tuple[str, ...], tuple[list[str], list[Floats]]] = {}
    for record in records:
        names, prints = kept.setdefault(tuple(annotation.label for annotation in record.annotations), ([], []))
        names.append(record.id)
        prints.append(fingerprint(record))
    return {
        name: names[first]
        for names, prints in kept.values()
        for name, first in zip(names, _firsts(np.stack(prints)), strict=True)
    }


def fingerprint(record: Drawing) -> Floats:
    """The ink's shape as a unit vector (SIDE * SIDE,); zeros where there is no ink."""
    ink = ink_of(read_image(record.read()))
    x, y, width, height = cv2.boundingRect(ink)
    square = np.zeros((SIDE, SIDE), np.float32)
    if width and height:
        scale = SIDE / max(width, height)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        square[: size[1], : size[0]] = cv2.resize(
            ink[y : y + height, x : x + width].astype(np.float32), size, interpolation=cv2.INTER_AREA
        )
    blurred = cv2.GaussianBlur(square, (0, 0), BLUR).ravel()
    return np.asarray(blurred / max(float(np.linalg.norm(blurred)), 1e-9), np.float32)


def _firsts(prints: Floats) -> list[int]:
    """For each drawing the first one that is like it and like no earlier one."""
    firsts = list(range(len(prints)))
    for start in range(0, len(prints), _TOGETHER):
        likeness = prints[start : start + _TOGETHER] @ prints.T
        for index, row in enumerate(likeness, start):
            for earlier in np.flatnonzero(row[:index] >= ALIKE).tolist():
                if firsts[earlier] == earlier:
                    firsts[index] = earlier
                    break
    return firsts
