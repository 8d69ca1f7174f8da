"""Kept drawings whose strokes are known, drawn anew: by another hand and pen, elsewhere, in another size."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digit_detector.drawing import Drawing, Stroke
from digit_detector.synth.scene import Scene, by_another_hand, some_pen
from digit_detector.synth.strokes import Sketch

SMALLEST: Final = 0.6
"""Of the sizes in which a drawing is drawn anew, as a share of its own."""


@dataclass(frozen=True)
class _Object:
    drawing: Sketch
    centre: NDArray[np.float32]
    """(2,) of its ink, in pixels of the canvas."""
    size: float
    """Longer side of its ink in pixels, the pen's width included."""


@dataclass(frozen=True)
class Redrawn:
    """The objects of a kept drawing, each with the strokes that are its own."""

    width: int
    height: int
    objects: tuple[_Object, ...]

    @classmethod
    def of(cls, record: Drawing) -> Self | None:
        """None where strokes are missing, or one of them cannot be assigned to a single annotated box without doubt."""
        if not record.strokes or len({stroke.colour for stroke in record.strokes}) > 1:
            return None
        own: list[list[Stroke]] = [[] for _ in record.annotations]
        for stroke in record.strokes:
            inside = [index for index, one in enumerate(record.annotations) if _holds(one.box, stroke)]
            if len(inside) != 1:
                return None
            own[inside[0]].append(stroke)
        if not all(own):
            return None
        objects = (_object(record, one.label, strokes) for one, strokes in zip(record.annotations, own, strict=True))
        return cls(record.width, record.height, tuple(objects))

    def scene(self, rng: Generator) -> Scene:
        """The drawing as another one might have made it; its objects stay in their order and beside one another."""
        canvas = np.array([self.width, self.height], np.float32)
        scale, pen = rng.uniform(SMALLEST, 1), some_pen(rng, min(self.width, self.height))
        objects = [
            by_another_hand(rng, one.drawing, scale * one.size, pen, float(canvas.max())).moved(scale * one.centre)
            for one in self.objects
        ]
        extents = np.array([placed.extent for placed in objects])
        low, high = extents[:, 0].min(axis=0), extents[:, 1].max(axis=0)
        room = canvas - (high - low)
        corner = np.where(room > 0, rng.random(2) * room, room / 2).astype(np.float32)
        return Scene(self.width, self.height, tuple(placed.moved(corner - low) for placed in objects))


def _holds(box: tuple[float, float, float, float], stroke: Stroke) -> bool:
    """Whether all of a stroke lies in a box, which people draw loosely: it is grown by the pen's width."""
    low, high = np.min(stroke.points, axis=0), np.max(stroke.points, axis=0)
    x0, y0, x1, y1 = box
    return bool((low >= np.array([x0, y0]) - stroke.width).all() and (high <= np.array([x1, y1]) + stroke.width).all())


def _object(record: Drawing, label: str, strokes: list[Stroke]) -> _Object:
    lines = [np.array(stroke.points, np.float32) for stroke in strokes]
    points = np.concatenate(lines)
    low, high = points.min(axis=0), points.max(axis=0)
    drawing = Sketch.of(
        lines, label=label, name=label, writer=record.session, source=record.source, key=f"{record.source}/{record.id}"
    )
    return _Object(drawing, (low + high) / 2, float((high - low).max()) + max(stroke.width for stroke in strokes))
