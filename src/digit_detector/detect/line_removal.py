"""Line removal: ruled paper, tables, forms and edges of sheets leave the ink, without a cut in the strokes over them.

A line is a chain of short runs of ink across its direction, so a stroke that crosses it interrupts it and stays.
"""

from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digit_detector.detect.ruling import MAX_THICKNESS, Line, is_ruling

Plane = NDArray[np.uint8]
"""(H, W), one channel of a picture."""
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

REDUCED_SIDE: Final = 1000
"""Longer side, in pixels, of the reduced picture in which lines are found."""

MIN_INK: Final = 24
"""Ink below this (of 255) is paper."""

MIN_INK_FRACTION: Final = 0.3
"""Ink below this fraction of the strongest is paper."""

MIN_COVER: Final = 64
"""Reduced pixels of which ink covers this fraction (of 255) are ink."""

MIN_PIECE: Final = 6
"""Shortest uninterrupted piece of a line, in pixels of the reduced picture."""

MAX_PIECES: Final = 5000
"""Texture of more pieces than a squared page has in one direction is no paper, and would take too long."""

MAX_PAIRS: Final = 200_000
"""Pairs of pieces in memory at once."""

MIN_PIECE_RATIO: Final = 3
"""Of a piece's length to its thickness."""

MAX_SLOPE: Final = 0.27
"""Of a line against the picture's sides."""

MAX_GAP: Final = 0.08
"""Gap that a line bridges, as a fraction of the longer side."""

MIN_FILLED: Final = 0.7
"""Fraction of a line's length that its pieces fill."""

MIN_RATIO: Final = 6
"""Of a line's length to its thickness."""


MAX_RUN_RATIO: Final = 1.25
"""A run longer than this many times a line's thickness, and one pixel more, is a stroke's."""


class Runs(NamedTuple):
    """Runs of ink across a direction, by their place along it: (N,) each, from `start` to before `end`."""

    place: Ints
    start: Ints
    end: Ints


class Segments(NamedTuple):
    """Straight parts of lines: where they begin and end along their direction and across it, (N,) each."""

    first: Floats
    last: Floats
    first_level: Floats
    last_level: Floats
    thickness: Floats


