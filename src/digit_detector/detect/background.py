"""Background estimation: how far each pixel is from the paper, which may be of one colour, unevenly lit, or framed."""

from functools import reduce
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digit_detector.detect.line_removal import Plane, remove_lines
from digit_detector.detect.pieces import find_pieces

MIN_CONTRAST: Final = 24
"""Pictures whose strongest difference from the background is below this (of 255) are blank."""

MIN_SIDE: Final = 32
"""Pictures with a shorter side, in pixels, are too small for uneven light or a frame."""

EVEN_SPREAD: Final = 12
"""Spread (of 255) of a border's shades, without the darkest and brightest tenth, up to which it is one colour."""

COLOUR_TOLERANCE: Final = 3
"""Distance (of 255) from the border's median up to which a pixel has the border's colour."""

MIN_COLOUR_FRACTION: Final = 0.5
"""If this fraction of the picture has the border's colour, the border's other shades come from ink, not from light."""

MIN_EVEN_FRACTION: Final = 0.8
"""A border of nearly one colour may be a desk if less of the picture than this fraction has its colour."""

FRAME_TOLERANCE: Final = 24
"""Distance (of 255) from the border's colour up to which a pixel may belong to a frame, or to nearly even paper."""

MAX_FRAME_FRACTION: Final = 0.35
"""If less than this fraction of the picture has its border's colour, the border is a frame."""

FRAME_LINE_FRACTION: Final = 0.9
"""Fraction of its colour in each row or column of a frame."""

COARSE_SIDE: Final = 64
"""Longer side, in pixels, of the reduced picture in which noise does not make a border uneven."""

REDUCED_SIDE: Final = 256
"""Longer side, in pixels, of the reduced picture in which the paper is found."""

SQUARES: Final = (0.12, 0.25, 0.5)
"""Sides of the squares whose medians tell the paper, as fractions of the picture's longer side."""

EDGE_REACH: Final = 2
"""Distance, in pixels of the reduced picture, up to which shades of paper mix at an edge between them."""

SHADE_SIDE: Final = 0.035
"""A dark band as wide as this fraction of the picture's longer side is a shade of the paper if its edges are soft."""

MIN_SHADE: Final = 9
"""Depth (of 255) from which a darker place is a band."""

MAX_SHADE_STEP: Final = 0.5
"""Between two reduced pixels on either side of a third, as a fraction of a soft band's depth."""

MIN_LIGHT: Final = 64
"""Paper darker than this (of 255) shows more noise than ink."""


def ink_of(image: NDArray[np.uint8]) -> Plane:
    """Return how far each pixel is from the background, without lines: (H, W) uint8, 0 on paper.

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
        opaque = alpha == 255 * image.shape[0] * image.shape[1]
        if not any(colours) and not opaque:  # black ink on transparency: what drawing canvases send
            return np.asarray(cv2.extractChannel(image, 3), np.uint8)
        transparency = None if opaque else cv2.extractChannel(image, 3)
        image = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGBA2RGB), np.uint8) if opaque else _on_white(image)
        if transparency is not None and image.min() > 255 - MIN_CONTRAST:  # white ink, meant for dark paper
            image = np.asarray(transparency, np.uint8)
    return remove_lines(_subtract_background(image))


def _on_white(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Blend (H, W, 4) over white paper: (H, W, 3)."""
    *colours, alpha = cv2.split(image)
    paper = cv2.bitwise_not(alpha)
    blended = [cv2.add(cv2.multiply(colour, alpha, scale=1 / 255), paper) for colour in colours]
    return np.asarray(cv2.merge(blended), np.uint8)


