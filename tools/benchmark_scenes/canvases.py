"""Turn drawings into a picture with exact boxes: one function for each kind of canvas."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.random import Generator

from benchmark_scenes.ink import Canvas, Inked, inked, over
from benchmark_scenes.layout import scattered, sized, written
from benchmark_scenes.reserved_drawings import Picture
from digit_detector.classes import CLASSES
from digit_detector.synth.perturbation import evenly, log_uniform
from digit_detector.synth.scene import SIDE, Placed
from digit_detector.synth.strokes import Sketch, join

SMALLEST: Final = 0.07
"""Size of the smallest digit on a canvas of many, as a ratio of its longer side: a person still reads it."""


def pen_width(rng: Generator, size: float, low: float = 2.0, high: float = 20.0) -> float:
    """Choose a width of the page's slider, at most a tenth of the thing drawn: people see what they draw."""
    return max(low, min(log_uniform(rng, low, high), size / 10))


def common_size(rng: Generator, count: int, smallest: float = 36.0) -> float:
    """Choose a size in pixels at which `count` things fit on the page's canvas."""
    return log_uniform(rng, smallest, 0.7 * SIDE / count**0.5)


def apart(
    rng: Generator, drawings: Sequence[Sketch], size: float, pen: float, width: int = SIDE, height: int = SIDE
) -> list[Placed]:
    """Scatter drawings, all of nearly one size, with one pen."""
    sizes = size * np.exp(rng.normal(0, 0.15, len(drawings)))
    return scattered(
        rng, [sized(drawing, own_size, pen) for drawing, own_size in zip(drawings, sizes, strict=True)], width, height
    )


def single(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Draw one thing, from tiny to filling the canvas."""
    size = log_uniform(rng, 0.06, 0.96) * SIDE
    return inked(rng, scattered(rng, [sized(drawings[0], size, pen_width(rng, size))], SIDE, SIDE)).black()


def several(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Draw things anywhere on the canvas."""
    size = common_size(rng, len(drawings))
    return inked(rng, apart(rng, drawings, size, pen_width(rng, size))).black()


def doodled(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Draw doodles anywhere, and whatever is with them, large enough to be recognised."""
    size = common_size(rng, len(drawings), smallest=80)
    return inked(rng, apart(rng, drawings, size, pen_width(rng, size / 2))).black()


def number(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Write digits along a line that nearly touch."""
    return inked_line(rng, drawings, SIDE, SIDE).black()


def inked_line(rng: Generator, drawings: Sequence[Sketch], width: int, height: int) -> Inked:
    """Write digits along a line that nearly touch, as ink."""
    size = max(rng.uniform(0.1, 0.5) * height, SMALLEST * max(width, height))
    gap = rng.uniform(0.01, 0.12)
    line = written(rng, drawings, width, height, size=size, pen=pen_width(rng, size, high=14), gap=gap)
    text = "".join(drawing.label for drawing in drawings) if len(drawings) > 1 else None
    return inked(rng, line, width, height)._replace(text=text)


def thin(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Draw with a pen of one or two pixels."""
    size = common_size(rng, len(drawings), smallest=40)
    return inked(rng, apart(rng, drawings, size, rng.uniform(1, 2))).black()


def thick(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Draw with a brush of about forty pixels, a tenth of the canvas."""
    pen, ratio = rng.uniform(36, 44), rng.uniform(0.6, 0.97)
    return inked(rng, scattered(rng, [sized(drawings[0], ratio * SIDE, pen)], SIDE, SIDE)).black()


def broken(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Draw fast strokes of which only dots, or dashes, arrive."""
    size = common_size(rng, len(drawings), smallest=90)
    pen = rng.uniform(0.02, 0.045) * size
    spacing = pen * rng.uniform(1.3, 1.9)
    run = int(rng.choice((1, 1, 2)))  # points in a piece: a dot, or a dash
    return inked(rng, [_pieces(placed, spacing, run) for placed in apart(rng, drawings, size, pen)]).black()


def _pieces(placed: Placed, spacing: float, run: int) -> Placed:
    points = [evenly(stroke.astype(np.float64), spacing) for stroke in placed.strokes]
    pieces = [stroke[at : at + run] for stroke in points for at in range(0, len(stroke), run + (run > 1))]
    joined, ends = join(pieces)
    return replace(placed, points=joined, ends=ends)


def slanted(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Lean digits by 12 to 30 degrees, mostly to the right as people do."""
    angle = np.radians(rng.uniform(12, 30)) * (1 if rng.random() < 0.75 else -1)
    size = common_size(rng, len(drawings), smallest=40)
    pen = pen_width(rng, size)
    objects = [_leaning(sized(drawing, size, pen), float(np.tan(angle))) for drawing in drawings]
    return inked(rng, scattered(rng, objects, SIDE, SIDE)).black()


def _leaning(placed: Placed, tangent: float) -> Placed:
    x, y = placed.points.T
    return replace(placed, points=np.stack([x - np.float32(tangent) * y, y], axis=1))


def slashed(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Draw zeros with a slash through each, which hardly any reserved writer draws."""
    size = common_size(rng, len(drawings), smallest=40)
    return inked(
        rng, apart(rng, [_with_slash(rng, drawing) for drawing in drawings], size, pen_width(rng, size))
    ).black()


def _with_slash(rng: Generator, drawing: Sketch) -> Sketch:
    half = np.ptp(drawing.points, axis=0) / 2 * rng.uniform(0.55, 1.0, 2)
    slash = np.array([[-half[0], half[1]], [half[0], -half[1]]], np.float32)
    points = np.concatenate((drawing.points, slash))
    return replace(drawing, points=points, ends=(*drawing.ends, len(points)))


def stray(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Draw no object: a blank canvas, or up to five dots where a pen slipped."""
    shade = int(rng.choice((255, 255, 255, 0, 200)))
    width, height = (SIDE, SIDE) if rng.random() < 0.7 else (int(side) for side in rng.integers(200, 640, 2))
    count = int(rng.integers(1, 6)) if rng.random() < 0.7 else 0
    pen = rng.uniform(2, 14)
    places = (rng.random((count, 1, 2)) * (width, height)).astype(np.float32)
    dots = inked(rng, [Placed(place, (1,), pen, 0) for place in places], width, height)
    image = over(np.full((height, width), shade, np.uint8), 0 if shade else 255, dots.ink)
    return Canvas(image, np.zeros((0, 4), np.float32), np.zeros(0, np.int64))


def pasted(rng: Generator, pictures: Sequence[Picture]) -> Canvas:
    """Paste MNIST's pixels, enlarged bilinearly; boxes reach as far as there is more ink than paper."""
    count = len(pictures)
    cells = int(np.ceil(count**0.5))
    cell = SIDE // cells
    ink = np.zeros((SIDE, SIDE), np.uint8)
    boxes = np.zeros((count, 4), np.float32)
    for box, picture, place in zip(boxes, pictures, rng.permutation(cells**2)[:count], strict=True):
        side = round(log_uniform(rng, 34, cell))
        enlarged = cv2.resize(picture.pixels, (side, side), interpolation=cv2.INTER_LINEAR_EXACT)
        row, column = divmod(int(place), cells)
        left, top = (int(cell * at + rng.integers(0, cell - side + 1)) for at in (column, row))
        ink[top : top + side, left : left + side] = enlarged
        x, y, width, height = cv2.boundingRect((enlarged > 127).astype(np.uint8))
        box[:] = left + x, top + y, left + x + width, top + y + height
    return Canvas(255 - ink, boxes, np.array([CLASSES.index(picture.label) for picture in pictures], np.int64))
