"""Contributed drawings as training data: drawn again from their strokes where possible, otherwise used as pictures."""

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digit_detector.data.convert import STORE, read
from digit_detector.data.formats import AUTO, READERS
from digit_detector.detect.background import ink_of
from digit_detector.detect.images import read_image
from digit_detector.drawing import Box, Drawing, Stroke, boxes_and_labels
from digit_detector.errors import DataError
from digit_detector.synth.perturbation import random_pen, write
from digit_detector.synth.scene import Scene, extent_of
from digit_detector.synth.splits import Split, split_of
from digit_detector.synth.strokes import Sketch

MIN_SCALE: Final = 0.6
"""Smallest size at which a drawing is drawn again, as a fraction of its own."""


@dataclass(frozen=True)
class CollectedSource:
    """Where contributed drawings lie, and how often training uses them.

    Attributes:
        path: a folder, or the store's address.
        format: the folder's format, `auto`, or `store`.
        fraction: of an epoch's samples, in (0, 1].
        only_reviewed: leave out drawings that no maintainer has reviewed.
    """

    path: str
    format: str
    fraction: float
    only_reviewed: bool = False


class CollectedDrawings:
    """The drawings of one split from all sources, split by session so that no writer is in two splits."""

    def __init__(self, sources: tuple[CollectedSource, ...], split: Split) -> None:
        """Raises DataError if the fractions do not fit, or a source cannot be read or has nothing to train on."""
        fractions = [source.fraction for source in sources]
        if any(not 0 < fraction <= 1 for fraction in fractions) or math.fsum(fractions) > 1:
            raise DataError(f"data.collected: expected fractions above 0 that sum to at most 1, found {fractions}")
        self._limits = np.cumsum(fractions)
        self.replace_all: Final = math.fsum(fractions) == 1
        """Whether no scene is left beside the drawings."""
        self._drawings = [_read(source, split) for source in sources]
        for source, drawings in zip(sources, self._drawings, strict=True):
            if not drawings and (split == "train" or self.replace_all):
                name = "training" if split == "train" else split
                raise DataError(f"{source.path}: no drawings in the {name} split (read as {source.format})")

    def pick(self, rng: Generator) -> "Drawing | StrokeAugmentation | None":
        """Return a drawing for the next sample, or None for a synthetic scene."""
        source = int(np.searchsorted(self._limits, rng.random(), side="right"))
        if source == len(self._drawings) or not self._drawings[source]:
            return None
        return self._drawings[source][int(rng.integers(len(self._drawings[source])))]


def load(drawing: Drawing) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.int64]]:
    """Return the picture (H, W), black on white whatever its colours, boxes (n, 4) xyxy in pixels, and labels (n,).

    Raises DataError if the picture has another size than its boxes were measured in, ImageError if it is damaged.
    """
    image = read_image(drawing.image)
    if image.shape[:2] != (drawing.height, drawing.width):
        raise DataError(
            f"{drawing.id} of {drawing.source}: width and height are {drawing.width} x {drawing.height}, "
            f"but the picture is {image.shape[1]} x {image.shape[0]}"
        )
    return 255 - ink_of(image), *boxes_and_labels(drawing.annotations)


def _read(source: CollectedSource, split: Split) -> "list[Drawing | StrokeAugmentation]":
    if source.format not in (formats := (AUTO, *READERS, STORE)):
        raise DataError(f"data.collected: {source.format} is no format: give one of {', '.join(formats)}")
    if source.format != STORE and not Path(source.path).is_dir():
        raise DataError(f"{source.path}: no such folder; name another in data.collected")
    return [
        # Keep in memory only the strokes, or only the picture and its boxes.
        (split == "train" and StrokeAugmentation.from_drawing(drawing))
        or replace(drawing, strokes=None, detections=None)
        for drawing in read(source.format, source.path)
        if split_of(drawing.source, drawing.session) == split and (drawing.reviewed or not source.only_reviewed)
    ]


@dataclass(frozen=True)
class _Object:
    """One object's strokes, the centre (2,) of its ink, and its longer side with the pen's width, in pixels."""

    sketch: Sketch
    centre: NDArray[np.float32]
    size: float


@dataclass(frozen=True)
class StrokeAugmentation:
    """A contributed drawing that is drawn again each time: perturbed handwriting, another pen, place and size."""

    width: int
    height: int
    objects: tuple[_Object, ...]

    @classmethod
    def from_drawing(cls, drawing: Drawing) -> Self | None:
        """Assign strokes to annotated boxes; None if strokes are missing, or one fits no or several boxes."""
        if not drawing.strokes or len({stroke.colour for stroke in drawing.strokes}) > 1:
            return None
        assigned: list[list[Stroke]] = [[] for _ in drawing.annotations]
        for stroke in drawing.strokes:
            fits = [index for index, annotation in enumerate(drawing.annotations) if _contains(annotation.box, stroke)]
            if len(fits) != 1:
                return None
            assigned[fits[0]].append(stroke)
        if not all(assigned):
            return None
        pairs = zip(drawing.annotations, assigned, strict=True)
        objects = tuple(_object(drawing, annotation.label, strokes) for annotation, strokes in pairs)
        return cls(drawing.width, drawing.height, objects)

    def scene(self, rng: Generator) -> Scene:
        """Draw the objects again; they keep their order and their places relative to each other."""
        canvas = np.array([self.width, self.height], np.float32)
        scale, pen = rng.uniform(MIN_SCALE, 1), random_pen(rng, min(self.width, self.height))
        objects = [
            write(rng, item.sketch, scale * item.size, pen, float(canvas.max())).moved(scale * item.centre)
            for item in self.objects
        ]
        low, high = extent_of(objects)
        room = canvas - (high - low)
        corner = np.where(room > 0, rng.random(2) * room, room / 2).astype(np.float32)
        return Scene(self.width, self.height, tuple(placed.moved(corner - low) for placed in objects))


def _contains(box: Box, stroke: Stroke) -> bool:
    """Tell whether a box, grown by the pen's width since people draw boxes loosely, contains all of a stroke."""
    low, high = np.min(stroke.points, axis=0), np.max(stroke.points, axis=0)
    return bool((low >= np.array(box[:2]) - stroke.width).all() and (high <= np.array(box[2:]) + stroke.width).all())


def _object(drawing: Drawing, label: str, strokes: list[Stroke]) -> _Object:
    lines = [np.array(stroke.points, np.float32) for stroke in strokes]
    points = np.concatenate(lines)
    low, high = points.min(axis=0), points.max(axis=0)
    key = f"{drawing.source}/{drawing.id}"
    sketch = Sketch.from_strokes(lines, label=label, name=label, writer=drawing.session, source=drawing.source, key=key)
    return _Object(sketch, (low + high) / 2, float((high - low).max()) + max(stroke.width for stroke in strokes))
