"""Background estimation: how far each pixel is from the paper, which may be of one colour, unevenly lit, or framed."""

from functools import reduce
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8]
"""(H, W), one channel of a picture."""

MIN_SIDE: Final = 32
"""Pictures with a shorter side, in pixels, are too small for uneven light or a frame."""

EVEN_SPREAD: Final = 12
"""Spread (of 255) of a border's shades, without the darkest and brightest tenth, up to which it is one colour."""

FRAME_TOLERANCE: Final = 24
"""Distance (of 255) from the border's colour up to which a pixel may belong to a frame."""

COLOUR_TOLERANCE: Final = 3
"""Distance (of 255) from the border's median up to which a pixel has the border's colour."""

MIN_COLOUR_FRACTION: Final = 0.5
"""If this fraction of the picture has the border's colour, the border's other shades come from ink, not from light."""

MAX_FRAME_FRACTION: Final = 0.35
"""If less than this fraction of the picture has its border's colour, the border is a frame."""

FRAME_LINE_FRACTION: Final = 0.9
"""Fraction of its colour in each row or column of a frame."""

SAMPLES_PER_SIDE: Final = 64
"""Pixels across and down that the light is fitted to."""

ROUNDS: Final = 20
"""Rounds of reweighting until the fit of the light has settled."""

_ROWS: Final = 256
"""Rows of the light that are computed at once; a whole photo would take several times its memory."""


def ink_of(image: NDArray[np.uint8]) -> Plane:
    """Return how far each pixel is from the background: (H, W) uint8, 0 on paper.

    Args:
        image: uint8 (H, W), (H, W, 3) or (H, W, 4); transparency is white paper, unless the ink is white too.

    Raises:
        ValueError: the array has another type or shape.
    """
    if image.dtype != np.uint8 or image.ndim not in (2, 3) or (image.ndim == 3 and image.shape[2] not in (3, 4)):
        raise ValueError(f"expected uint8 (H, W), (H, W, 3) or (H, W, 4), got {image.dtype} {image.shape}")
    if image.ndim == 3 and image.shape[2] == 4:
        # The sums of the four channels tell in one pass what kind of picture it is.
        *colours, alpha = cv2.sumElems(image)
        if alpha == 0:
            return np.zeros(image.shape[:2], np.uint8)
        if not any(colours):  # black ink on transparency: what drawing canvases send
            return np.asarray(cv2.extractChannel(image, 3), np.uint8)
        opaque = alpha == 255 * image.shape[0] * image.shape[1]
        transparency = None if opaque else cv2.extractChannel(image, 3)
        image = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGBA2RGB), np.uint8) if opaque else _on_white(image)
        if transparency is not None and image.min() >= 255 - COLOUR_TOLERANCE:  # white ink, meant for dark paper
            image = np.asarray(transparency, np.uint8)
    return _subtract_background(image)


