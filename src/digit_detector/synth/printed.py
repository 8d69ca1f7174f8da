"""Print lines as forms, labels and receipts have them: words, codes, dates and numbers in the type of one face.

The outlines come from matplotlib's fonts (DejaVu, Computer Modern, STIX). Pillow's Aileron, in which the photographs of
`tools/benchmark_scenes` are printed, is not among them, so that these measure type that training never showed.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

import matplotlib as mpl
import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath
from numpy.random import Generator

from digit_detector.classes import CLASSES, DIGITS, OTHER
from digit_detector.synth.sampler import pick
from digit_detector.synth.scene import MARK, Placed
from digit_detector.synth.sources.curation import is_lookalike_sign
from digit_detector.synth.strokes import Points, join, simplify
from digit_detector.synth.written_numbers import MARKS

SANS: Final = ("DejaVuSans", "DejaVuSans-Bold", "DejaVuSansMono", "cmss10")
"""Upright faces without serifs, of which some lines have a 1 without a foot, as Helvetica and its like do."""

FACES: Final = (
    *SANS,
    *("DejaVuSansMono-Bold", "DejaVuSans-Oblique", "DejaVuSans-BoldOblique"),
    *("DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerif-Italic"),
    *("STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic", "STIXGeneralBolIta", "cmr10", "cmb10", "cmti10", "cmtt10"),
)

WORDS: Final = (
    "Name Date Total Sum No. Nr. Room Phone Tel. Score Amount Address Street City Code Price Qty Page Hour Time Table"
    " Signature Birth Number Class Points Invoice Tax Order Item Weight Team Player Please fill in of and the for to"
    " with per each max min kg km cm EUR USD"
)

LETTERS: Final = "eeeeettttaaaaooooiiiinnnnsssshhhrrrrddlllluuccmmwwffggyyppbbvkxjqz"
"""As frequent as in words, nearly."""

CASES: Final[tuple[Callable[[str], str], ...]] = (str, str, str.upper, str.lower)


class Printer:
    """Print lines in one face, size, shade and state."""

    def __init__(self, rng: Generator, height: float) -> None:
        """height: of a capital in pixels."""
        self._rng = rng
        self.height = height
        self._face = pick(rng, SANS if rng.random() < 0.5 else FACES)
        self._footless = self._face in SANS and rng.random() < 0.6
        self._shade = int(rng.uniform(0, 0.55) * 255) if rng.random() < 0.5 else 0
        self._tracking = 1 + max(0.0, float(rng.normal(0, 0.12)))
        self._case = pick(rng, CASES)
        tilt = rng.normal(0, 0.015) if rng.random() < 0.5 else 0.0
        stretch, slant = np.exp(rng.normal(0, 0.1)), rng.normal(0, 0.03)
        self._shape = np.array([[stretch, -slant], [tilt * stretch, 1]], np.float32) * np.float32(height)

    def line(self, text: str) -> list[Placed]:
        """Print a text from (0, 0) to the right; dots and dashes are marks."""
        line: list[Placed] = []
        x = 0.0
        for character in text:
            points, ends, advance = _glyph(self._face, character, self._footless)
            if ends:
                label = MARK if character in MARKS else CLASSES.index(character) if character in DIGITS else OTHER
                moved = (points + np.array([x, 0], np.float32)) @ self._shape.T
                line.append(Placed(moved, ends, 1.0, label, filled=True, shade=self._shade))
            x += advance * self._tracking
        return line

    def text(self, width: float) -> str:
        """Return words and numbers that fill about so many pixels."""
        parts: list[str] = []
        while sum(len(part) + 1 for part in parts) * 0.85 * self.height < width:
            parts.append(self.number() if self._rng.random() < 0.35 else self.word())
        return " ".join(parts)

    def label(self) -> str:
        """Return what stands beside a field: a word, often with a colon, or the number of a question."""
        if self._rng.random() < 0.15:
            return f"{self._rng.integers(1, 30)}{pick(self._rng, '.):')}"
        return self.word() + pick(self._rng, (":", ":", "", "#", "="))

    def word(self) -> str:
        """Return a word of forms or random letters, of which most resemble no digit."""
        if self._rng.random() < 0.5:
            return self._case(pick(self._rng, WORDS.split()))
        word = ""
        while 2 * sum(map(is_lookalike_sign, word)) >= len(word):
            word = "".join(pick(self._rng, LETTERS) for _ in range(int(self._rng.integers(2, 10))))
            word = self._case(word.capitalize() if self._rng.random() < 0.3 else word)
        return word

    def number(self) -> str:
        """Return a number, date, time, price or code such as A4."""
        rng = self._rng
        some = "".join(str(digit) for digit in rng.integers(0, 10, int(rng.integers(1, 7))))
        day, month, year, hour, minute = (int(value) for value in rng.integers((1, 1, 10, 0, 0), (32, 13, 40, 24, 60)))
        letter = pick(rng, "ACEFHKMNPRUVWXaehmnrx")
        forms = [some, some, some, f"{some},{minute:02}", f"{some}.{year}", f"{hour}:{minute:02}", f"{some}%"]
        forms += (f"{day:02}.{month:02}.20{year}", f"{day}/{month}/{year}", f"{letter}{day}", f"{some[:3]}-{letter}")
        forms += (f"+{some}", f"({some})", f"#{some}", f"{day}+{month}={day + month}", f"20{year}")
        return pick(rng, forms)


@cache
def _glyph(face: str, character: str, footless: bool) -> tuple[Points, tuple[int, ...], float]:
    """Return the outlines of a character, of which capitals are 1 high and stand on y = 0, their ends, and its advance.

    The points are only to be copied.
    """
    font = FontProperties(fname=Path(mpl.get_data_path(), "fonts", "ttf", f"{face}.ttf"))
    capital, pair = (TextPath((0, 0), text, 200, font) for text in ("H", character + "H"))
    scale = 1 / float(capital.vertices[:, 1].max())
    advance = float(pair.vertices[:, 0].max() - capital.vertices[:, 0].max()) * scale
    if character == " ":  # of which TextPath makes no path
        return np.zeros((0, 2), np.float32), (), advance
    polygons = TextPath((0, 0), character, 200, font).to_polygons()
    outlines = [np.asarray(polygon, np.float32) * np.array([scale, -scale], np.float32) for polygon in polygons]
    if footless and character == "1":
        outlines = [_without_foot(outline) for outline in outlines]
    points, ends = join([simplify(outline, closed=True) for outline in outlines])
    return points, ends, advance


def _without_foot(outline: Points) -> Points:
    """Return the outline of a 1 whose foot is as narrow as its stem."""
    stem = outline[(outline[:, 1] < -0.05) & (outline[:, 1] > -0.7)]
    right = outline[outline[:, 1] < -0.9, 0].max()
    left = stem[stem[:, 0] < right - 0.05, 0].max()
    foot = outline[:, 1] > -0.2
    return np.stack([np.where(foot, outline[:, 0].clip(left, right), outline[:, 0]), outline[:, 1]], axis=1)
