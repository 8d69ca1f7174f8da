"""Test that windows of pages label what is inside, and that paper has no line that could be a digit."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digit_detector.synth.canvases import SceneMix
from digit_detector.synth.generator import SceneGenerator
from digit_detector.synth.pages import MIN_VISIBLE
from digit_detector.synth.paper import VISIBLE, Ruler, paper
from digit_detector.synth.scene import Placed, Scene, boxes_of, draw
from digit_detector.synth.strokes import Sketch

WINDOWS = SceneMix(single=0, free=0, rows=0, blank=0, numbers=0, print=0)


@pytest.fixture(scope="module")
def scenes(sketches: list[Sketch]) -> list[Scene]:
    generator = SceneGenerator(sketches, WINDOWS)
    return [generator.scene(0, index) for index in range(150)]


@pytest.fixture(scope="module")
def pictures(scenes: list[Scene]) -> list[NDArray[np.uint8]]:
    return [draw(scene) for scene in scenes]


def test_windows_have_coarse_pictures(scenes: list[Scene], pictures: list[NDArray[np.uint8]]) -> None:
    assert min(picture.shape[0] for picture in pictures) < 70
    for scene, picture in zip(scenes, pictures, strict=True):
        assert picture.shape == (round(scene.height / scene.cell), round(scene.width / scene.cell))


def test_boxes_lie_in_the_picture(scenes: list[Scene], pictures: list[NDArray[np.uint8]]) -> None:
    for scene, picture in zip(scenes, pictures, strict=True):
        height, width = picture.shape
        boxes = boxes_of(scene)
        assert (boxes >= 0).all()
        assert (boxes <= [width, height, width, height]).all()
        assert (boxes[:, 2:] - boxes[:, :2] > 0).all()


def test_ink_cut_by_the_edge_is_a_mark(scenes: list[Scene]) -> None:
    cut = 0
    for scene in scenes:
        size = np.array([scene.width, scene.height])
        for placed in scene.objects:
            low, high = placed.extent
            inside = np.minimum(high, size) - np.maximum(low, 0)
            assert np.prod(inside) >= (MIN_VISIBLE - 0.1) * np.prod(high - low)
        extents = [placed.extent for placed in scene.specks]
        cut += sum(bool((low < 0).any() or (high > size).any()) for low, high in extents)
    assert cut > 100


def test_paper_has_no_line_like_a_digit() -> None:
    """A whole line is longer than a digit; a broken one has pieces of any length."""
    stroke = np.array([[150, 150], [190, 210]], np.float32)
    objects = [Placed(stroke, (2,), 4.0, 1), Placed(stroke + np.float32(60), (2,), 4.0, 1)]
    counts = []
    for seed in range(200):
        lines = paper(np.random.default_rng(seed), 400, 400, objects, 64.0)
        lengths = [float(np.hypot(*(line.points[-1] - line.points[0]))) for line in lines]
        counts.append(len(lines))
        if lengths and len({round(line.points[0][0]) for line in lines}) == len(lines) == 1:
            assert lengths[0] > 64
        assert all(0 <= line.shade <= 235 for line in lines)
    assert min(counts) <= 1
    assert max(counts) > 20


def test_remains_of_an_edge_lie_on_one_line_and_reach_further_than_a_digit() -> None:
    counts, shades = [], set()
    for seed in range(200):
        pieces = Ruler(np.random.default_rng(seed), 50.0).remains(120, 0, 120, 400)
        counts.append(len(pieces))
        shades |= {piece.shade for piece in pieces}
        if pieces:
            ends = np.concatenate([piece.points for piece in pieces])
            assert np.ptp(ends[:, 1]) > 2 * 50
            sideways = np.polyval(np.polyfit(ends[:, 1], ends[:, 0], 1), ends[:, 1]) - ends[:, 0]
            assert np.abs(sideways).max() < 0.01
    assert min(counts) == 0
    assert max(counts) > 10
    assert min(shades) == 0
    assert VISIBLE - 10 < max(shades) < VISIBLE
