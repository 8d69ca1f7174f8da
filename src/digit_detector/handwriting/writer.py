"""Write digits and numbers in a person's hand: ONNX Runtime and NumPy, no torch."""

import importlib.resources
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from digit_detector.detect.backends import open_onnx
from digit_detector.detect.detector import Detector
from digit_detector.errors import HandwritingError
from digit_detector.handwriting.glyphs import Glyph, Points, to_strokes
from digit_detector.handwriting.paint import paint
from digit_detector.handwriting.references import Reference

MAX_REFERENCES: Final = 32
"""The newest ones count."""
MAX_DIGITS: Final = 20
"""Longest number that is written."""
GAP: Final = 0.25
"""Between digits, relative to their size."""
ROUNDS: Final = 6
"""Pictures in which the detector looks for candidates that it reads as meant."""
SURE: Final = 0.985
"""Score from which a candidate is also read as meant at other sizes: 99 % are, of those below 90 % and fewer."""

_CELL: Final = 100
_DIGIT: Final = 60
_PEN: Final = 6.0


@dataclass(eq=False)
class Hand:
    """A person's hand, as learnt from a few drawn digits.

    Attributes:
        references: the drawn digits.
        candidates: (10, C, 129) glyphs of each digit, best first.
        forms: (10, C): candidates of one class with the same number are of one form; -1 if implausible.
        spread: (10,): how much the candidates of a class disagree. Draw the class with the largest next.
    """

    references: tuple[Reference, ...]
    candidates: NDArray[np.float32]
    forms: NDArray[np.int32]
    spread: NDArray[np.float32]

    def options(self, digit: int) -> list[Glyph]:
        """Return the plausible candidates of a digit for choosing: the best, then one of each other form, and so on."""
        forms = self.forms[digit].tolist()
        ranks = [forms[:index].count(form) for index, form in enumerate(forms)]
        shown = [index for index, form in enumerate(forms) if form >= 0 or index == 0]
        return [self.candidates[digit, index] for index in sorted(shown, key=lambda index: ranks[index])]

    def write(self, number: str) -> list[Points]:
        """Write a number as strokes (n, 2), on one baseline; digits are 1 high or wide.

        Drawn digits are used as drawn. Further ones of the same digit are candidates of one form.

        Raises HandwritingError unless the number is 1 to 20 digits.
        """
        if not (number.isascii() and number.isdecimal() and len(number) <= MAX_DIGITS):
            raise HandwritingError(f"{number!r} cannot be written: give 1 to {MAX_DIGITS} digits, such as 2026")
        left, strokes = 0.0, []
        for place, digit in enumerate(map(int, number)):
            glyphs = self._glyphs(digit)
            parts = to_strokes(glyphs[number[:place].count(number[place]) % len(glyphs)])
            ink = np.concatenate(parts)
            low, high = ink.min(0), ink.max(0)
            strokes += [part + np.array([left - low[0], -high[1]], np.float32) for part in parts]
            left += float(high[0] - low[0]) + GAP
        return strokes

    def _glyphs(self, digit: int) -> list[Glyph]:
        """Return what a digit is written as when it occurs for the first time, the second time, and so on."""
        drawn = [reference.glyph for reference in self.references if reference.digit == digit]
        forms = self.forms[digit]
        alike = [glyph for glyph, form in zip(self.candidates[digit], forms, strict=True) if form == forms[0] >= 0]
        return drawn + (alike or [self.candidates[digit, 0]])


class Writer:
    """The model of handwriting; safe to share between threads.

    Example:
        >>> hand = Writer.load().learn([make_reference("7", [[(0, 0), (30, 0), (10, 50)]])])
        >>> len(hand.write("42")) >= 2
        True
    """

    def __init__(self, weights: Path) -> None:
        self.path = weights
        self._session = open_onnx(weights, threads=1)  # threads of so small a graph would wait for each other

    @classmethod
    def load(cls, weights: str | os.PathLike[str] | None = None) -> Self:
        """Load an .onnx file, by default the bundled one; raises WeightsError."""
        bundled = importlib.resources.files("digit_detector.models").joinpath("handwriting.onnx")
        return cls(Path(str(bundled) if weights is None else weights))

    def learn(self, references: Sequence[Reference], detector: Detector | None = None) -> Hand:
        """Learn a hand from drawn digits, of which the newest 32 count.

        A detector, if given, reads the best candidates; one that it surely reads as meant becomes the first.

        Raises HandwritingError if there is no drawn digit.
        """
        if not references:
            raise HandwritingError("there is no drawn digit to learn the hand from: give the strokes of at least one")
        newest = references[-MAX_REFERENCES:]
        outputs = self._session.run(
            None,
            {
                "glyphs": np.stack([reference.glyph for reference in newest]),
                "labels": np.array([reference.digit for reference in newest], np.int32),
            },
        )
        hand = Hand(tuple(newest), *outputs)
        if detector is not None:
            prefer_legible(hand, detector)
        return hand


def prefer_legible(hand: Hand, detector: Detector) -> None:
    """Move the first candidate of each class that the detector surely reads as meant to the front.

    If there is none in a few rounds, the most legible one comes first, a plausible one before others.
    `web/src/handwriting/legible.ts` has the same rule; both pass `tests/handwriting/selection_cases.json`.
    """
    scores: list[NDArray[np.float32]] = []
    for glyphs in hand.candidates[:, :ROUNDS].swapaxes(0, 1):
        scores.append(_legibility(glyphs, detector))
        if (np.max(scores, axis=0) >= SURE).all():
            break
    found = np.stack(scores, axis=1)
    plausible = hand.forms[:, : len(scores)] >= 0
    for digit, best in enumerate(np.argmax(np.minimum(found, SURE) + (plausible & (found > 0)), axis=1)):
        for outputs in (hand.candidates, hand.forms):
            outputs[digit, : best + 1] = np.roll(outputs[digit, : best + 1], 1, axis=0)


def _legibility(glyphs: NDArray[np.float32], detector: Detector) -> NDArray[np.float32]:
    """Return the scores (10,) with which the detector reads glyphs (10, 129), all on one canvas; 0 if misread."""
    centres = [(_CELL * (digit % 5 + 0.5), _CELL * (digit // 5 + 0.5)) for digit in range(10)]
    strokes = [
        part * _DIGIT + centre
        for glyph, centre in zip(glyphs, np.array(centres, np.float32), strict=True)
        for part in to_strokes(glyph)
    ]
    found = detector.predict_ink(255 - paint(strokes, _PEN, 5 * _CELL, 2 * _CELL)).detections()
    cells: list[list[tuple[str, float]]] = [[] for _ in range(10)]
    for box, label, score in zip(found.boxes, found.labels.tolist(), found.scores.tolist(), strict=True):
        column, row = (box[:2] + box[2:]) // (2 * _CELL)
        cells[int(5 * row + column)].append((found.names[label], score))
    scores = [cell[0][1] if [name for name, _ in cell] == [str(digit)] else 0.0 for digit, cell in enumerate(cells)]
    return np.array(scores, np.float32)
