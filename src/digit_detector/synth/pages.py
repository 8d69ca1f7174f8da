"""Cut windows out of written pages: lines of numbers, sums and words, dense grids and tables, with print if wanted.

Inference looks at large pictures in windows. A window is cut anywhere: digits at its edge are incomplete, and few
pixels of the picture are enlarged to the network's input.
"""

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.random import Generator

from digit_detector.synth.canvases import MIN_DIGIT_SIZE
from digit_detector.synth.paper import Ruler, paper
from digit_detector.synth.perturbation import evenly, log_uniform
from digit_detector.synth.printed import Printer
from digit_detector.synth.sampler import SketchSampler
from digit_detector.synth.scene import MARK, Line, Placed, Scene, clearance, extent_of, moved
from digit_detector.synth.strokes import join
from digit_detector.synth.written_numbers import Glyph, Writer, write_line

MIN_VISIBLE: Final = 0.75
"""Fraction of an object's box inside a window from which it is an object of the window; otherwise it is a mark."""

MIN_PIXELS: Final = 8.0
"""Of the smallest digits' height in the picture."""

DRAWN_HEIGHT: Final = 26.0
"""Height in pixels at which digits of fewer pixels are drawn, before the picture is reduced."""

PRINTED_HEIGHT: Final = 40.0
"""The same of print, whose thin parts are a pixel and a half wider when drawn."""

TEXTS: Final = {(1, 0): 0.4, (0.5, 0.5): 0.15, (0, 1): 0.1, (0.5, 0): 0.25, (0, 0): 0.1}
"""Fraction of the pages by their fractions of numbers and of sums; the rest of a page are words."""

_Line = Callable[[Sequence[Glyph]], list[Placed]]
"""A function that writes a line from (0, 0) to the right."""


def window(rng: Generator, sampler: SketchSampler, *, printed: bool = False) -> Scene:
    """Return a window of a page, mostly with written digits of 25 to 60 pixels of 192; `printed`: with print, too."""
    relative = log_uniform(rng, 0.12, 0.36) if rng.random() < 0.8 else log_uniform(rng, 0.07, 0.14)
    pixels = log_uniform(rng, MIN_PIXELS, 60)
    # Of capitals relative to written digits, and no smaller than these may be.
    capital = max(log_uniform(rng, 0.3, 1.2), MIN_DIGIT_SIZE / relative, MIN_PIXELS / pixels) if printed else 1.0
    cell = max(1.0, DRAWN_HEIGHT / pixels, PRINTED_HEIGHT / (capital * pixels) if printed else 0.0)
    digit = pixels * cell
    side = digit / relative
    width = height = round(side)
    if rng.random() < 0.25:
        width, height = (round(side * float(scale)) for scale in rng.uniform(0.4, 1.0, 2))
    pen = digit * log_uniform(rng, 0.05, 0.16)
    draw = rng.random()
    writer = Writer(rng, sampler)
    printer = Printer(rng, capital * digit) if printed else None

    def line(glyphs: Sequence[Glyph]) -> list[Placed]:
        return write_line(rng, glyphs, digit, pen, max(width, height))

    lines: list[Line] = []
    if draw < 0.12 and not printer:
        few = line(writer.number(int(rng.integers(1, 4))))
        corner = rng.uniform((-0.5 * digit, 0.6 * digit), (width - 0.5 * digit, height + 0.2 * digit))
        objects = moved(few, *corner.tolist())
    elif draw < 0.37:
        objects, lines = _grid(rng, writer, printer, line, width, height, digit)
    else:
        objects = _text(rng, writer, printer, line, width, height, digit)
    if not lines and rng.random() < 0.45:
        lines = paper(rng, width, height, [placed for placed in objects if placed.label != MARK], digit)
    return _cut(objects, lines, width, height, cell)


def _text(
    rng: Generator, writer: Writer, printer: Printer | None, line: _Line, width: int, height: int, digit: float
) -> list[Placed]:
    """Write lines of numbers, sums and words through the window, beside and between printed ones if there is print."""
    pitch = digit * log_uniform(rng, 1.25, 3.0)
    kinds = list(TEXTS)[int(rng.choice(len(TEXTS), p=list(TEXTS.values())))]
    objects: list[Placed] = []
    above: list[Placed] = []
    printed_rows = 0.0 if not printer else 1.0 if rng.random() < 0.25 else float(rng.uniform(0.1, 0.6))
    leading, below_writing = float(rng.uniform(1.3, 2.0)), 0.0
    y = float(rng.uniform(-1.2, 0.0)) * digit
    while y < height + digit:
        more = 0.85
        start = float(rng.uniform(-2.5, 0.3)) * digit if rng.random() < 0.7 else float(rng.uniform(0, 0.5)) * width
        spacing = log_uniform(rng, 0.6, 3.0)
        if printer and rng.random() < printed_rows:
            y += leading * printer.height + below_writing
            row = moved(printer.line(printer.text(width - start)), start, y)
            below_writing = 0.0
        else:
            y += pitch * float(rng.uniform(0.95, 1.2))
            row = []
            if printer and rng.random() < 0.7:  # the label of a field, and what is written there
                row = moved(printer.line(printer.label()), start, y)
                start = float(extent_of(row)[1][0] + rng.uniform(0.2, 1.0) * digit)
                more = 0.3
            below_writing = 0.4 * digit
            glyphs = _text_line(rng, writer, kinds, (width - start) / (0.55 * digit), more, spacing)
            row += moved(line(glyphs), start, y)
        down = clearance(above, row)
        above = moved(row, 0, down)
        objects += above
        y += down
    return objects


