"""Draw the contact sheet: what writers drew, what the model makes of it, and how they really write."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from PIL import Image, ImageDraw

from digit_detector.detect.detector import Detector
from digit_detector.handwriting.paint import paint_glyph
from digit_detector.handwriting.references import Reference
from digit_detector.handwriting.style_model import CLASSES
from digit_detector.handwriting.training import WriterSamples
from digit_detector.handwriting.writer import Writer

ROWS: Final = ((3,), (3, 7, 2), ())
"""Of each writer, the digits that are drawn in each row; none in the row of real ink."""

_CELL: Final = 64
_MARGIN: Final = 110


def draw_sheet(hands: Sequence[WriterSamples], writer: Writer, detector: Detector) -> Image.Image:
    """Draw three rows for each writer with all ten digits: one drawn digit, three drawn digits, and the real ink."""
    height = len(ROWS) * _CELL
    sheet = Image.new("RGB", (_MARGIN + CLASSES * _CELL, len(hands) * (height + 6)), "silver")
    draw = ImageDraw.Draw(sheet)
    for number, hand in enumerate(hands):
        rows = [int(np.flatnonzero(hand.labels == label)[0]) for label in range(CLASSES)]
        real = hand.glyphs[rows]
        for line, drawn in enumerate(ROWS):
            glyphs = real.copy()
            if drawn:
                references = [Reference(digit, real[digit], 1.0) for digit in drawn]
                missing = [digit for digit in range(CLASSES) if digit not in drawn]
                glyphs[missing] = writer.learn(references, detector).candidates[missing, 0]
            top = number * (height + 6) + line * _CELL
            caption = f"{len(drawn)} drawn" if drawn else "real"
            draw.rectangle((0, top, _MARGIN, top + _CELL), fill="white")
            draw.text((6, top + 24), f"writer {number + 1}, {caption}", fill="black")
            for digit, glyph in enumerate(glyphs):
                picture = Image.fromarray(paint_glyph(glyph, 0.72 * 2 * _CELL, 7.0, 2 * _CELL)).resize((_CELL, _CELL))
                left = _MARGIN + digit * _CELL
                sheet.paste(picture, (left, top))
                if digit in drawn:
                    draw.rectangle((left + 1, top + 1, left + _CELL - 2, top + _CELL - 2), outline="blue")
    return sheet
