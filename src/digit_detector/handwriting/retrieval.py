"""The yardstick of the model: find the most similar training writer, and adapt that writer's digits.

It would show real people's ink, so it is measured but never shipped.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digit_detector.handwriting.glyphs import FIRST, to_strokes
from digit_detector.handwriting.judges import Floats, StrokeJudge
from digit_detector.handwriting.references import Reference
from digit_detector.handwriting.style_model import CLASSES
from digit_detector.handwriting.training import WriterSamples

_SLANT: Final = 0.5
_ASPECT: Final = 0.33
"""Fractions of the differences in slant and log aspect that one drawn digit tells about others (regression)."""


class Retrieval:
    """The nearest training writer by the stroke judge's features, with slant and aspect shifted to the drawn digits."""

    def __init__(self, hands: Sequence[WriterSamples], judge: StrokeJudge) -> None:
        self._judge = judge
        self._embedded = [[judge.embed(hand.of(label), label) for label in range(CLASSES)] for hand in hands]
        self._medoids = [
            [_medoid(hand.of(label), points) for label, points in enumerate(classes)]
            for hand, classes in zip(hands, self._embedded, strict=True)
        ]
        everything = np.concatenate([hand.glyphs for hand in hands])
        labels = np.concatenate([hand.labels for hand in hands])
        self._usual = [np.mean([_posture(glyph) for glyph in everything[labels == c]], axis=0) for c in range(CLASSES)]

    def write(self, references: Sequence[Reference]) -> Floats:
        """Return a glyph of each class, (10, 129)."""
        distances = np.zeros(len(self._embedded))
        for reference in references:
            point = self._judge.embed(reference.glyph[None], reference.digit)
            for index, classes in enumerate(self._embedded):
                own = classes[reference.digit]
                distances[index] += np.linalg.norm(own - point, axis=1).min() if len(own) else 1e6
        order = np.argsort(distances, kind="stable")
        drawn = np.mean([_posture(ref.glyph) - self._usual[ref.digit] for ref in references], axis=0)
        glyphs = np.zeros((CLASSES, references[0].glyph.shape[0]), np.float32)
        for label in range(CLASSES):
            medoid = next(medoid for index in order if (medoid := self._medoids[index][label]) is not None)
            glyphs[label] = _shift(medoid, drawn - (_posture(medoid) - self._usual[label]))
        return glyphs


def _medoid(glyphs: Floats, points: Floats) -> Floats | None:
    """Return the glyph whose point has the smallest sum of distances to the others."""
    if not len(glyphs):
        return None
    distances = np.linalg.norm(points[:, None] - points, axis=-1).sum(1)
    return np.asarray(glyphs[distances.argmin()])


def _posture(glyph: Floats) -> NDArray[np.float64]:
    """Return slant and log aspect of a glyph: (2,)."""
    points = np.concatenate(to_strokes(glyph))
    x, y = (points - points.mean(0)).T
    width, height = np.ptp(points, axis=0)
    return np.array([(x * y).sum() / max((y * y).sum(), 1e-6), np.log(np.clip(width / max(height, 1e-6), 0.1, 3))])


def _shift(glyph: Floats, difference: NDArray[np.float64]) -> Floats:
    """Shift slant and aspect by a fraction of a difference, and scale the longer side to 1 again."""
    points = glyph[:-1].reshape(-1, 2).astype(np.float64)
    stretch = np.exp(_ASPECT * np.clip(difference[1], -1, 1) / 2)
    points = np.stack((points[:, 0] + _SLANT * difference[0] * points[:, 1], points[:, 1]), 1) * [stretch, 1 / stretch]
    ink = points if glyph[-1] > 0.5 else points[:FIRST]
    low, high = ink.min(0), ink.max(0)
    shifted = (points - (low + high) / 2) / (high - low).max()
    if glyph[-1] < 0.5:
        shifted[FIRST:] = 0
    return np.append(shifted.reshape(-1), glyph[-1]).astype(np.float32)
