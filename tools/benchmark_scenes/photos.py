"""Make pictures as people upload them: on other paper, in other colours, of other shapes, compressed."""

import io
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image

from benchmark_scenes.canvases import SMALLEST, apart, common_size, inked_line, pen_width
from benchmark_scenes.ink import Canvas, Inked, inked, over
from benchmark_scenes.layout import scattered, sized
from digit_detector.synth.perturbation import log_uniform
from digit_detector.synth.scene import SIDE
from digit_detector.synth.strokes import Sketch

COLOURS: Final = (
    (200, 30, 30),
    (20, 60, 190),
    (10, 120, 50),
    (120, 20, 140),
    (220, 110, 0),
    (0, 110, 130),
    (90, 50, 20),
)
"""Pens, sRGB."""

PAPERS: Final = ((255, 255, 255), (255, 255, 255), (255, 248, 220), (225, 240, 255), (235, 250, 225))


def _digits(rng: Generator, drawings: Sequence[Sketch], width: int = SIDE, height: int = SIDE) -> Inked:
    """Scatter digits, or every other time write them along a line."""
    if rng.random() < 0.5:
        return inked_line(rng, drawings, width, height)
    size = common_size(rng, len(drawings)) * min(width, height) / SIDE
    size = max(size, SMALLEST * max(width, height))
    return inked(rng, apart(rng, drawings, size, pen_width(rng, size), width, height), width, height)


def white_on_black(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Draw as on a blackboard."""
    made = _digits(rng, drawings)
    return made.on(made.ink)


def grey_paper(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Photograph a sheet: grey, a little darker towards one side, with a sensor's noise."""
    made = _digits(rng, drawings)
    paper, pen = rng.uniform(170, 235), rng.uniform(20, 80)
    across, down = np.meshgrid(np.linspace(-0.5, 0.5, SIDE), np.linspace(-0.5, 0.5, SIDE))
    angle, fall = rng.uniform(0, 2 * np.pi), rng.uniform(0, 16)
    shade = paper + fall * (np.cos(angle) * across + np.sin(angle) * down)
    cover = made.ink / 255
    image = shade * (1 - cover) + pen * cover + rng.normal(0, rng.uniform(1, 3), shade.shape)
    return made.on(np.clip(np.rint(image), 0, 255).astype(np.uint8))


def coloured_pens(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Draw each digit in a colour of its own, on white or tinted paper."""
    made = _digits(rng, drawings)
    image = np.empty((SIDE, SIDE, 3), np.uint8)
    image[:] = PAPERS[int(rng.integers(len(PAPERS)))]
    for layer in made.layers:
        image = over(image, COLOURS[int(rng.integers(len(COLOURS)))], layer)
    return made.on(image)


def not_square(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Draw on a canvas from twice as high as wide to three times as wide as high."""
    width, height = ((800, 450), (640, 360), (600, 200), (300, 500), (250, 480), (1000, 400))[int(rng.integers(6))]
    return _digits(rng, drawings, width, height).black()


def compressed(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Encode as a JPEG file of low to middling quality."""
    made = _digits(rng, drawings)
    file = io.BytesIO()
    Image.fromarray(255 - made.ink).save(file, "JPEG", quality=int(rng.integers(30, 85)))
    decoded: NDArray[np.uint8] = np.asarray(Image.open(file))
    return made.on(decoded)._replace(file=file.getvalue())


def lamp(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Photograph a sheet beside a lamp: the light falls with the square of the distance, to a half or less."""
    made = _digits(rng, drawings)
    across, down = np.meshgrid(np.linspace(-0.5, 0.5, SIDE), np.linspace(-0.5, 0.5, SIDE))
    angle, height = rng.uniform(0, 2 * np.pi), rng.uniform(0.9, 1.4)
    squared = (across - 0.6 * np.cos(angle)) ** 2 + (down - 0.6 * np.sin(angle)) ** 2
    light = height**2 / (height**2 + squared)
    tint = np.array(PAPERS[int(rng.integers(len(PAPERS)))])
    pen = np.array([30.0, 30.0, rng.uniform(30, 120)])
    cover = made.ink[..., None] / 255
    image = light[..., None] * (tint * (1 - cover) + pen * cover) + rng.normal(0, 2, (SIDE, SIDE, 1))
    return made.on(np.clip(np.rint(image), 0, 255).astype(np.uint8))


def lined(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Draw on a page of an exercise book, ruled or squared in pale blue, with a red margin now and then."""
    made = _digits(rng, drawings)
    image = np.full((SIDE, SIDE, 3), 255, np.uint8)
    blue = tuple(int(shade) for shade in rng.integers((150, 185, 215), (205, 225, 240)))
    step, width = int(rng.integers(16, 56)), int(rng.integers(1, 3))
    for at in range(int(rng.integers(step)), SIDE, step):
        image[at : at + width] = blue
    if rng.random() < 0.5:
        for at in range(int(rng.integers(step)), SIDE, step):
            image[:, at : at + width] = blue
    elif rng.random() < 0.5:
        at = int(rng.integers(20, 60))
        image[:, at : at + width] = (235, 170, 170)
    return made.on(over(image, ((20, 20, 20), (20, 40, 130))[int(rng.integers(2))], made.ink))


def framed(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Take a screenshot with the frame around the canvas, from a hairline to a window's edge."""
    made = _digits(rng, drawings)
    width, shade = int(log_uniform(rng, 1, 24)), int(rng.integers(0, 180))
    image = np.pad(255 - made.ink, width, constant_values=shade)
    return Canvas(image, made.boxes + np.float32(width), made.labels, made.text)


def pixelated(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Draw one digit in as few pixels as MNIST has, or twice as many: as it is, or enlarged."""
    size = SIDE * rng.uniform(0.55, 0.95)
    made = inked(rng, scattered(rng, [sized(drawings[0], size, size * rng.uniform(0.08, 0.14))], SIDE, SIDE))
    side = int(rng.integers(28, 57))
    small = Image.fromarray(255 - made.ink).resize((side, side), Image.Resampling.BOX)
    method = (None, Image.Resampling.NEAREST, Image.Resampling.BICUBIC)[int(rng.integers(3))]
    shown = small if method is None else small.resize((SIDE, SIDE), method)
    return Canvas(np.asarray(shown), made.boxes * np.float32(shown.width / SIDE), made.labels)
