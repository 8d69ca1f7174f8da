"""Digits as a hand draws them, written for these tests.

A shape is one stroke or several, and a stroke the points "x,y" that the pen passes on its way, in a frame 65 wide and
100 high with y pointing down; a point given twice is a corner.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Stroke = NDArray[np.float64]  # (N, 2) x, y

SHAPES: Final = {
    "0": ("50,9 35,3 15,19 6,51 13,84 33,98 54,87 62,54 57,21 44,5 36,4",),
    "1": ("17,29 33,15 44,2 44,2 43,36 41,70 41,98",),
    "1 plain": ("37,3 35,34 31,68 30,97",),
    "2": ("8,24 15,8 34,2 52,10 54,29 42,50 25,71 6,94 6,94 31,92 61,95",),
    "2 looped": ("9,21 22,5 44,4 54,20 47,45 28,70 11,91 5,86 14,79 36,90 63,89",),
    "3": ("9,13 27,2 48,10 51,28 37,42 23,46 23,46 43,50 57,66 50,88 28,98 5,88",),
    "4": ("31,4 21,30 7,59 7,59 35,59 65,56", "48,22 47,60 45,98"),
    "4 closed": ("45,3 26,29 5,62 5,62 35,64 67,61", "46,4 47,42 44,98"),
    "5": ("14,5 12,24 10,43 10,43 28,36 48,44 57,65 48,88 26,97 6,89", "15,4 36,5 57,2"),
    "5 in one": ("55,3 35,4 15,6 15,6 12,25 9,45 9,45 30,38 50,48 56,68 44,90 24,97 5,88",),
    "6": ("48,4 28,21 13,48 9,73 18,92 38,97 54,84 52,65 36,56 18,64 11,77",),
    "7": ("6,8 31,7 60,4 60,4 46,34 32,66 25,98",),
    "7 crossed": ("6,9 30,8 61,5 61,5 46,36 33,67 27,98", "19,51 38,49 59,46"),
    "8": ("50,16 34,3 14,10 14,28 32,44 51,61 54,82 36,97 14,90 10,72 26,53 44,38 52,22 46,9",),
    "8 of two rings": ("34,4 15,13 16,36 32,46 50,36 50,15 33,4", "33,47 11,60 10,86 32,98 54,87 55,61 35,47"),
    "9": ("52,21 36,5 14,14 10,34 24,49 44,42 54,20 54,20 53,55 49,98",),
    "9 curled": ("53,24 38,5 16,12 11,34 26,48 46,39 54,20 54,50 46,83 28,97 9,90",),
}

# One stroke, of the kind that people draw where they should not.
RUDE: Final = (
    "24,78 12,70 3,80 6,94 18,99 30,94 34,84 34,84 40,95 52,99 63,93 65,80 56,70 44,78 44,78 45,50 46,20 40,4 33,1"
    " 26,5 22,20 23,50 24,78",
)


def strokes(name: str, x: float, y: float, height: float) -> list[Stroke]:
    """The strokes of a shape or of `rude`, each a dense line of points, its frame's corner and height as given."""
    return [_smooth(_points(stroke)) * height / 100 + (x, y) for stroke in (RUDE if name == "rude" else SHAPES[name])]


def paint(picture: Image.Image, lines: Iterable[Stroke], width: int, ink: str = "black") -> None:
    """Draw strokes on a picture."""
    pen = ImageDraw.Draw(picture)
    for line in lines:
        pen.line([tuple(point) for point in line.tolist()], ink, width, "curve")


def _points(stroke: str) -> Stroke:
    return np.array([point.split(",") for point in stroke.split()], np.float64)


def _smooth(points: Stroke, steps: int = 6) -> Stroke:
    """A Catmull-Rom curve through the points, `steps` to a segment."""
    before, after = 2 * points[0] - points[1], 2 * points[-1] - points[-2]
    p = np.concatenate([[before], points, [after]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    segments = [
        b + t * ((c - a) / 2 + t * ((a - 2.5 * b + 2 * c - d / 2) + t * (1.5 * (b - c) + (d - a) / 2)))
        for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False)
    ]
    return np.concatenate([*segments, points[-1:]])
