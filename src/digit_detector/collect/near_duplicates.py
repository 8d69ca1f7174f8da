"""Group near duplicates among stored drawings, so that they can be reviewed together."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from digit_detector.detect.background import ink_of
from digit_detector.detect.images import read_image
from digit_detector.drawing import Drawing
from digit_detector.errors import ImageError

SIDE: Final = 24
BLUR: Final = 1.5
"""Sigma in pixels, so that slightly displaced strokes still overlap."""
MIN_SIMILARITY: Final = 0.93
"""Cosine similarity of ink from which two drawings are near duplicates."""
_BLOCK: Final = 512

Floats = npt.NDArray[np.float32]


def group_near_duplicates(drawings: Iterable[Drawing]) -> dict[str, str]:
    """Return, for the ID of each drawing, the ID of the first drawing of its group.

    Near duplicates have the same labels in the same order and nearly the same ink, at any position and size. Drawings
    whose picture cannot be read are left out.
    """
    by_labels: dict[tuple[str, ...], tuple[list[str], list[Floats]]] = {}
    for drawing in drawings:
        labels = tuple(annotation.label for annotation in drawing.annotations)
        with suppress(ImageError):
            shape = fingerprint(drawing)
            ids, fingerprints = by_labels.setdefault(labels, ([], []))
            ids.append(drawing.id)
            fingerprints.append(shape)
    return {
        drawing_id: ids[first]
        for ids, fingerprints in by_labels.values()
        for drawing_id, first in zip(ids, _firsts(np.stack(fingerprints)), strict=True)
    }


def fingerprint(drawing: Drawing) -> Floats:
    """Return the shape of the ink as a unit vector (SIDE * SIDE,); zeros if there is no ink."""
    ink = ink_of(read_image(drawing.read()))
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


def _firsts(fingerprints: Floats) -> list[int]:
    """Return, for each drawing, the index of the first one that is similar to it and starts a group."""
    firsts = list(range(len(fingerprints)))
    for start in range(0, len(fingerprints), _BLOCK):
        similarity = fingerprints[start : start + _BLOCK] @ fingerprints.T
        for index, row in enumerate(similarity, start):
            for earlier in np.flatnonzero(row[:index] >= MIN_SIMILARITY).tolist():
                if firsts[earlier] == earlier:
                    firsts[index] = earlier
                    break
    return firsts
