"""Generate scenes: what the network may be shown, as a function of (seed, index)."""

from collections.abc import Container, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.random import Generator

from digit_detector.synth import canvases, pages
from digit_detector.synth.canvases import SceneMix
from digit_detector.synth.paper import paper
from digit_detector.synth.perturbation import log_uniform, random_pen
from digit_detector.synth.printed import Printer
from digit_detector.synth.sampler import SketchSampler, WeightedChoice
from digit_detector.synth.scene import MARK, Placed, Scene, clearance, extent_of, fit, moved
from digit_detector.synth.strokes import Sketch
from digit_detector.synth.written_numbers import Writer, write_line

MAX_GLYPHS: Final = 20
"""Most glyphs on a line across the longer side: more would be too small for the network's input."""

MIN_PRINT: Final = 14.0
"""Height in pixels of the smallest capitals printed on a canvas."""

LONE_ONES: Final = 0.1
"""Fraction of single objects that are ones, beyond their share: a bare line has little else to be recognised by."""

FAINT: Final = 0.12
"""Fraction of scenes in which some strokes are fainter than others."""


class SceneGenerator:
    """Generate scenes from sketches; the same (seed, index) gives the same scene."""

    def __init__(
        self, sketches: Sequence[Sketch], mix: SceneMix | None = None, hard: Container[str] = frozenset()
    ) -> None:
        """Take the sketches, and the keys of hard examples, which are sampled more often.

        Raises DataError if a class has no sketches.
        """
        self._mix = mix = mix or SceneMix()
        self.sampler = SketchSampler(sketches, hard)
        self._kinds = WeightedChoice(
            (self._single, self._free, self._rows, self._blank, self._numbers, self._window, self._printed),
            (mix.single, mix.free, mix.rows, mix.blank, mix.numbers, mix.windows, mix.print),
        )

    def scene(self, seed: int, index: int) -> Scene:
        """Return the scene of this seed and index."""
        rng = np.random.default_rng((seed, index))
        return _fade(rng, self._kinds.pick(rng)(rng))

    def _single(self, rng: Generator) -> Scene:
        width, height = canvases.canvas_size(rng)
        label = 1 if rng.random() < LONE_ONES else self._mix.label(rng)
        sketch = self.sampler.sample(rng, label)
        return _canvas(rng, width, height, canvases.place_single(rng, width, height, sketch))

    def _free(self, rng: Generator) -> Scene:
        width, height = canvases.canvas_size(rng)
        return _canvas(rng, width, height, canvases.free(rng, self.sampler, self._mix, width, height))

    def _rows(self, rng: Generator) -> Scene:
        width, height = canvases.canvas_size(rng)
        return _canvas(rng, width, height, canvases.rows(rng, self.sampler, width, height))

    def _blank(self, rng: Generator) -> Scene:
        width, height = canvases.canvas_size(rng)
        return Scene(width, height, (), tuple(canvases.specks(rng, width, height, [])))

    def _numbers(self, rng: Generator, *, printed: bool = False) -> Scene:
        """Write one or two lines of numbers, sums or words on a canvas, often on lined paper, with print if wanted."""
        width, height = canvases.canvas_size(rng)
        if rng.random() < 0.3:  # the picture of a line
            height = round(width * float(log_uniform(rng, 0.15, 0.5)))
        objects, digit = _written(rng, self.sampler, width, height, printed)
        lines = paper(rng, width, height, objects, digit) if rng.random() < 0.35 else []
        marks = [placed for placed in objects if placed.label == MARK]
        inside = [placed for placed in objects if placed.label != MARK]
        return Scene(width, height, tuple(inside), tuple(marks), tuple(lines))

    def _window(self, rng: Generator) -> Scene:
        return pages.window(rng, self.sampler)

    def _printed(self, rng: Generator) -> Scene:
        """Write beside and between print."""
        return self._numbers(rng, printed=True) if rng.random() < 0.3 else pages.window(rng, self.sampler, printed=True)