def _on_white(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Blend (H, W, 4) over white paper: (H, W, 3)."""
    *colours, alpha = cv2.split(image)
    paper = cv2.bitwise_not(alpha)
    blended = [cv2.add(cv2.multiply(colour, alpha, scale=1 / 255), paper) for colour in colours]
    return np.asarray(cv2.merge(blended), np.uint8)


def _subtract_background(image: NDArray[np.uint8]) -> Plane:
    """As `ink_of`, for an image (H, W) or (H, W, 3) without transparency.

    The background is the median colour of the picture's border, so white on black and coloured pens on grey paper give
    the same ink as black on white. If the border has many shades, the light is uneven, and the background is the smooth
    surface that is nearest to most of the picture. If hardly any of the picture has the border's colour, the border is
    a frame without ink, and only its inside counts.
    """
    planes = [np.asarray(plane, np.uint8) for plane in cv2.split(image)]
    ink = _ink_on_border_colour(planes)
    if min(ink.shape) < MIN_SIDE:
        return ink
    inside = _inside_frame(ink)
    if inside is None:
        return _ink_in_light(planes, ink)
    planes = [plane[inside] for plane in planes]
    ink[:] = 0
    ink[inside] = _ink_in_light(planes, _ink_on_border_colour(planes))
    return ink


def _ink_on_border_colour(planes: list[Plane]) -> Plane:
    border = _border(planes)
    middle = border.shape[1] // 2
    shades = (border[:, middle - 1] + border[:, middle]) // 2
    return _difference(planes, [np.full_like(plane, shade) for plane, shade in zip(planes, shades, strict=True)])


def _inside_frame(ink: Plane) -> tuple[slice, slice] | None:
    """Return the rows and columns inside a frame, or None; `ink` is relative to the border's colour."""
    framed = ink <= FRAME_TOLERANCE
    if framed.mean() >= MAX_FRAME_FRACTION:
        return None
    # What is not frame fills most of the picture, hence most of some row and some column.
    rows, columns = (np.flatnonzero(framed.mean(axis=axis) < FRAME_LINE_FRACTION) for axis in (1, 0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _ink_in_light(planes: list[Plane], ink: Plane) -> Plane:
    """Return the ink relative to the fitted light if the border is unevenly lit, otherwise the given ink."""
    border = _border(planes)
    tenth = border.shape[1] // 10
    even = (border[:, -1 - tenth] - border[:, tenth]).max() <= EVEN_SPREAD
    if even or min(ink.shape) < MIN_SIDE or (ink <= COLOUR_TOLERANCE).mean() >= MIN_COLOUR_FRACTION:
        return ink
    return _difference(planes, [_light(plane) for plane in planes])


def _border(planes: list[Plane]) -> NDArray[np.int64]:
    """Return the shades of the outermost rows and columns, ascending: (C, 2 (H + W)); corners count twice."""
    return np.sort([np.concatenate([p[0], p[-1], p[:, 0], p[:, -1]]).astype(np.int64) for p in planes])


def _difference(planes: list[Plane], papers: list[Plane]) -> Plane:
    # One plane at a time: reducing over the channel axis takes ten times as long.
    differences = [cv2.absdiff(plane, paper) for plane, paper in zip(planes, papers, strict=True)]
    return np.asarray(reduce(cv2.max, differences), np.uint8)


def _light(plane: Plane) -> Plane:
    """Return the paper's shade at every pixel: the quadratic surface with the least absolute distance from samples.

    Least squares would follow the ink; reweighting by the distance (Schlossmacher 1973) ignores it.
    """
    height, width = plane.shape
    rows, columns = _spread(height), _spread(width)
    y, x = (grid.ravel() for grid in np.meshgrid(_centres(rows, height), _centres(columns, width), indexing="ij"))
    terms = np.stack([np.ones_like(x), x, x * x, y, x * y, y * y], axis=1)
    samples = plane[np.ix_(rows, columns)].astype(np.float64).ravel()
    weights = np.ones_like(samples)
    for _ in range(ROUNDS):
        weighted = terms * weights[:, None]
        surface = np.asarray(np.linalg.solve(weighted.T @ terms, weighted.T @ samples), np.float64)
        weights = 1 / np.maximum(np.abs(samples - terms @ surface), 1)
    return _evaluated(surface, height, width)


def _evaluated(surface: NDArray[np.float64], height: int, width: int) -> Plane:
    c, c_x, c_xx, c_y, c_xy, c_yy = surface.astype(np.float32)
    x, y = _centres(np.arange(width), width), _centres(np.arange(height), height)
    level, slope = c + c_x * x + c_xx * x * x, c_y + c_xy * x
    light = np.empty((height, width), np.uint8)
    for first in range(0, height, _ROWS):
        rows = y[first : first + _ROWS, None]
        light[first : first + _ROWS] = np.clip(level + rows * slope + c_yy * rows * rows + 0.5, 0, 255)
    return light


def _spread(size: int) -> NDArray[np.int64]:
    """Return the indices of SAMPLES_PER_SIDE evenly spread pixels."""
    return (2 * np.arange(SAMPLES_PER_SIDE) + 1) * size // (2 * SAMPLES_PER_SIDE)


def _centres(pixels: NDArray[np.int64], size: int) -> NDArray[np.float32]:
    """Return the pixels' centres, from -1 to 1 across the picture."""
    return ((2 * pixels + 1) / size - 1).astype(np.float32)