def _subtract_background(image: NDArray[np.uint8]) -> Plane:
    """As `ink_of`, for an image (H, W) or (H, W, 3) without transparency.

    The background is the median colour of the picture's border, so white on black and coloured pens on grey paper give
    the same ink as black on white. If the border has many shades, the light is uneven, and the background is the paper
    around each pixel. If hardly any of the picture has the border's colour, the border is a frame without ink, and only
    its inside counts.
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
    # One plane at a time: reducing over the channel axis takes ten times as long.
    colours = [np.full_like(plane, shade) for plane, shade in zip(planes, shades, strict=True)]
    return np.asarray(reduce(cv2.max, map(cv2.absdiff, planes, colours)), np.uint8)


def _inside_frame(ink: Plane) -> tuple[slice, slice] | None:
    """Return the rows and columns inside a frame, or None; `ink` is relative to the border's colour."""
    framed = ink <= FRAME_TOLERANCE
    if framed.mean() >= MAX_FRAME_FRACTION:
        return None
    # What is not frame fills most of the picture, hence most of some row and some column.
    rows, columns = (np.flatnonzero(framed.mean(axis=axis) < FRAME_LINE_FRACTION) for axis in (1, 0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _ink_in_light(planes: list[Plane], ink: Plane) -> Plane:
    """Return the given ink if the paper has one colour, otherwise the ink relative to the paper around each pixel."""
    if min(ink.shape) < MIN_SIDE:
        return ink
    spread = _spread(planes)
    if spread > EVEN_SPREAD and (ink <= COLOUR_TOLERANCE).mean() >= MIN_COLOUR_FRACTION:
        return ink
    if _is_even(spread, ink):
        return ink
    coarse = _reduced(planes, COARSE_SIDE)
    return ink if _is_even(_spread(coarse), _ink_on_border_colour(coarse)) else _ink_on_local_paper(planes)


def _is_even(spread: int, ink: Plane) -> bool:
    """Whether the border has one colour, and most of the picture has it too; `ink` is relative to it."""
    return spread == 0 or (spread <= EVEN_SPREAD and (ink <= FRAME_TOLERANCE).mean() >= MIN_EVEN_FRACTION)


def _spread(planes: list[Plane]) -> int:
    """Return the spread of the border's shades, without the darkest and brightest tenth."""
    border = _border(planes)
    tenth = border.shape[1] // 10
    return int((border[:, -1 - tenth] - border[:, tenth]).max())


def _border(planes: list[Plane]) -> NDArray[np.int64]:
    """Return the shades of the outermost rows and columns, ascending: (C, 2 (H + W)); corners count twice."""
    return np.sort([np.concatenate([p[0], p[-1], p[:, 0], p[:, -1]]).astype(np.int64) for p in planes])


def _ink_on_local_paper(planes: list[Plane]) -> Plane:
    """Return the fraction (of 255) by which each pixel is darker than the paper around it, or lighter.

    The paper is found in a reduced picture, as it has no fine structure.
    """
    height, width = planes[0].shape
    papers = [_local_paper(plane) for plane in _reduced(planes, REDUCED_SIDE)]
    # At the edge of a sheet or a shadow, every shade between both sides is paper.
    edge = np.ones((2 * EDGE_REACH + 1,) * 2, np.uint8)
    darkest = [np.asarray(cv2.resize(cv2.erode(paper, edge), (width, height)), np.uint8) for paper in papers]
    brightest = [np.asarray(cv2.resize(cv2.dilate(paper, edge), (width, height)), np.uint8) for paper in papers]
    return _relative_difference(planes, darkest, brightest)


def _reduced(planes: list[Plane], side: int) -> list[Plane]:
    """Reduce planes to a longer side of `side` pixels, if they are larger."""
    height, width = planes[0].shape
    scale = min(1.0, side / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return [np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8) for plane in planes]


def _local_paper(plane: Plane) -> Plane:
    """Return the shade of the paper at each pixel of a reduced plane.

    It is the median over a small square, which keeps the edges of shadows and sheets. Dark islands in it are thick
    strokes: they get the shade around them, or that of the median over the largest square if this is darker. Soft dark
    bands are shades of the paper too.
    """
    small, middle, large = (round(fraction * max(plane.shape)) for fraction in SQUARES)
    paper = _keep_corners(plane, small)
    # Shadows and the desk around a sheet reach the border, and there fill more than strokes do.
    level = np.full_like(plane, 255)
    for edge in (np.s_[0], np.s_[-1], np.s_[:, 0], np.s_[:, -1]):
        level[edge] = np.maximum(paper, _median(plane, middle))[edge]
    while True:  # a flood from the border, as of water that finds no way into an island
        lower = np.maximum(cv2.erode(level, np.ones((3, 3), np.uint8)), paper)
        if np.array_equal(lower, level):
            return _follow_shades(plane, np.maximum(paper, np.minimum(level, _median(plane, large))))
        level = lower


def _follow_shades(plane: Plane, paper: Plane) -> Plane:
    """Return the paper with its wide dark bands of soft edges that reach the border, such as the gutter of a book.

    A closing takes away strokes and thin lines, but leaves such bands. Bands inside the picture may be strokes out of
    focus, and those with sharp edges are thick strokes.
    """
    side = round(SHADE_SIDE * max(plane.shape)) | 1
    closed = np.asarray(cv2.morphologyEx(plane, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8)), np.uint8)
    depth = np.asarray(cv2.subtract(paper, closed), np.uint8)
    boxes, _, bands = find_pieces(depth, MIN_SHADE)
    around = np.ones((3, 3), np.uint8)
    step = cv2.subtract(cv2.dilate(closed, around), cv2.erode(closed, around))
    deepest, steepest = np.zeros((2, len(boxes) + 1), np.uint8)
    np.maximum.at(deepest, bands.ravel(), depth.ravel())
    np.maximum.at(steepest, bands.ravel(), step.ravel())
    at_border = (boxes[:, :2] == 0).any(axis=1) | (boxes[:, 2:] == plane.shape[::-1]).any(axis=1)
    is_shade = np.append(False, at_border) & (steepest < MAX_SHADE_STEP * deepest)
    return np.where(is_shade[bands], closed, paper)


def _keep_corners(plane: Plane, square: int) -> Plane:
    """Return the median over a square around each pixel, or beside it, without rounding the corners of shades.

    Of the squares around the pixel and diagonally beside it, the likeliest is the one whose median is the nearest to
    the median over a smaller square.
    """
    median = _median(plane, square)
    guide = _median(plane, square // 3).astype(np.int16)
    paper, least = median, np.abs(median - guide)
    height, width = plane.shape
    for down, across in ((-1, -1), (-1, 1), (1, -1), (1, 1)):
        rows = np.clip(np.arange(height) + down * square // 2, 0, height - 1)
        columns = np.clip(np.arange(width) + across * square // 2, 0, width - 1)
        shifted = median[np.ix_(rows, columns)]
        distance = np.abs(shifted - guide)
        paper = np.where(distance < least, shifted, paper)
        least = np.minimum(distance, least)
    return paper


def _median(plane: Plane, square: int) -> Plane:
    return np.asarray(cv2.medianBlur(plane, max(3, square | 1)), np.uint8)


def _relative_difference(planes: list[Plane], darkest: list[Plane], brightest: list[Plane]) -> Plane:
    """Return how much darker or lighter than the paper each pixel is, as a fraction (of 255) of what is possible."""
    darker = reduce(cv2.max, map(cv2.subtract, darkest, planes))
    lighter = reduce(cv2.max, map(cv2.subtract, planes, brightest))
    light, shade = reduce(np.maximum, darkest), reduce(np.minimum, brightest)
    darker = cv2.divide(darker, np.maximum(light, MIN_LIGHT), scale=255)
    lighter = cv2.divide(lighter, np.maximum(255 - shade, MIN_LIGHT), scale=255)
    return np.asarray(cv2.max(darker, lighter), np.uint8)
