"""Name the conditions: how many canvases each has, of which drawings, drawn in which way."""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from benchmark_scenes import canvases, pages, photos
from benchmark_scenes.ink import Canvas, draw_ink
from benchmark_scenes.layout import sized
from benchmark_scenes.reserved_drawings import Chooser, Piece
from digit_detector.classes import DIGITS
from digit_detector.synth.scene import SIDE
from digit_detector.synth.sources.curation import is_lookalike
from digit_detector.synth.strokes import Sketch

_Choose = Callable[[Chooser, Generator], Sequence[Piece]]


@dataclass(frozen=True)
class Condition:
    """A kind of canvas with figures of its own.

    Attributes:
        name: as figures and pictures show it.
        count: canvases.
        choose: picks the pieces that a canvas is made of.
        draw: makes the canvas of them.
        keep: whether a person could read the canvas; others are left out.
        lossy: whether its pictures are stored as JPEG files: noise takes ten times the bytes in a PNG file.
    """

    name: str
    count: int
    choose: _Choose
    draw: Callable[[Generator, Any], Canvas]
    keep: Callable[[Canvas, Any], bool] = lambda canvas, pieces: True
    lossy: bool = False

    def chosen(self, chooser: Chooser, seed: int) -> Sequence[Piece]:
        """Choose the pieces of the canvas of this seed."""
        return self.choose(chooser, self._generator(seed, 1))

    def canvas(self, seed: int, pieces: Sequence[Piece]) -> Canvas:
        """Draw the canvas of this seed from these pieces."""
        return self.draw(self._generator(seed, 0), pieces)

    def _generator(self, seed: int, use: int) -> Generator:
        return np.random.default_rng((zlib.crc32(self.name.encode()), seed, use))


def _pieces(*kinds: tuple[Callable[[Chooser, Generator, int], Sequence[Piece]], int, int]) -> _Choose:
    """Return a choice of pieces of each kind, as many as between two numbers."""

    def choose(chooser: Chooser, rng: Generator) -> Sequence[Piece]:
        return [
            piece for choice, low, high in kinds for piece in choice(chooser, rng, int(rng.integers(low, high + 1)))
        ]

    return choose


def digits(low: int, high: int) -> _Choose:
    """Return a choice of `low` to `high` digits of one writer."""
    return _pieces((Chooser.digits, low, high))


def _rude_among_others(chooser: Chooser, rng: Generator) -> Sequence[Piece]:
    others = chooser.digits if rng.random() < 0.5 else chooser.doodles
    return [*chooser.rude(rng, 1), *others(rng, int(rng.integers(1, 3)))]


def _shaped(name: str, chooser: Chooser, rng: Generator) -> Sequence[Piece]:
    return chooser.shaped(rng, name, int(rng.integers(1, 3)))


def _sum(chooser: Chooser, rng: Generator) -> Sequence[Piece]:
    """Choose two to four numbers of one to three digits, with a sign after each but the last."""
    counts = rng.integers(1, 4, int(rng.integers(2, 5))).tolist()
    written = iter(chooser.digits(rng, sum(counts)))
    pieces: list[Piece] = []
    for index, count in enumerate(counts):
        if index:
            pieces += chooser.signs(rng, "=" if index == len(counts) - 1 else "++-*/,.=()", 1)
        pieces += [next(written) for _ in range(count)]
    return pieces


def _words(chooser: Chooser, rng: Generator) -> Sequence[Piece]:
    """Choose one or two words; every other time a number follows."""
    letters = "ABCDEFGHKLMNPRUVWX" if rng.random() < 0.4 else "aabdeeefhkmnprrtuvwxyzqgos"
    pieces: list[Piece] = list(chooser.signs(rng, letters, int(rng.integers(3, 11))))
    return pieces + list(chooser.digits(rng, int(rng.integers(1, 6)))) if rng.random() < 0.5 else pieces


def _are_words(canvas: Canvas, drawings: Sequence[Sketch]) -> bool:
    """Tell whether most letters resemble no digit, so that a reader takes the others for letters too."""
    letters = [drawing for drawing in drawings if drawing.label not in DIGITS]
    return 2 * sum(map(is_lookalike, letters)) < len(letters)


