"""Vectorise raster digits: as filled outlines of the ink, or as pen strokes along its centre lines."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digit_detector.synth.strokes import Points, smooth

UPSCALE: Final = 4
SPUR: Final = 7
"""Branches of the skeleton up to this length (upscaled pixels) are artefacts of thinning."""
INK_LEVEL: Final = 110
"""Raster values above this are ink (0 to 255)."""

BACKGROUND_LEVEL: Final = 30
"""Values up to this are background, however faint the pen."""

MAX_TRACED_WIDTH: Final = 4.0
"""Pixels of the raster. Wider ink has closed loops and corners that a centre line would miss."""
_NEIGHBOUR_STEPS: Final = ((-1, 0), (0, -1), (0, 1), (1, 0), (-1, -1), (-1, 1), (1, -1), (1, 1))


def _binarise(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the ink as 0 and 1, padded by a pixel and enlarged UPSCALE times."""
    padded = cv2.copyMakeBorder(image, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    side = (padded.shape[1] * UPSCALE, padded.shape[0] * UPSCALE)
    # A fixed level would break the ink of a faint pen into pieces.
    ink = image[image > BACKGROUND_LEVEL]
    level = min(INK_LEVEL, np.median(ink) / 2) if ink.size else INK_LEVEL
    return np.asarray(cv2.resize(padded, side, interpolation=cv2.INTER_CUBIC) > level, np.uint8)


def outlines(image: NDArray[np.uint8]) -> list[Points]:
    """Return closed outlines of the ink, to be filled by the even-odd rule. image: (H, W), ink bright."""
    contours, _ = cv2.findContours(_binarise(image), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    return [_smooth_outline(contour[:, 0].astype(np.float32)) for contour in contours if len(contour) >= 4]


def _smooth_outline(outline: Points) -> Points:
    """Smooth the pixel steps of a closed outline."""
    for _ in range(2):
        mean = (np.roll(outline, 1, axis=0) + 2 * outline + np.roll(outline, -1, axis=0)) / 4
        outline = mean.astype(np.float32)
    return outline


def is_traceable(image: NDArray[np.uint8]) -> bool:
    """Return whether the pen was thin enough to recover its strokes by thinning. image: (H, W), ink bright."""
    radius = cv2.distanceTransform(_binarise(image), cv2.DIST_L2, 5).max() / UPSCALE
    return bool(2 * radius <= MAX_TRACED_WIDTH)


def centre_lines(image: NDArray[np.uint8]) -> list[Points]:
    """Return strokes along the skeleton of the ink (Zhang & Suen 1984). image: (H, W), ink bright."""
    from skimage.morphology import skeletonize

    rows, columns = np.nonzero(skeletonize(_binarise(image).astype(bool)))  # type: ignore[no-untyped-call]
    pixels = set(zip(rows.tolist(), columns.tolist(), strict=True))
    neighbours = {pixel: _neighbours(pixel, pixels) for pixel in pixels}
    paths = _paths(neighbours)
    ends = {path[i] for path in paths for i in (0, -1) if len(neighbours[path[i]]) == 1}
    long_enough = [p for p in paths if len(p) > SPUR or not (p[0] in ends or p[-1] in ends)]
    return [smooth(np.array(path, np.float32)[:, ::-1], rounds=4) for path in long_enough or paths]


Pixel = tuple[int, int]


def _neighbours(pixel: Pixel, pixels: set[Pixel]) -> list[Pixel]:
    """Return the adjacent skeleton pixels; diagonal ones only if no straight neighbour connects to them."""
    row, column = pixel
    found: list[Pixel] = []
    for dy, dx in _NEIGHBOUR_STEPS:
        other = (row + dy, column + dx)
        if other not in pixels:
            continue
        if dy and dx and ((row + dy, column) in pixels or (row, column + dx) in pixels):
            continue
        found.append(other)
    return found


def _paths(neighbours: dict[Pixel, list[Pixel]]) -> list[list[Pixel]]:
    """Return the paths between ends and junctions, then the remaining closed rings."""
    walked: set[tuple[Pixel, Pixel]] = set()
    paths: list[list[Pixel]] = []
    nodes = [pixel for pixel, adjacent in neighbours.items() if len(adjacent) != 2]
    for start in (*nodes, *neighbours):
        for step in neighbours[start]:
            if (start, step) in walked:
                continue
            path = [start, step]
            walked.update(((start, step), (step, start)))
            while len(neighbours[path[-1]]) == 2 and path[-1] != start:
                first, second = neighbours[path[-1]]
                following = second if first == path[-2] else first
                walked.update(((path[-1], following), (following, path[-1])))
                path.append(following)
            paths.append(path)
        if not neighbours[start]:
            paths.append([start])
    return paths
