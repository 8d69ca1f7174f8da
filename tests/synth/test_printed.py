"""Test that print is labelled like writing, that its boxes fit its ink, and that combs have teeth on a line."""

import numpy as np
import pytest

from digit_detector.classes import OTHER
from digit_detector.synth.canvases import SceneMix
from digit_detector.synth.generator import SceneGenerator
from digit_detector.synth.paper import Ruler
from digit_detector.synth.printed import FACES, Printer
from digit_detector.synth.scene import MARK, Placed, Scene, boxes_of, draw, draw_ink
from digit_detector.synth.strokes import Sketch


@pytest.fixture(scope="module")
def generator(sketches: list[Sketch]) -> SceneGenerator:
    return SceneGenerator(sketches, SceneMix(single=0, free=0, rows=0, blank=0, numbers=0, windows=0))


@pytest.fixture(scope="module")
def scenes(generator: SceneGenerator) -> list[Scene]:
    return [generator.scene(0, index) for index in range(80)]


def printer(seed: int) -> Printer:
    return Printer(np.random.default_rng(seed), 40.0)


def test_every_character_has_its_label() -> None:
    for seed in range(3 * len(FACES)):
        line = printer(seed).line("Nr. 407-b")
        assert [placed.label for placed in line] == [OTHER, OTHER, MARK, 4, 0, 7, MARK, OTHER]
        lefts = [float(placed.extent[0][0]) for placed in line]
        assert lefts == sorted(lefts)
        low, high = line[4].extent
        assert 33 < high[1] - low[1] < 50


def test_text_is_as_long_as_wanted() -> None:
    for seed in range(40):
        few, many = printer(seed).text(100.0), printer(seed).text(2000.0)
        assert 0 < len(few) < len(many)
        assert printer(seed).line(many)


def test_some_ones_have_no_foot() -> None:
    feet = []
    for seed in range(60):
        (one,) = printer(seed).line("1")
        foot = one.points[one.points[:, 1] > -2]
        feet.append(round(float(np.ptp(foot[:, 0])) / 40, 1))
    assert min(feet) <= 0.2
    assert max(feet) >= 0.4


def test_scene_is_deterministic(generator: SceneGenerator, scenes: list[Scene]) -> None:
    for index, scene in enumerate(scenes[:10]):
        assert np.array_equal(draw(scene), draw(generator.scene(0, index)))


def test_boxes_fit_the_ink(scenes: list[Scene]) -> None:
    labels = set()
    for scene in scenes:
        plain = Scene(scene.width, scene.height, scene.objects)
        for placed, box in zip(scene.objects, boxes_of(plain), strict=True):
            whole = placed.points.min() > 0 and (placed.points.max(0) < (scene.width, scene.height)).all()
            if placed.filled and whole:
                rows, columns = np.nonzero(_alone(scene, placed) < 128)
                assert box == pytest.approx([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1], abs=2)
                labels.add(placed.label)
    assert labels == {*range(10), OTHER}


def _alone(scene: Scene, placed: Placed) -> np.ndarray:
    image = np.full((scene.height, scene.width), 255, np.uint8)
    draw_ink(image, Placed(placed.points, placed.ends, placed.pen, placed.label, placed.filled))
    return image


def test_print_stands_alone_and_beside_writing(scenes: list[Scene]) -> None:
    of_print = [{placed.filled for placed in scene.objects} for scene in scenes]
    assert {True} in of_print
    assert {True, False} in of_print


def test_teeth_of_a_comb_stand_on_its_line() -> None:
    for seed in range(50):
        lines = Ruler(np.random.default_rng(seed), 60.0).comb([10, 80, 150, 220], 100.0)
        teeth = [line.points for line in lines if line.points[0, 0] == pytest.approx(line.points[-1, 0], abs=2)]
        assert len(teeth) >= 4
        for tooth in teeth[:4]:
            assert 15 <= np.ptp(tooth[:, 1]) <= 42
            assert tooth[:, 1].max() == pytest.approx(100, abs=5)
