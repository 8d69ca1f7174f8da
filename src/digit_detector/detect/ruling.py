"""Ruling: which straight lines cannot be writing, since a person's 1, minus or box must stay."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

MAX_THICKNESS: Final = 0.015
"""Of a line, as a fraction of the picture's longer side."""

MIN_LONE_RATIO: Final = 30
"""Of the length to the thickness of a line outside grids."""

BORDER: Final = 0.01
"""Distance from the picture's border up to which a line ends at it, as a fraction of the side."""

MIN_PARALLEL_LENGTH: Final = 0.3
"""Least length of parallels, as a fraction of the picture's side."""

MIN_OVERLAP: Final = 0.8
"""Fraction of the shortest of three parallels that lies beside the others."""

MAX_DISTANCE: Final = 0.25
"""Between parallels, as a fraction of the shortest."""

MIN_MEMBER: Final = 0.5
"""Length of a grid's line, as a fraction of its longest; shorter ones are strokes."""

MIN_GRID_LINES: Final = 7
"""A grid of fewer lines may be a doodle."""

MAX_CONTACT: Final = 1.0
"""Pixels between two lines that touch."""

MAX_BOX_DIFFERENCE: Final = 0.15
"""Between the sides of a form's boxes, as a fraction of the longer side."""


class Line(NamedTuple):
    """A straight line, in pixels.

    Attributes:
        start, end: where it begins along its direction, and the pixel after its last.
        levels: float64 (end - start,), where it lies across its direction.
        thickness: the median.
    """

    start: int
    end: int
    levels: NDArray[np.float64]
    thickness: float

    @property
    def length(self) -> int:
        """Its extent along its direction."""
        return self.end - self.start

    @property
    def middle(self) -> float:
        """Its level half way along."""
        return float(self.levels[self.length // 2])


def is_ruling(across: Sequence[Line], down: Sequence[Line], width: int, height: int) -> tuple[list[bool], list[bool]]:
    """Tell for each line in a picture of this size whether it cannot be writing.

    It is part of a grid or of one of several equal boxes, or it is thin and crosses the picture or has two parallels.
    """
    chosen = _find_grids([*across, *down], len(across), MAX_THICKNESS * max(width, height))
    for first, lines, side in ((0, across, width), (len(across), down, height)):
        thin = [index for index, line in enumerate(lines) if line.length >= MIN_LONE_RATIO * line.thickness]
        chosen |= {
            first + index
            for index in thin
            if lines[index].start <= BORDER * side and lines[index].end >= (1 - BORDER) * side
        }
        thin = [index for index in thin if lines[index].length >= MIN_PARALLEL_LENGTH * side]
        thin.sort(key=lambda index: lines[index].middle)
        for three in zip(thin, thin[1:], thin[2:], strict=False):
            if _are_parallel([lines[index] for index in three]):
                chosen |= {first + index for index in three}
    return [i in chosen for i in range(len(across))], [len(across) + i in chosen for i in range(len(down))]


def _are_parallel(lines: list[Line]) -> bool:
    """Whether three lines, in the order of their levels, lie beside one another at nearly equal distances."""
    shortest = min(line.length for line in lines)
    overlap = min(line.end for line in lines) - max(line.start for line in lines)
    near, far = sorted((lines[1].middle - lines[0].middle, lines[2].middle - lines[1].middle))
    return overlap >= MIN_OVERLAP * shortest and far <= min(MAX_DISTANCE * shortest, 2 * near)


def _find_grids(lines: list[Line], count_across: int, reach: float) -> set[int]:
    """Return the indices of lines in grids and equal boxes; lines that miss each other by `reach` still cross."""
    chosen: set[int] = set()
    boxes: list[tuple[int, int, list[int]]] = []
    for group in _find_crossing(lines, count_across, reach):
        sides, extents = [], []
        for is_across in (True, False):
            side = [index for index in group if (index < count_across) == is_across]
            lengths = _whole_lengths([lines[index] for index in side], reach)
            extents.append(max(lengths))
            limit = MIN_MEMBER * extents[-1]
            sides.append([index for index, length in zip(side, lengths, strict=True) if length >= limit])
        members = [*sides[0], *sides[1]]
        if len(sides[0]) == len(sides[1]) == 2:
            boxes.append((extents[0], extents[1], members))
        elif min(map(len, sides)) >= 2 and len(members) >= MIN_GRID_LINES:
            chosen |= set(members)
    for width, height, members in boxes:
        limit = MAX_BOX_DIFFERENCE * max(width, height)
        if sum(abs(width - w) <= limit and abs(height - h) <= limit for w, h, _ in boxes) >= 2:
            chosen |= set(members)
    return chosen


def _whole_lengths(lines: list[Line], reach: float) -> list[int]:
    """Return the length of each line with those that continue it, after any gap: writing over a line interrupts it."""
    start, end, first, last = np.array([(line.start, line.end, line.levels[0], line.levels[-1]) for line in lines]).T
    lengths = []
    for line in lines:
        follows = (start >= line.end) & (np.abs(first - line.levels[-1]) <= reach)
        precedes = (end <= line.start) & (np.abs(last - line.levels[0]) <= reach)
        others = follows | precedes
        extent = end[others].max(initial=line.end) - start[others].min(initial=line.start)
        lengths.append(int(min(extent, line.length + (end - start)[others].sum())))  # parts may lie beside one another
    return lengths


def _find_crossing(lines: list[Line], count_across: int, reach: float) -> list[set[int]]:
    """Return groups of lines each of which crosses at least two others and touches one.

    A stroke may cross one line of a grid, and a 1 inside a box may come near to two without touching them.
    """
    crossed: dict[int, set[int]] = {index: set() for index in range(len(lines))}
    touching: set[int] = set()
    down = lines[count_across:]
    levels = np.concatenate([np.zeros(0), *(line.levels for line in down)])
    start, end = np.array([(line.start, line.end) for line in down], int).reshape(-1, 2).T
    contact = np.array([line.thickness / 2 + MAX_CONTACT for line in lines])
    offset = np.cumsum(end - start) - end
    for index, line in enumerate(lines[:count_across]):
        # Where each line meets this one's level, and the level of this one there; beyond an end, that of the end.
        place = levels[offset + np.clip(int(line.middle), start, end - 1)]
        level = line.levels[np.clip(place.astype(int), line.start, line.end - 1) - line.start]
        # By how much this line misses each other, and each of them misses this one: at most 0 within it.
        miss = np.maximum(line.start - place, place - line.end)
        their_miss = np.maximum(start - level, level - end)
        meets = (miss <= reach) & (their_miss <= reach)
        for other in np.flatnonzero(meets).tolist():
            crossed[index].add(count_across + other)
            crossed[count_across + other].add(index)
        touching.update((count_across + np.flatnonzero(meets & (their_miss <= contact[index]))).tolist())
        if (meets & (miss <= contact[count_across:])).any():
            touching.add(index)
    while loose := [index for index, others in crossed.items() if len(others) < 2 or index not in touching]:
        for index in loose:
            for other_index in crossed.pop(index):
                crossed[other_index].discard(index)
    groups = []
    while crossed:
        group: set[int] = set()
        reached = {next(iter(crossed))}
        while reached:
            group |= reached
            reached = set().union(*(crossed[index] for index in reached)) - group
        for index in group:
            del crossed[index]
        groups.append(group)
    return groups
