"""Define the scene: objects placed on a canvas, the lines of its paper, and ink that is no object."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digit_detector.classes import CLASSES
from digit_detector.synth import handwriting
from digit_detector.synth.strokes import Points, Sketch

SIDE: Final = 400
"""Longer side of most canvases, in pixels."""

MARK: Final = -1
"""Label of ink that is no object, such as a comma or a slip of the pen."""


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Hold the ink of one object in its place on a canvas."""

    points: Points
    """(n, 2) in pixels of the canvas."""
    ends: tuple[int, ...]
    """Index in `points` at which each stroke ends."""
    pen: float
    """Width of the round pen in pixels."""
    label: int
    """Class index, or MARK."""
    filled: bool = False
    shade: int = 0
    """Grey level of the ink, 0 for black."""

    @property
    def extent(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the top left and the bottom right corner of the ink, each (2,), the pen's width included."""
        half = np.float32(self.pen / 2)
        return self.points.min(0) - half, self.points.max(0) + half

    def moved(self, offset: NDArray[np.float32]) -> "Placed":
        """Return the same ink, displaced by `offset` (2,)."""
        return replace(self, points=self.points + offset)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Hold a line of the paper: ruled, of a table, or of a frame."""

    points: Points
    """(n, 2) in pixels of the canvas."""
    width: float
    """In pixels."""
    shade: int
    """Grey level."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Hold a canvas with its objects, and with specks: ink that is not an object."""

    width: int
    height: int
    objects: tuple[Placed, ...]
    specks: tuple[Placed, ...] = ()
    lines: tuple[Line, ...] = ()
    """Drawn under the ink."""
    cell: float = 1.0
    """Pixels of the canvas per pixel of the picture: a picture is coarse above 1, as an enlarged part of a page is."""


def place_perturbed(
    rng: Generator,
    sketch: Sketch,
    size: float,
    pen: float,
    longer: float,
    *,
    by_height: bool = False,
    variation: float = 1.0,
) -> Placed:
    """Return a perturbed sketch of `size` pixels around (0, 0); for the arguments see `handwriting.write`."""
    points, ends, pen = handwriting.write(rng, sketch, size, pen, longer, by_height=by_height, variation=variation)
    return Placed(points, ends, pen, CLASSES.index(sketch.label), sketch.filled)
