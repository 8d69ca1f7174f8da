"""Write pages, forms and strips: many digits or small ones, on paper with lines, beside signs and words."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from benchmark_scenes.ink import Canvas, Inked, over, penned
from benchmark_scenes.layout import line, moved_to
from digit_detector.classes import DIGITS
from digit_detector.synth.perturbation import log_uniform
from digit_detector.synth.scene import SIDE, Placed, extent_of
from digit_detector.synth.strokes import Sketch

LIGHTEST_LINE: Final = 225
"""Shade of the palest lines on paper, of 255."""


def natural_number(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Write a number as one person does: neighbours close, touching, or overlapping a little."""
    width, height = (SIDE, SIDE) if rng.random() < 0.6 else (600, 200)
    written = _fitted(rng, drawings, rng.uniform(0.12, 0.6) * height, width, height, _gap(rng))
    return _black(penned(_anywhere(rng, written, width, height), width, height), drawings)


def small_digits(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Write one or two lines on a large page, the digits 1 to 3 % of its longer side."""
    width, height = ((1200, 900), (900, 1200), (1400, 700))[int(rng.integers(3))]
    size = log_uniform(rng, 0.012, 0.03) * max(width, height)
    pen, gap = rng.uniform(0.07, 0.12) * size, rng.uniform(0.08, 0.3)
    rows = 2 if len(drawings) > 5 and rng.random() < 0.5 else 1
    at = rng.uniform(0.05, 0.6, 2) * (width, height)
    written: list[Placed] = []
    for row, part in enumerate(np.array_split(np.arange(len(drawings)), rows)):
        text = line(rng, [drawings[index] for index in part], size, pen, gap)
        written += moved_to(text, (at[0] + rng.uniform(0, 1) * size, at[1] + 1.8 * row * size))
    made = penned(written, width, height)
    return made.on(over(np.full((height, width), 245, np.uint8), int(rng.integers(20, 90)), made.ink))


def dense_page(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Fill a page with lines of digits, or with rows and columns as for practice."""
    size = rng.uniform(18, 40)
    pen = rng.uniform(0.06, 0.12) * size
    columns = round((len(drawings) * rng.uniform(0.7, 1.6)) ** 0.5)
    in_columns = rng.random() < 0.5
    pitch = size * rng.uniform(1.25, 1.9)
    gap = rng.uniform(0.1, 0.35)
    written: list[Placed] = []
    for row, first in enumerate(range(0, len(drawings), columns)):
        part = drawings[first : first + columns]
        if in_columns:
            for column, drawing in enumerate(part):
                single = line(rng, [drawing], size, pen, gap)
                corner = np.array([column, row]) * (pitch, 1.2 * pitch) + rng.normal(0, 0.05 * size, 2)
                written += moved_to(single, corner)
        else:
            spaces = [0.6 if index and rng.random() < 0.2 else 0.0 for index in range(len(part))]
            written += moved_to(line(rng, part, size, pen, gap, spaces), (0.0, 1.4 * pitch * row))
    return _black(_cropped(rng, written, size), drawings, one_line=False)


def ruled_paper(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Photograph a number on squared or ruled paper, whose lines pass under and through the digits."""
    width, height = 560, 420
    size = rng.uniform(0.1, 0.4) * height
    made = penned(_anywhere(rng, _fitted(rng, drawings, size, width, height, 0.12), width, height), width, height)
    step = rng.uniform(0.35, 1.3) * size
    paper = np.full((height, width), int(rng.integers(225, 256)), np.uint8)
    shade, thickness = int(rng.integers(90, LIGHTEST_LINE)), int(rng.integers(1, 3))
    tilt = rng.normal(0, 4)
    for y in np.arange(rng.uniform(0, step), height, step):
        cv2.line(paper, (0, round(y)), (width, round(y + tilt)), shade, thickness, cv2.LINE_AA)
    if rng.random() < 0.6:
        for x in np.arange(rng.uniform(0, step), width, step):
            cv2.line(paper, (round(x + tilt), 0), (round(x), height), shade, thickness, cv2.LINE_AA)
    return made.on(_photographed(rng, over(paper, int(rng.integers(10, 70)), made.ink)))


def form(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Fill a table, a digit or a number in a cell, or the boxes of a form, a digit in each."""
    cell = rng.uniform(36, 80)
    boxes = rng.random() < 0.5
    columns = len(drawings) if boxes else int(rng.integers(2, 6))
    wide = cell * (1 if boxes else rng.uniform(1.0, 1.8))
    written: list[Placed] = []
    size = cell * rng.uniform(0.5, 0.75)
    pen = rng.uniform(0.06, 0.12) * size
    places = list(range(len(drawings)))
    if not boxes:  # some cells stay empty
        places = sorted(rng.permutation(round(1.4 * len(drawings)))[: len(drawings)].tolist())
    for place, drawing in zip(places, drawings, strict=True):
        row, column = divmod(place, columns)
        single = line(rng, [drawing], size, pen, 0.1)
        low, high = extent_of(single)
        middle = np.array([column + 0.5, row + 0.5]) * (wide, cell)
        written += moved_to(single, middle - (high - low) / 2 + rng.normal(0, 0.05 * cell, 2))
    rows = max(places) // columns + 1
    margin = rng.uniform(0.3, 1.5) * cell
    width, height = round(columns * wide + 2 * margin), round(rows * cell + 2 * margin)
    made = penned(moved_to(written, extent_of(written)[0] + margin), width, height)
    paper = np.full((height, width), 255, np.uint8)
    shade, thickness = int(rng.integers(0, 170)), int(rng.integers(1, 4))
    apart = rng.uniform(0.03, 0.09) * cell if boxes and rng.random() < 0.5 else 0.0
    for row in range(rows):
        for column in range(columns):
            corners = np.array([column * wide + apart, row * cell, (column + 1) * wide - apart, (row + 1) * cell])
            x0, y0, x1, y1 = np.rint(corners + margin).astype(int).tolist()
            cv2.rectangle(paper, (x0, y0), (x1, y1), shade, thickness)
    return made.on(over(paper, int(rng.integers(0, 60)), made.ink))


def faint_pencil(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Photograph pencil: light grey, grainy, some digits pressed harder than others."""
    width, height = 480, 360
    size = rng.uniform(0.15, 0.5) * height
    written = _anywhere(rng, _fitted(rng, drawings, size, width, height, 0.15), width, height)
    paper = int(rng.integers(225, 250))
    made = penned(written, width, height)
    image = np.full((height, width), paper, np.float64)
    grain = cv2.GaussianBlur(rng.normal(0, 1, (height, width)), (0, 0), 1.2)
    grain = np.clip(0.85 + 0.25 * grain / grain.std(), 0.2, 1)
    for placed in written:
        pressure = rng.uniform(70, 140)
        cover = penned([placed], width, height).ink / 255
        image = np.minimum(image, paper - pressure * cover * grain)
    return made.on(_photographed(rng, np.asarray(image, np.uint8)))


def sum_line(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Write numbers with signs between them on a line."""
    width, height = (SIDE, SIDE) if rng.random() < 0.5 else (720, 220)
    spaced = rng.uniform(0.05, 0.35)
    kinds = [drawing.label in DIGITS for drawing in drawings]
    spaces = [0.0, *(spaced * (before != after) for before, after in pairwise(kinds))]
    size = rng.uniform(0.12, 0.3) * height
    pen = rng.uniform(0.06, 0.12) * size
    written = _shrunk(lambda scale: line(rng, drawings, scale * size, scale * pen, 0.1, spaces), width, height)
    return _black(penned(_anywhere(rng, written, width, height), width, height), drawings)


def words(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Write words, and whatever number is with them, on lines below one another."""
    size = rng.uniform(34, 60)
    pen = rng.uniform(0.06, 0.12) * size
    written: list[Placed] = []
    row: list[Sketch] = []
    y = 0.0
    for index, drawing in enumerate(drawings):
        row.append(drawing)
        following = drawings[index + 1] if index + 1 < len(drawings) else None
        if following is None or (following.label in DIGITS) != (drawing.label in DIGITS) or len(row) == 7:
            x = rng.uniform(0, 1.5) * size
            written += moved_to(line(rng, row, size, pen, rng.uniform(0.12, 0.3)), (x, y))
            row = []
            y += 1.8 * size
    return _cropped(rng, written, size).black()


def strip(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Write many digits along a strip, four times as wide as high or more."""
    size = rng.uniform(28, 60)
    pen = rng.uniform(0.06, 0.12) * size
    written = line(rng, drawings, size, pen, _gap(rng) + 0.05)
    low, high = extent_of(written)
    width = round(float(high[0] - low[0]) + size)
    height = max(round(width / rng.uniform(4, 6)), round(float(high[1] - low[1]) + 0.3 * size))
    width = max(width, 4 * height)
    return _black(penned(_anywhere(rng, written, width, height), width, height), drawings)


def _gap(rng: Generator) -> float:
    """Choose how far apart neighbours are: a third of the writers let them touch."""
    return rng.uniform(-0.06, 0.02) if rng.random() < 0.33 else rng.uniform(0.03, 0.4)


def _fitted(
    rng: Generator, drawings: Sequence[Sketch], size: float, width: int, height: int, gap: float
) -> list[Placed]:
    """Write a number on a line, smaller where it would not fit."""
    pen = rng.uniform(0.05, 0.13) * size
    return _shrunk(lambda scale: line(rng, drawings, scale * size, max(1.2, scale * pen), gap), width, height)


def _shrunk(write: Callable[[float], list[Placed]], width: int, height: int) -> list[Placed]:
    """Write at scale 1, then smaller until everything fits."""
    scale = 1.0
    while True:
        written = write(scale)
        low, high = extent_of(written)
        if (high - low < np.array([width, height]) - 8).all():
            return written
        scale *= 0.9


def _anywhere(rng: Generator, written: list[Placed], width: int, height: int) -> list[Placed]:
    """Move everything to a random place where it is whole."""
    low, high = extent_of(written)
    return moved_to(written, 4 + rng.random(2) * (np.array([width, height]) - (high - low) - 8))


def _cropped(rng: Generator, written: list[Placed], size: float) -> Inked:
    """Draw on paper with a margin of one half to two digits."""
    low, high = extent_of(written)
    margins = rng.uniform(0.5, 2.0, 4) * size
    width, height = np.ceil(high - low + margins[:2] + margins[2:]).astype(int).tolist()
    return penned(moved_to(written, margins[:2]), width, height)


def _black(made: Inked, drawings: Sequence[Sketch], *, one_line: bool = True) -> Canvas:
    """Return black ink on white; `text` are the digits of a line."""
    text = "".join(drawing.label for drawing in drawings if drawing.label in DIGITS)
    return made._replace(text=text if one_line and len(text) > 1 else None).black()


def _photographed(rng: Generator, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Darken towards one side, blur a little, and add a sensor's noise."""
    height, width = image.shape
    across, down = np.meshgrid(np.linspace(-0.5, 0.5, width), np.linspace(-0.5, 0.5, height))
    angle, fall = rng.uniform(0, 2 * np.pi), rng.uniform(0, 0.15)
    light = 1 - fall * (0.5 + np.cos(angle) * across + np.sin(angle) * down)
    blurred = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.3, 1.0))
    noisy = blurred * light + rng.normal(0, rng.uniform(0.5, 1.5), image.shape)
    return np.asarray(np.clip(np.rint(noisy), 0, 255), np.uint8)