def _pictures(chooser: Chooser, rng: Generator) -> Sequence[Piece]:
    return chooser.pictures(rng, 1 if rng.random() < 0.5 else int(rng.integers(2, 7)))


def readable_when_thick(canvas: Canvas, drawings: Sequence[Sketch]) -> bool:
    """Tell whether a brush leaves a digit the holes that a usual pen gives it, and makes no others."""
    usual = np.zeros((SIDE, SIDE), np.uint8)
    draw_ink(usual, sized(drawings[0], 0.95 * SIDE, 16).moved(np.full(2, SIDE / 2, np.float32)))
    return _holes(usual, smallest=600) == _holes(255 - canvas.image, smallest=24)


def _holes(ink: NDArray[np.uint8], smallest: int) -> int:
    """Count areas of paper, of at least so many pixels, that ink shuts off from the outside."""
    paper = np.pad((ink < 128).astype(np.uint8), 1, constant_values=1)
    count, _, measures, _ = cv2.connectedComponentsWithStats(paper, connectivity=4)
    areas = measures[1:count, cv2.CC_STAT_AREA]
    return int((areas >= smallest).sum()) - 1


SHAPES: Final = ("crossed 7", "slashed 0", "plain 1", "serifed 1", "open 4", "closed 4", "two-stroke 5")

CONDITIONS: Final = (
    Condition("one digit", 150, digits(1, 1), canvases.single),
    Condition("several digits", 150, digits(2, 8), canvases.several),
    Condition("written numbers", 150, digits(2, 11), canvases.number),
    Condition("digits among letters", 100, _pieces((Chooser.digits, 1, 4), (Chooser.letters, 1, 3)), canvases.several),
    Condition("digits among doodles", 100, _pieces((Chooser.digits, 1, 3), (Chooser.doodles, 1, 2)), canvases.doodled),
    Condition("letters", 100, _pieces((Chooser.letters, 1, 5)), canvases.several),
    Condition("doodles", 150, _pieces((Chooser.doodles, 1, 2)), canvases.doodled),
    Condition("rude doodles", 150, _pieces((Chooser.rude, 1, 1)), canvases.doodled),
    Condition("rude among others", 80, _rude_among_others, canvases.doodled),
    Condition("thin pens", 120, digits(1, 6), canvases.thin),
    Condition("thick pens", 120, digits(1, 1), canvases.thick, readable_when_thick),
    Condition("broken strokes", 100, digits(1, 4), canvases.broken),
    Condition("slanted", 120, digits(1, 5), canvases.slanted),
    *(
        Condition(name, 60, partial(_shaped, name), canvases.slashed if name == "slashed 0" else canvases.several)
        for name in SHAPES
    ),
    Condition("empty or dots", 100, _pieces(), canvases.stray),
    Condition("MNIST pictures", 400, _pictures, canvases.pasted),
    Condition("white on black", 80, digits(1, 7), photos.white_on_black),
    Condition("grey paper", 80, digits(1, 7), photos.grey_paper, lossy=True),
    Condition("coloured pens", 80, digits(1, 7), photos.coloured_pens),
    Condition("not square", 80, digits(1, 7), photos.not_square),
    Condition("JPEG", 80, digits(1, 7), photos.compressed, lossy=True),
    Condition("beside a lamp", 80, digits(1, 7), photos.lamp, lossy=True),
    Condition("lined paper", 80, digits(1, 7), photos.lined),
    Condition("framed", 80, digits(1, 7), photos.framed),
    Condition("pixelated", 80, digits(1, 1), photos.pixelated),
    Condition("natural numbers", 100, digits(1, 8), pages.natural_number),
    Condition("small digits", 40, digits(1, 12), pages.small_digits),
    Condition("dense page", 30, digits(50, 120), pages.dense_page),
    Condition("ruled paper", 50, digits(1, 7), pages.ruled_paper, lossy=True),
    Condition("tables and forms", 60, digits(3, 12), pages.form),
    Condition("faint pencil", 50, digits(1, 6), pages.faint_pencil, lossy=True),
    Condition("sums", 60, _sum, pages.sum_line),
    Condition("words", 60, _words, pages.words, _are_words),
    Condition("strips", 50, digits(8, 20), pages.strip),
)
