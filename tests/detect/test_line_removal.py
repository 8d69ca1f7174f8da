"""Lines that are no writing leave the ink; strokes stay, on them and elsewhere."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from digit_detector.detect.background import ink_of
from digit_detector.detect.line_removal import remove_lines

Plane = NDArray[np.uint8]
Point = tuple[int, int]

BENCHMARK = Path(__file__).parents[2] / "benchmark/images"

WIDTH, HEIGHT = 600, 450


def draw(*strokes: list[Point], width: int = 8) -> Plane:
    plane = np.zeros((HEIGHT, WIDTH), np.uint8)
    for stroke in strokes:
        cv2.polylines(plane, [np.array(stroke, np.int32)], False, 255, width)
    return plane


def ruled() -> Plane:
    """Rising lines from edge to edge, with a margin."""
    rows = [[(0, y), (WIDTH, y - 20)] for y in range(40, HEIGHT - 20, 45)]
    return draw(*rows, [(70, 0), (75, HEIGHT)], width=2)


def squared() -> Plane:
    rows = [[(0, y), (WIDTH, y)] for y in range(10, HEIGHT, 30)]
    return draw(*rows, *([(x, 0), (x, HEIGHT)] for x in range(10, WIDTH, 30)), width=2)


def table() -> Plane:
    rows = [[(60, y), (540, y)] for y in (60, 170, 280, 390)]
    return draw(*rows, *([(x, 60), (x, 390)] for x in (60, 220, 380, 540)), width=5)


def interrupted() -> Plane:
    """A table whose lower rows stop in the middle, as under a stroke."""
    rows = [[(start, y), (start + 210, y)] for y in (170, 280, 390) for start in (60, 330)]
    columns = [[(x, 60), (x, 390)] for x in (60, 200, 400, 540)]
    return draw([(60, 60), (540, 60)], *rows, *columns, width=5)


def boxes() -> Plane:
    corners = ((x, 160) for x in range(60, 500, 130))
    squares = [[(x, y), (x + 110, y), (x + 110, y + 130), (x, y + 130), (x, y)] for x, y in corners]
    return draw(*squares, width=3)


SEVEN = [(250, 190), (300, 190), (265, 265)]
FOUR = [(130, 195), (110, 240), (155, 240)], [(145, 200), (140, 270)]
DIGITS = draw(SEVEN, *FOUR, [(420, 195), (420, 265)])


@pytest.mark.parametrize("paper", [ruled, squared, table, interrupted, boxes])
@pytest.mark.parametrize("scale", [1, 4])
def test_lines_leave_and_digits_stay(paper: Callable[[], Plane], scale: int) -> None:
    lines, digits = (np.kron(plane, np.ones((scale, scale), np.uint8)) for plane in (paper(), DIGITS))
    ink = remove_lines(np.maximum(lines, digits))
    assert (ink[digits > 0] > 0).mean() >= 0.97
    assert ink[digits == 0].sum() <= 0.03 * lines.sum()


@pytest.mark.parametrize("height", [60, 100, 112])
def test_ones_in_boxes_of_a_form_stay(height: int) -> None:
    """Straight ones, which may be nearly as long as the sides of their boxes, and come near to two of these."""
    ones = draw(*([(x, 225 - height // 2), (x + 4, 225 + height // 2)] for x in range(115, 500, 130)))
    ink = remove_lines(np.maximum(boxes(), ones))
    assert (ink[ones > 0] > 0).mean() >= 0.97
    assert ink[ones == 0].sum() <= 0.03 * boxes().sum()


@pytest.mark.parametrize(
    "strokes",
    [
        [],
        [[(300, 20), (300, 430)]],
        [[(220, 60), (220, 390)], [(320, 60), (320, 390)], [(420, 60), (420, 390)]],
        [SEVEN],
        FOUR,
        [[(100, 200), (500, 200)]],
        [[(100, 180), (500, 180)], [(100, 260), (500, 260)]],
        [[(150, 100), (450, 100), (450, 350), (150, 350), (150, 100)]],
        [[(200, 100), (200, 350)], [(300, 100), (300, 350)], [(120, 180), (380, 180)], [(120, 270), (380, 270)]],
    ],
    ids=["nothing", "1", "111", "7", "4", "minus", "equals", "box", "hash"],
)
@pytest.mark.parametrize("width", [2, 8, 30])
def test_writing_stays(strokes: list[list[Point]], width: int) -> None:
    ink = draw(*strokes, width=width)
    assert remove_lines(ink) is ink


def test_texture_takes_little_memory_and_stays() -> None:
    """Dashes all over a picture: every two of them could be parts of a line."""
    dashes = np.tile(np.array([[255] * 7 + [0] * 3, [0] * 10], np.uint8), (500, 100))
    tracemalloc.start()
    try:
        assert remove_lines(dashes) is dashes
        assert tracemalloc.get_traced_memory()[1] < 200e6
    finally:
        tracemalloc.stop()


def test_page_of_many_squares_leaves() -> None:
    page = np.zeros((1000, 700), np.uint8)
    page[8::17], page[:, 8::17] = 255, 255
    assert not remove_lines(page)[20:-20, 20:-20].any()


@pytest.mark.parametrize("condition", ["one-digit", "several-digits", "plain-1", "open-4", "thin-pens", "sums"])
def test_benchmark_canvases_without_lines_stay(condition: str) -> None:
    for path in sorted((BENCHMARK / condition).iterdir())[:20]:
        picture = np.asarray(Image.open(path).convert("L"))
        assert np.array_equal(ink_of(picture), 255 - picture), path.name
