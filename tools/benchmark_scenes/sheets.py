"""Sheets of paper: writing, print and lines, laid out in units in which a written digit is `DIGIT` high."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from digit_detector.classes import CLASSES, DIGITS, OTHER
from digit_detector.synth.scene import Placed, extent_of

Floats = NDArray[np.float32]

DIGIT: Final = 60.0
"""Height of a written digit, in units of the sheet."""


@dataclass
class Sheet:
    """What is on a sheet, in its units.

    Attributes:
        paper: the colour of the paper, RGB.
        pen: the colour of the ink.
        written: objects and marks by how much of the paper they cover, in [0, 1].
        lines: points (n, 2), width and cover of each line of the paper.
        print: outlines of each printed character, and its label.
        behind: strokes of the page behind, which shine through.
        size: of a sheet that lies on a desk, otherwise there is paper everywhere.
    """

    paper: tuple[int, int, int]
    pen: tuple[int, int, int]
    written: list[tuple[Placed, float]] = field(default_factory=list)
    lines: list[tuple[Floats, float, float]] = field(default_factory=list)
    print: list[tuple[list[Floats], int]] = field(default_factory=list)
    behind: list[Placed] = field(default_factory=list)
    size: tuple[float, float] | None = None

    def write(self, objects: Sequence[Placed], cover: float = 0.9) -> None:
        """Write objects."""
        self.written += [(placed, cover) for placed in objects]

    def rule(self, start: Sequence[float], end: Sequence[float], width: float, cover: float) -> None:
        """Draw a line of the paper."""
        along = np.linspace(0, 1, 40, dtype=np.float32)[:, None]
        self.lines.append((np.array(start, np.float32) * (1 - along) + np.array(end, np.float32) * along, width, cover))

    def grid(self, xs: Sequence[float], ys: Sequence[float], width: float, cover: float) -> None:
        """Draw a table's lines between these columns and rows."""
        for x in xs:
            self.rule((x, ys[0]), (x, ys[-1]), width, cover)
        for y in ys:
            self.rule((xs[0], y), (xs[-1], y), width, cover)

    def type(self, text: str, corner: Sequence[float], height: float) -> float:
        """Print text with its top left corner at `corner`, capitals `height` high, and return where it ends."""
        x = float(corner[0])
        for character in text:
            outlines, advance = _glyph(character)
            moved = [outline * height + np.array([x, corner[1]], np.float32) for outline in outlines]
            if moved:
                self.print.append((moved, CLASSES.index(character) if character in DIGITS else OTHER))
            x += advance * height
        return x

    @property
    def extent(self) -> tuple[Floats, Floats]:
        """The corners of everything written or printed."""
        low, high = extent_of([placed for placed, _ in self.written])
        points = [outline for outlines, _ in self.print for outline in outlines]
        return np.min([low, *(p.min(0) for p in points)], 0), np.max([high, *(p.max(0) for p in points)], 0)


@cache
def _glyph(character: str) -> tuple[list[Floats], float]:
    """Return the outlines of a printed character, whose capitals are 1 high and stand from 0, and its advance."""
    font = ImageFont.load_default(200)
    picture = Image.new("L", (400, 400))
    ImageDraw.Draw(picture).text((60, 60), character, 255, font)
    top, bottom = (font.getbbox("H")[edge] for edge in (1, 3))
    outlines, _ = cv2.findContours((np.asarray(picture) > 127).astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    scale = np.float32(bottom - top)
    shapes = [(outline[:, 0].astype(np.float32) - (60, 60 + top)) / scale for outline in outlines]
    return [np.asarray(shape, np.float32) for shape in shapes], font.getlength(character) / (bottom - top)
