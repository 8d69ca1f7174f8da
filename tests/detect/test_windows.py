"""Windows: where the network looks closer, and what it then sees."""

import subprocess
import sys
import tracemalloc

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from digit_detector.classes import CLASSES
from digit_detector.detect.letterbox import Letterbox, letterbox
from digit_detector.detect.pieces import find_pieces
from digit_detector.detect.windows import MAX_WINDOWS, WINDOW_SIZE, cover, look_closer

SIZE = 192


def page(*corners: tuple[int, int], side: int = 1200, height: int = 24) -> NDArray[np.uint8]:
    """Ink of an L at each corner (x, y)."""
    ink = np.zeros((side, side), np.uint8)
    for x, y in corners:
        ink[y : y + height, x : x + 3] = ink[y + height - 3 : y + height, x : x + height // 2] = 255
    return ink


def windows(ink: NDArray[np.uint8], *objects: tuple[list[float], str, float]) -> list[Letterbox]:
    """Look closer where these boxes, in pixels of the picture, are the whole picture's answer."""
    whole = letterbox(ink, SIZE)
    boxes = np.array([box for box, _, _ in objects], np.float32).reshape(-1, 4)
    scores = np.zeros((len(objects), len(CLASSES)), np.float32)
    for row, (_, label, score) in zip(scores, objects, strict=True):
        row[CLASSES.index(label)] = score
    return look_closer(ink, whole, whole.to_input(boxes), scores)


def test_explained_ink_has_no_windows() -> None:
    ink = page((300, 300))
    assert windows(ink, ([300, 300, 312, 324], "6", 0.99)) == []
    assert len(windows(ink, ([300, 300, 312, 324], "6", 0.6))) == 1
    assert len(windows(ink, ([500, 300, 512, 324], "6", 0.99))) == 1


def test_large_ink_and_dots_have_no_windows() -> None:
    assert windows(page((300, 300), height=300)) == []
    dots = np.zeros((1200, 1200), np.uint8)
    dots[300:312, 300:312] = dots[0:20, 40:44] = dots[700:703, 900:903] = 255
    assert windows(dots) == []
    assert windows(np.zeros((40, 40), np.uint8)) == []


def test_specks_take_little_memory() -> None:
    ink = page(*((40 * column, 40 * row) for column in range(20) for row in range(20)))
    ink[::4, ::4] = 255
    digits = [([40.0 * i, 40.0 * j, 40.0 * i + 12, 40.0 * j + 24], "6", 0.99) for i in range(20) for j in range(20)]
    tracemalloc.start()
    try:
        windows(ink, *digits)
        assert tracemalloc.get_traced_memory()[1] < 100e6
    finally:
        tracemalloc.stop()


def test_pieces_are_those_of_opencv() -> None:
    for seed in range(20):
        ink = (np.random.default_rng(seed).random((300, 97)) < 0.05 + 0.02 * seed).astype(np.uint8) * 255
        pieces = find_pieces(ink)
        _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
        assert np.array_equal(pieces.labels, labels)
        left, top, width, height, area = stats[1:].T
        assert np.array_equal(pieces.boxes, np.stack([left, top, left + width, top + height], axis=1))
        assert np.array_equal(pieces.areas, area)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the peak of a process without its parent's")
def test_dots_on_many_cores_take_little_memory() -> None:
    code = """
import re, cv2, numpy as np
from digit_detector.detect.pieces import find_pieces
cv2.setNumThreads(16)
ink = np.zeros((3000, 3000), np.uint8)
ink[::2, ::2] = 255
assert len(find_pieces(ink).areas) == 1500**2
print(re.search(r"VmHWM:\\s+([0-9]+) kB", open("/proc/self/status").read())[1])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) * 1024 < 500e6


def test_box_around_a_line_explains_nothing() -> None:
    line = [(300 + 30 * place, 300) for place in range(8)]
    around = [298, 298, 524, 326]
    assert len(windows(page(*line), (around, "other", 0.99))) > 0
    assert windows(page((300, 300), height=100), ([300, 300, 350, 400], "other", 0.99)) == []


def test_median_piece_has_the_window_size() -> None:
    (window,) = windows(page((300, 300), (330, 300), (360, 302)))
    rows = np.flatnonzero(window.ink.max(axis=1))
    assert np.ptp(rows) + 1 == np.clip(np.ptp(rows) + 1, WINDOW_SIZE - 4, WINDOW_SIZE + 6)
    assert window.scale == SIZE / (window.region[2] - window.region[0])


def test_window_shows_only_small_pieces_that_it_holds() -> None:
    alone = windows(page((300, 300)))[0]
    left, top, right, bottom = alone.region
    ink = page((300, 300))
    ink[top : top + 300, right - 4 : right + 200] = 255  # large
    ink[bottom - 3 : bottom + 4, left : left + 2] = 255  # cut
    assert np.array_equal(windows(ink)[0].ink, alone.ink)


def test_boxes_of_a_window_move_to_the_picture() -> None:
    window = windows(page((300, 300)))[0]
    columns, rows = (np.flatnonzero(window.ink.max(axis=axis) > 0.5) for axis in (0, 1))
    box = np.array([[columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]], np.float32)
    assert np.abs(window.to_image(box) - [[300, 300, 312, 324]]).max() < 1.5
    np.testing.assert_allclose(window.to_input(window.to_picture(box)), box, atol=1e-3)


@settings(derandomize=True, max_examples=60)
@given(seed=st.integers(0, 1000), count=st.integers(1, 60), side=st.integers(60, 400))
def test_cover_holds_every_box_whole(seed: int, count: int, side: int) -> None:
    rng = np.random.default_rng(seed)
    width, height = (int(length) for length in rng.integers(side, 1500, 2))
    corners = rng.integers(0, [width - 20, height - 20], (count, 2))
    boxes = np.concatenate([corners, corners + rng.integers(3, 20, (count, 2))], axis=1).astype(np.int32)
    regions = np.array(cover(boxes, side, width, height))
    assert len(regions) <= min(count, MAX_WINDOWS)
    assert (regions[:, :2] >= 0).all()
    assert (regions[:, 2:] <= (width, height)).all()
    assert (regions[:, 2:] - regions[:, :2] == side).all()
    inside = (boxes[:, None, :2] >= regions[None, :, :2]) & (boxes[:, None, 2:] <= regions[None, :, 2:])
    assert len(regions) == MAX_WINDOWS or inside.all(axis=2).any(axis=1).all()


def test_windows_are_bounded() -> None:
    corners = [(60 * column + 20, 60 * row + 20) for row in range(60) for column in range(60)]
    assert len(windows(page(*corners, side=3650, height=40))) == MAX_WINDOWS
