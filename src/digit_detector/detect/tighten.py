"""Boxes to the edges of the ink: the network tells them to a pixel of its input, the ink itself to a part of one."""

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

REACH: Final = 2.0
"""How far an edge may move, in px of the network's input; large boxes: REACH_SHARE of their longer side."""

REACH_SHARE: Final = 0.08

FAINT: Final = 0.15
"""Ink below this is no edge."""


def tightened(boxes: Floats, ink: Floats) -> Floats:
    """Each edge at the outermost ink within its reach; (N, 4) xyxy in px of the network's input, as are `boxes`.

    An edge stays where the ink goes on beyond its reach, as where two digits touch, and where there is no ink.

    ink: (S, S) in [0, 1], the network's input; a pixel at the edge is covered as far as its ink is strong.
    """
    return np.array([_tight(box, ink) for box in boxes], np.float32).reshape(-1, 4)


def _tight(box: Floats, ink: Floats) -> tuple[float, ...]:
    x0, y0, x1, y1 = box.tolist()
    reach = max(REACH, REACH_SHARE * max(x1 - x0, y1 - y0))
    # Only the box's own rows and columns count: ink beside a corner is a neighbour's.
    columns = ink[_whole(y0, y1, len(ink))].max(axis=0, initial=0)
    rows = ink[:, _whole(x0, x1, len(ink))].max(axis=1, initial=0)
    (left, right), (top, bottom) = _edges(columns, x0, x1, reach), _edges(rows, y0, y1, reach)
    return left, top, right, bottom


def _whole(low: float, high: float, size: int) -> slice:
    return slice(max(0, int(np.floor(low))), max(0, min(size, int(np.ceil(high)))))


def _edges(profile: Floats, low: float, high: float, reach: float) -> tuple[float, float]:
    """Where the ink of a profile (S,) begins and ends near `low` and `high`."""
    window = _whole(low - reach, high + reach, len(profile))
    inked = np.flatnonzero(profile[window] >= FAINT)
    if not inked.size:
        return low, high
    first, last = window.start + int(inked[0]), window.start + int(inked[-1])
    begin, end = float(first), float(last + 1)
    if first < last:
        begin, end = begin + 1 - float(profile[first]), end - 1 + float(profile[last])
    goes_on_before, goes_on_after = 0 < first == window.start, len(profile) > last + 1 == window.stop
    if goes_on_before or abs(begin - low) > reach:
        begin = low
    if goes_on_after or abs(end - high) > reach:
        end = high
    # In a box narrower than its reach the one edge may meet ink beyond the other.
    return (begin, end) if begin < end else (low, high)