def _fade(rng: Generator, scene: Scene) -> Scene:
    """Make some objects of some scenes fainter than the others, at least two fifths as dark."""
    if rng.random() >= FAINT:
        return scene
    shade = int(rng.uniform(0.2, 0.6) * 255)
    few = rng.random() < 0.5
    objects = tuple(
        replace(placed, shade=shade) if len(scene.objects) > 1 and (rng.random() < 0.5) == few else placed
        for placed in scene.objects
    )
    return replace(scene, objects=objects)


def _canvas(rng: Generator, width: int, height: int, objects: list[Placed]) -> Scene:
    """Return the canvas with these objects, with stray dots or lined paper now and then."""
    dots = canvases.specks(rng, width, height, objects) if rng.random() < 0.04 else []
    lines = []
    if objects and rng.random() < 0.1:
        heights = [float(high[1] - low[1]) for low, high in (placed.extent for placed in objects)]
        lines = paper(rng, width, height, objects, float(np.median(heights)))
    return Scene(width, height, tuple(objects), tuple(dots), tuple(lines))


def _written(
    rng: Generator, sampler: SketchSampler, width: int, height: int, printed: bool
) -> tuple[list[Placed], float]:
    """Return the glyphs of one or two lines somewhere on a canvas, and the digits' height in pixels.

    If `printed`, each has a label of print before, above or below it, unless that would be too small to read.
    """
    writer = Writer(rng, sampler)
    longer = max(width, height)
    two = height > 0.3 * width and rng.random() < 0.25
    digit = log_uniform(rng, 0.06 * longer, 0.45 * min(width, height) / (2 if two else 1) / 0.6)
    if printed:  # which needs room
        digit = min(digit, log_uniform(rng, 0.08, 0.25) * longer)
    pen = min(random_pen(rng, min(width, height)), digit / 6)
    printer = Printer(rng, digit * log_uniform(rng, 0.3, 1.0)) if printed else None
    draw = rng.random()
    objects: list[Placed] = []
    for row in range(2 if two else 1):
        if draw < 0.5:
            glyphs = writer.number(int(rng.integers(1, 9)))
        elif draw < 0.78:
            glyphs = writer.sum()
        else:
            parts = [writer.number(int(rng.integers(1, 5))), writer.word()]
            rng.shuffle(parts)
            glyphs = [*parts[0], float(rng.uniform(0.2, 1.0)), *parts[1]] if draw < 0.95 else writer.word()
        glyphs = glyphs[: max(1, int(MAX_GLYPHS * width / longer))]
        line = write_line(rng, glyphs, digit, pen, longer)
        line = moved(line, 0, row * digit * rng.uniform(1.3, 1.8))
        objects += moved(line, 0, clearance(objects, line))
    if not objects:
        return [], digit
    if printer:
        objects = _labelled(rng, printer, objects, digit, width, height)
    objects, scale = fit(rng, objects, width, height)
    return objects, digit * scale


def _labelled(
    rng: Generator, printer: Printer, objects: list[Placed], digit: float, width: int, height: int
) -> list[Placed]:
    """Return the objects with print before, after, above or below them, unless it would be too small to read."""
    words = printer.line(printer.label() if rng.random() < 0.7 else printer.text(2 * digit))
    (low, high), (first, last) = extent_of(objects), extent_of(words)
    gap = digit * rng.uniform(0.2, 0.8)
    indent = low[0] + digit * rng.uniform(-0.5, 1.0)
    places = (
        (low[0] - gap - last[0], 0.0),
        (high[0] + gap - first[0], 0.0),
        (indent, low[1] - gap - last[1]),
        (indent, high[1] + gap - first[1]),
    )
    together = [*objects, *moved(words, *places[int(rng.choice(4, p=(0.45, 0.15, 0.3, 0.1)))])]
    low, high = extent_of(together)
    scale = min(1.0, float((0.97 * np.array([width, height]) / (high - low)).min()))
    smallest = max(MIN_PRINT, canvases.MIN_DIGIT_SIZE * max(width, height))
    return together if scale * printer.height >= smallest else objects