def _text_line(
    rng: Generator, writer: Writer, kinds: tuple[float, float], count: float, more: float, spacing: float
) -> list[Glyph]:
    """Return numbers, sums and words up to so many glyphs, as long as chance, with probability `more`, adds another.

    kinds: the fractions of numbers and of sums.
    """
    numbers, sums = kinds
    glyphs: list[Glyph] = []
    while len(glyphs) < count and (not glyphs or rng.random() < more):
        draw = rng.random()
        if draw < numbers:
            glyphs += writer.number(int(rng.integers(1, 7)))
        else:
            glyphs += writer.sum() if draw < numbers + sums else writer.word()
        glyphs.append(spacing)
    return glyphs


def _grid(
    rng: Generator, writer: Writer, printer: Printer | None, line: _Line, width: int, height: int, digit: float
) -> tuple[list[Placed], list[Line]]:
    """Write digits in rows and columns, as in exercises, tables, puzzles and combs, with or without lines between them.

    With a printer, some digits are printed, and some cells have a word instead.
    """
    most = 1 if rng.random() < 0.6 else int(rng.integers(2, 5))
    column, row = digit * most * rng.uniform(0.95, 1.7), digit * rng.uniform(1.2, 2.0)
    x0, y0 = -float(rng.uniform(0, column)), -float(rng.uniform(0, row))
    xs = np.arange(x0, width + column, column)
    ys = np.arange(y0, height + row, row)
    full = 1.0 if rng.random() < 0.5 else float(rng.uniform(0.1, 1.0))
    printed, words = rng.uniform((0.2, -0.2), (0.9, 0.3)) if printer else (0.0, 0.0)
    jitter = float(rng.uniform(0, 0.06)) * digit
    objects: list[Placed] = []
    for x, y in itertools.product(xs[:-1], ys[:-1]):
        if rng.random() <= full:
            count = int(rng.integers(1, most + 1))
            if printer and rng.random() < printed:
                digits = "".join(str(digit) for digit in rng.integers(0, 10, count))
                number = printer.line(printer.word() if rng.random() < words else digits)
            else:
                number = line(writer.number(count))
            low, high = extent_of(number)
            if high[0] - low[0] > column and number[0].filled:  # too wide a word
                continue
            centre = np.array([x + column / 2, y + row / 2]) + rng.normal(0, 1, 2) * jitter
            objects += moved(number, *(centre - (low + high) / 2).tolist())
    draw = rng.random()
    ruler = Ruler(rng, digit)
    if draw < 0.45:
        return objects, ruler.grid(xs.tolist(), ys.tolist())
    if draw < 0.65:
        return objects, [tooth for y in ys[:-1] for tooth in ruler.comb(xs.tolist(), y + (row + 1.2 * digit) / 2)]
    return objects, []


def _cut(objects: Iterable[Placed], lines: list[Line], width: int, height: int, cell: float) -> Scene:
    """Return the scene inside a window, whose edge makes marks of the objects of which it hides too much."""
    inside: list[Placed] = []
    marks: list[Placed] = []
    for placed in objects:
        low, high = placed.extent
        visible = float(np.prod(np.clip(np.minimum(high, (width, height)) - np.maximum(low, 0), 0, None)))
        visible /= float(np.prod(high - low))
        if visible <= 0:
            continue
        if visible < MIN_VISIBLE or placed.label == MARK:
            marks.append(placed)
        else:
            inside.append(placed if visible > 0.999 else _clip(placed, width, height))
    return Scene(width, height, tuple(inside), tuple(marks), tuple(lines), cell)


def _clip(placed: Placed, width: int, height: int) -> Placed:
    """Leave out the ink outside of the window, so that the box is that of the visible ink."""
    if placed.filled:
        return replace(placed, points=np.clip(placed.points, 0, (width, height)).astype(np.float32))
    pieces = []
    for stroke in placed.strokes:
        points = evenly(stroke, 1.0)
        seen = ((points >= 0) & (points <= (width, height))).all(axis=1)
        breaks = np.flatnonzero(np.diff(seen.astype(int))) + 1
        pieces += [
            piece for piece, kept in zip(np.split(points, breaks), np.split(seen, breaks), strict=True) if kept[0]
        ]
    points, ends = join(pieces)
    return replace(placed, points=points, ends=ends)
