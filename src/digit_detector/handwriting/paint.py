"""Show strokes as a picture and as SVG: smooth curves of a round pen."""

from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from digit_detector.handwriting.glyphs import Glyph, Points, to_strokes
from digit_detector.synth.scene import MARK, Placed, draw_ink
from digit_detector.synth.strokes import join

HEIGHT: Final = 200
"""Of an SVG file's picture, in pixels."""

_PIECES: Final = 4
"""Lines that a curve between two points is painted with."""


def paint(strokes: Sequence[Points], pen: float, width: int, height: int) -> NDArray[np.uint8]:
    """Return black ink on white, uint8 (height, width), of strokes and a pen in pixels."""
    picture = np.full((height, width), 255, np.uint8)
    draw_ink(picture, Placed(*join([_curve(stroke) - 0.5 for stroke in strokes]), pen, MARK))
    return picture


def paint_glyph(glyph: Glyph, size: float, pen: float, side: int) -> NDArray[np.uint8]:
    """Return a glyph of this size in the middle of a square picture, uint8 (side, side); all in pixels."""
    return paint([part * size + side / 2 for part in to_strokes(glyph)], pen, side, side)


def _curve(stroke: Points) -> Points:
    """Return the Catmull-Rom curve through a stroke's points, as a polyline (n, 2)."""
    controls = _bezier(stroke)
    t = np.arange(_PIECES)[:, None] / _PIECES
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    pieces = sum(weight * controls[:, None, index] for index, weight in enumerate(weights))
    return np.concatenate((np.reshape(pieces, (-1, 2)), stroke[-1:])).astype(np.float32)


def _bezier(stroke: Points) -> NDArray[np.float32]:
    """Return the Catmull-Rom curve's segments as cubic Bézier curves: (n - 1, 4, 2) start, two controls, end."""
    padded = np.concatenate((stroke[:1], stroke, stroke[-1:]))
    tangents = (padded[2:] - padded[:-2]) / 6
    start, end = stroke[:-1], stroke[1:]
    return np.stack((start, start + tangents[:-1], end - tangents[1:], end), axis=1)


def to_svg(strokes: Sequence[Points], pen: float, title: str) -> str:
    """Return an SVG file of strokes, a path each in the order of writing.

    Args:
        strokes: each (n, 2), in any unit.
        pen: width in the same unit.
        title: for people who do not see the picture.
    """
    ink = np.concatenate(strokes)
    low, size = ink.min(0) - pen, np.ptp(ink, axis=0) + 2 * pen
    scale = HEIGHT / float(size[1])
    paths = []
    for stroke in strokes:
        moved = (stroke - low) * scale
        curves = " ".join("C" + " ".join(f"{value:.1f}" for value in piece[1:].flat) for piece in _bezier(moved))
        paths.append(f'<path d="M{moved[0, 0]:.1f} {moved[0, 1]:.1f} {curves}"/>')
    width = float(size[0]) * scale
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.1f} {HEIGHT}" width="{width:.1f}" '
        f'height="{HEIGHT}">\n<title>{escape(title)}</title>\n<g fill="none" stroke="black" '
        f'stroke-width="{pen * scale:.1f}" stroke-linecap="round" stroke-linejoin="round">\n'
        + "\n".join(paths)
        + "\n</g>\n</svg>\n"
    )
