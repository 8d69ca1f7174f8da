"""Cut windows out of written pages: lines of numbers, sums and words, dense grids and tables.

Inference looks at large pictures in windows. A window is cut anywhere: digits at its edge are incomplete, and few
pixels of the picture are enlarged to the network's input.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.random import Generator

from digit_detector.synth.paper import Ruler, paper
from digit_detector.synth.perturbation import evenly, log_uniform
from digit_detector.synth.sampler import SketchSampler
from digit_detector.synth.scene import MARK, Line, Placed, Scene, extent_of
from digit_detector.synth.written_numbers import Glyph, Writer, space, sum_of, word, write_line

MIN_VISIBLE: Final = 0.75
"""Fraction of an object's box inside a window from which it is an object of the window; otherwise it is a mark."""

DRAWN_HEIGHT: Final = 26.0
"""Height in pixels at which digits of fewer pixels are drawn, before the picture is reduced."""

TEXTS: Final = {(1, 0): 0.4, (0.5, 0.5): 0.15, (0, 1): 0.1, (0.5, 0): 0.25, (0, 0): 0.1}
"""Fraction of the pages by their fractions of numbers and of sums; the rest of a page are words."""


def window(rng: Generator, sampler: SketchSampler) -> Scene:
    """Return a window of a page, mostly with digits of 25 to 60 pixels of 192."""
    relative = log_uniform(rng, 0.12, 0.36) if rng.random() < 0.8 else log_uniform(rng, 0.07, 0.14)
    pixels = log_uniform(rng, 8, 60)
    cell = max(1.0, DRAWN_HEIGHT / pixels)
    digit = pixels * cell
    side = digit / relative
    width = height = round(side)
    if rng.random() < 0.25:
        width, height = (round(side * float(scale)) for scale in rng.uniform(0.4, 1.0, 2))
    pen = digit * log_uniform(rng, 0.05, 0.16)
    draw = rng.random()
    lines: list[Line] = []
    if draw < 0.12:
        objects = _few(rng, sampler, width, height, digit, pen)
    elif draw < 0.37:
        objects, lines = _grid(rng, sampler, width, height, digit, pen)
    else:
        objects = _text(rng, sampler, width, height, digit, pen)
    if not lines and rng.random() < 0.35:
        lines = paper(rng, width, height, [placed for placed in objects if placed.label != MARK], digit)
    return _cut(objects, lines, width, height, cell)


def _few(rng: Generator, sampler: SketchSampler, width: int, height: int, digit: float, pen: float) -> list[Placed]:
    """Write one to three digits anywhere, also half outside."""
    writer = Writer(rng, sampler)
    line = write_line(rng, writer.number(rng, int(rng.integers(1, 4))), digit, pen, max(width, height))
    corner = np.array([rng.uniform(-0.5 * digit, width - 0.5 * digit), rng.uniform(0.6 * digit, height + 0.2 * digit)])
    return [placed.moved(corner.astype(np.float32)) for placed in line]


def _text(rng: Generator, sampler: SketchSampler, width: int, height: int, digit: float, pen: float) -> list[Placed]:
    """Write lines of numbers, sums and words through the window."""
    writer = Writer(rng, sampler)
    pitch = digit * log_uniform(rng, 1.25, 3.0)
    numbers, sums = list(TEXTS)[int(rng.choice(len(TEXTS), p=list(TEXTS.values())))]
    objects: list[Placed] = []
    y = float(rng.uniform(0.0, 1.2)) * digit
    while y < height + digit:
        glyphs: list[Glyph] = []
        start = float(rng.uniform(-2.5, 0.3)) * digit if rng.random() < 0.7 else float(rng.uniform(0, 0.5)) * width
        spacing = log_uniform(rng, 0.6, 3.0)
        while len(glyphs) < (width - start) / (0.55 * digit) and (not glyphs or rng.random() < 0.85):
            draw = rng.random()
            if draw < numbers:
                glyphs += writer.number(rng, int(rng.integers(1, 7)))
            elif draw < numbers + sums:
                glyphs += sum_of(rng, sampler, writer)
            else:
                glyphs += word(rng, sampler)
            glyphs.append(space(spacing))
        placed = write_line(rng, glyphs, digit, pen, max(width, height))
        objects += [glyph.moved(np.array([start, y], np.float32)) for glyph in placed]
        y += pitch * float(rng.uniform(0.95, 1.2))
    return objects


def _grid(
    rng: Generator, sampler: SketchSampler, width: int, height: int, digit: float, pen: float
) -> tuple[list[Placed], list[Line]]:
    """Write digits in rows and columns, as in exercises and tables, with or without lines between the cells."""
    writer = Writer(rng, sampler)
    most = 1 if rng.random() < 0.6 else int(rng.integers(2, 5))
    column, row = digit * most * rng.uniform(0.95, 1.7), digit * rng.uniform(1.2, 2.0)
    x0, y0 = -float(rng.uniform(0, column)), -float(rng.uniform(0, row))
    xs = np.arange(x0, width + column, column)
    ys = np.arange(y0, height + row, row)
    full = 1.0 if rng.random() < 0.5 else float(rng.uniform(0.3, 1.0))
    jitter = float(rng.uniform(0, 0.06)) * digit
    objects: list[Placed] = []
    for x in xs[:-1]:
        for y in ys[:-1]:
            if rng.random() > full:
                continue
            line = write_line(rng, writer.number(rng, int(rng.integers(1, most + 1))), digit, pen, max(width, height))
            low, high = extent_of(line)
            centre = np.array([x + column / 2, y + row / 2]) + rng.normal(0, 1, 2) * jitter
            objects += [placed.moved((centre - (low + high) / 2).astype(np.float32)) for placed in line]
    ruled = rng.random() < 0.55
    return objects, Ruler(rng, digit).grid(xs.tolist(), ys.tolist()) if ruled else []


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
    return replace(
        placed, points=np.concatenate(pieces), ends=tuple(np.cumsum([len(piece) for piece in pieces]).tolist())
    )