def remove_lines(ink: Plane) -> Plane:
    """Return the ink (H, W) without lines that are no writing; the same array if there are none."""
    height, width = ink.shape
    scale = min(1.0, REDUCED_SIDE / max(height, width))
    threshold = max(MIN_INK, int(MIN_INK_FRACTION * int(ink.max(initial=0))))
    mask = np.asarray(cv2.threshold(ink, threshold - 1, 255, cv2.THRESH_BINARY)[1], np.uint8)
    if scale < 1:
        size = max(1, round(width * scale)), max(1, round(height * scale))
        covered = cv2.resize(mask, size, interpolation=cv2.INTER_AREA)
        mask = np.asarray(cv2.threshold(covered, MIN_COVER - 1, 255, cv2.THRESH_BINARY)[1], np.uint8)
    # The first axis of a plane is the direction of its lines.
    planes = [np.asarray(cv2.transpose(mask), np.uint8), mask]
    runs = [_find_runs(plane) for plane in planes]
    lines = [_trace(part, plane.shape[1], max(mask.shape)) for part, plane in zip(runs, planes, strict=True)]
    ruling = is_ruling(lines[0], lines[1], mask.shape[1], mask.shape[0])
    if not any(map(any, ruling)):
        return ink
    removed, bands = [], []
    for plane, part, found, chosen in zip(planes, runs, lines, ruling, strict=True):
        drawn, band = _draw([line for line, use in zip(found, chosen, strict=True) if use], part, plane)
        removed.append(drawn)
        bands.append(band)
    is_line = removed[0].T | removed[1] | (bands[0].T & bands[1] & (mask > 0))
    # Fainter ink beside a line belongs to it.
    around = cv2.dilate(is_line.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    is_kept = (~around | ((mask > 0) & ~is_line)).astype(np.uint8)
    if scale < 1:
        is_kept = np.asarray(cv2.resize(is_kept, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)
    return ink * is_kept


def _find_runs(plane: Plane) -> Runs:
    padded = np.asarray(cv2.copyMakeBorder(plane, 0, 0, 1, 1, cv2.BORDER_CONSTANT))
    edges = np.flatnonzero(padded.ravel()[1:] != padded.ravel()[:-1])
    return Runs(edges[::2] // padded.shape[1], edges[::2] % padded.shape[1], edges[1::2] % padded.shape[1])


def _trace(runs: Runs, width: int, side: int) -> list[Line]:
    """Find the lines among the runs of a plane of this width; `side` is the longer side of the picture."""
    is_thin = runs.end - runs.start <= max(3, round(MAX_THICKNESS * side))
    place, start, end = (part[is_thin] for part in runs)
    piece = _label_pieces(Runs(place, start, end), stride=width + 2)
    level, thickness, count = (start + end) / 2, end - start, np.bincount(piece)

    def mean(values: Floats | Ints) -> Floats:
        return np.asarray(np.bincount(piece, values) / count)

    middle, height = mean(place), mean(level)
    along, off = place - middle[piece], level - height[piece]
    slope = mean(along * off) / np.maximum(mean(along * along), 1e-9)
    roughness = np.sqrt(np.maximum(mean(off * off) - slope * mean(along * off), 0))
    is_straight = (np.abs(slope) <= MAX_SLOPE) & (roughness <= 0.5 + 0.02 * count)
    chosen = np.flatnonzero(is_straight & (count >= np.maximum(MIN_PIECE, MIN_PIECE_RATIO * mean(thickness))))
    if not 0 < len(chosen) <= MAX_PIECES:  # none in most drawings
        return []
    half = (count - 1) / 2
    ends = middle - half, middle + half, height - slope * half, height + slope * half, mean(thickness)
    chain = np.full(len(count), -1)
    chain[chosen] = _join(Segments(*(part[chosen] for part in ends)), MAX_GAP * side)
    chain = chain[piece]
    order = np.argsort(chain, kind="stable")
    lines = []
    for members in np.split(order, np.flatnonzero(np.diff(chain[order])) + 1):
        if not len(members) or chain[members[0]] < 0:
            continue
        filled, first = np.unique(place[members], return_index=True)
        places = np.arange(filled[0], filled[-1] + 1)
        levels = np.interp(places, filled, level[members][first])
        line = Line(int(places[0]), int(places[-1]) + 1, levels, float(np.median(thickness[members])))
        is_level = abs(levels[-1] - levels[0]) <= MAX_SLOPE * line.length
        if is_level and len(filled) >= MIN_FILLED * line.length and line.length >= MIN_RATIO * line.thickness:
            lines.append(line)
    return lines


def _label_pieces(runs: Runs, stride: int) -> Ints:
    """Return each run's piece: runs belong together if each touches only the other at the next place."""
    starts, ends = runs.place * stride + runs.start, runs.place * stride + runs.end

    def touched(step: int) -> tuple[Ints, Ints]:
        first = np.searchsorted(ends, starts + step * stride, "right")
        return first, np.searchsorted(starts, ends + step * stride, "left") - first

    following, count = touched(1)
    linked = np.flatnonzero(count == 1)
    linked = linked[touched(-1)[1][following[linked]] == 1]
    head = np.arange(len(starts))
    head[following[linked]] = linked
    while not np.array_equal(head, head[head]):
        head = head[head]
    return np.asarray(np.unique(head, return_inverse=True)[1])


def _join(segments: Segments, max_gap: float) -> Ints:
    """Return each segment's chain: segments that continue one another; joined ones reach further, so twice."""
    chain = np.arange(len(segments.first))
    for _ in range(2):
        first, last, first_level, last_level, thickness = segments
        labels = _continue(segments, max_gap)
        chain = labels[chain]
        early, late = np.argsort(first, kind="stable"), np.argsort(-last, kind="stable")
        heads = early[np.unique(labels[early], return_index=True)[1]]
        tails = late[np.unique(labels[late], return_index=True)[1]]
        thickness = np.bincount(labels, thickness) / np.bincount(labels)
        segments = Segments(first[heads], last[tails], first_level[heads], last_level[tails], thickness)
    return chain


def _continue(segments: Segments, max_gap: float) -> Ints:
    """Return each segment's chain, from 0: those that the longer one of two, extended over the gap, meets."""
    order = np.argsort(segments.first, kind="stable")
    firsts, length = segments.first[order], segments.last - segments.first
    slope = (segments.last_level - segments.first_level) / np.maximum(length, 1)
    begin, end = (np.searchsorted(firsts, segments.last + gap, "right") for gap in (0, max_gap))
    chain = np.arange(len(order))
    for part in np.array_split(np.arange(len(order)), 1 + np.maximum(end - begin, 0).sum() // MAX_PAIRS):
        piece, other = _ranges(begin[part], end[part])
        piece, other = part[piece], order[other]
        gap = segments.first[other] - segments.last[piece]
        longer = np.where(length[other] > length[piece], other, piece)
        miss = np.abs(segments.first_level[other] - segments.last_level[piece] - slope[longer] * gap)
        thickest = np.maximum(segments.thickness[piece], segments.thickness[other])
        meets = (miss <= 1.5 + 0.25 * thickest + 0.03 * gap) & (gap <= length[longer] + 1)
        for first, second in zip(piece[meets].tolist(), other[meets].tolist(), strict=True):
            if chain[first] != chain[second]:
                chain[chain == chain[second]] = chain[first]
    return np.asarray(np.unique(chain, return_inverse=True)[1])


def _ranges(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Return every index from `first` to before `last`, after the index of its range."""
    count = np.maximum(last - first, 0)
    owner = np.repeat(np.arange(len(first)), count)
    return owner, np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + first[owner]


def _draw(lines: list[Line], runs: Runs, plane: Plane) -> tuple[Bools, Bools]:
    """Return the ink of lines, and the bands that they fill with the strokes over them, in planes of the same shape."""
    width, stride = plane.shape[1], plane.shape[1] + 2
    starts, ends = runs.place * stride + runs.start, runs.place * stride + runs.end
    is_line = np.zeros(len(starts), bool)
    lows, highs = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for line in lines:
        extra = int(line.thickness) + 2  # to the far side of a line that it ends at
        places = np.arange(max(0, line.start - extra), min(len(plane), line.end + extra))
        levels = np.interp(places, np.arange(line.start, line.end), line.levels)
        reach = line.thickness / 2 + 1
        low = places * stride + np.clip(np.floor(levels - reach), 0, width).astype(np.int64)
        high = places * stride + np.clip(np.ceil(levels + reach), 0, width).astype(np.int64)
        _, touched = _ranges(np.searchsorted(ends, low, "right"), np.searchsorted(starts, high, "left"))
        is_line[touched[(ends - starts)[touched] <= MAX_RUN_RATIO * line.thickness + 1]] = True
        lows.append(low)
        highs.append(high)

    def fill(low: Ints, high: Ints) -> Bools:
        size = len(plane) * stride
        changes = np.bincount(low, minlength=size) - np.bincount(high, minlength=size)
        return np.asarray(np.cumsum(changes).reshape(-1, stride)[:, :width] > 0)

    return fill(starts[is_line], ends[is_line]), fill(np.concatenate(lows), np.concatenate(highs))
