"""Test that scenes depend on (seed, index) alone, and that their boxes fit the drawn ink."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from support.source_samples import CIRCLE

from digit_detector.classes import CLASSES
from digit_detector.errors import DataError
from digit_detector.synth.canvases import SceneMix
from digit_detector.synth.generator import SceneGenerator
from digit_detector.synth.perturbation import add_habit, evenly, perturb, straighten
from digit_detector.synth.scene import Placed, Scene, boxes_of, draw, draw_ink
from digit_detector.synth.strokes import Sketch


@pytest.fixture(scope="module")
def generator(sketches: list[Sketch]) -> SceneGenerator:
    return SceneGenerator(sketches)


@pytest.fixture(scope="module")
def scenes(generator: SceneGenerator) -> list[Scene]:
    return [generator.scene(1, index) for index in range(600)]


def test_scene_is_deterministic(generator: SceneGenerator) -> None:
    for index in range(20):
        assert np.array_equal(draw(generator.scene(3, index)), draw(generator.scene(3, index)))
    assert not np.array_equal(draw(generator.scene(3, 0)), draw(generator.scene(4, 0)))


def test_boxes_match_pixels(generator: SceneGenerator) -> None:
    objects = 0
    for index in range(150):
        scene = generator.scene(0, index)
        for placed, box in zip(scene.objects, boxes_of(replace(scene, cell=1.0)), strict=True):
            alone = np.full((scene.height, scene.width), 255, np.uint8)
            draw_ink(alone, replace(placed, shade=0))
            rows, columns = np.nonzero(alone < 128)
            pixels = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
            assert box == pytest.approx(pixels, abs=2.0)
            objects += 1
    assert objects > 300


def test_scenes_are_diverse(scenes: list[Scene]) -> None:
    counts = {len(scene.objects) for scene in scenes}
    assert counts >= set(range(9))
    assert {CLASSES[placed.label] for scene in scenes for placed in scene.objects} == set(CLASSES)
    assert any(not scene.objects and not scene.specks for scene in scenes)
    assert any(not scene.objects and scene.specks for scene in scenes)
    pens = [placed.pen / min(s.width, s.height) for s in scenes for placed in s.objects if not placed.filled]
    assert min(pens) < 0.005
    assert max(pens) > 0.09
    sizes = [float((b[2:] - b[:2]).max()) / max(s.width, s.height) for s in scenes for b in boxes_of(s)]
    assert min(sizes) < 0.07
    assert max(sizes) > 0.9
    assert any(len(placed.ends) > 8 for scene in scenes for placed in scene.objects)  # dots


def test_objects_hardly_overlap(scenes: list[Scene]) -> None:
    """Overlapping ink has no correct answer."""
    for scene in scenes:
        boxes = boxes_of(scene)
        for i, first in enumerate(boxes):
            for second in boxes[i + 1 :]:
                overlap = np.clip(np.minimum(first[2:], second[2:]) - np.maximum(first[:2], second[:2]), 0, None).prod()
                smaller = min((first[2:] - first[:2]).prod(), (second[2:] - second[:2]).prod())
                assert overlap < 0.5 * smaller


def test_draw_dot() -> None:
    scene = Scene(100, 80, (Placed(np.array([[50, 40]], np.float32), (1,), 10.0, 0),))
    image = draw(scene)
    assert image[40, 50] == 0
    assert (image < 128).sum() == pytest.approx(np.pi * 25, rel=0.2)


def test_boxes_are_clipped() -> None:
    line = Placed(np.array([[-20, 40], [150, 40]], np.float32), (2,), 4.0, 1)
    assert boxes_of(Scene(100, 80, (line,)))[0] == pytest.approx([0, 38, 100, 43], abs=1.1)


def test_filled_outlines_keep_holes() -> None:
    angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    points = np.concatenate([50 + 40 * ring, 50 + 20 * ring]).astype(np.float32)
    image = draw(Scene(100, 100, (Placed(points, (40, 80), 1.0, 0, filled=True),)))
    assert image[50, 50] == 255
    assert image[50, 80] == 0


def test_mix_weights(sketches: list[Sketch]) -> None:
    only_blank = SceneMix(single=0, free=0, rows=0, numbers=0, windows=0, print=0)
    blank = SceneGenerator(sketches, only_blank)
    assert all(not blank.scene(0, index).objects for index in range(30))


def test_missing_class() -> None:
    with pytest.raises(DataError, match="no drawings of 0, 1"):
        SceneGenerator([])


def test_stroke_is_connected() -> None:
    """A polyline must be drawn as one component."""
    points = np.array([[10, 10], [60, 20], [30, 70], [90, 90]], np.float32)
    image = draw(Scene(100, 100, (Placed(points, (4,), 3.0, 0),)))
    components, _ = cv2.connectedComponents((image < 128).astype(np.uint8))
    assert components == 2


@pytest.mark.parametrize(
    ("label", "strokes"), [("0", [CIRCLE]), ("1", [[[0, 5], [0, 100]]]), ("7", [[[0, 50, 20], [0, 0, 100]]])]
)
def test_habits(label: str, strokes: list[list[list[float]]]) -> None:
    ink = [np.array(stroke, np.float32).T for stroke in strokes]
    sketch = Sketch.from_strokes(ink, label=label, name=label, writer="w", source="unipen", key="k")
    results = [add_habit(np.random.default_rng(seed), sketch) for seed in range(200)]
    assert all(np.array_equal(result.points[: len(sketch.points)], sketch.points) for result in results)
    low, high = sketch.points.min(0), sketch.points.max(0)
    added = [result.strokes[-1] for result in results if len(result.strokes) == 2]
    assert 5 < len(added) < 80
    reach = 0.4 if label == "1" else 0.2  # the foot of a 1 may lie below it
    for stroke in added:
        run, rise = np.abs(stroke[-1] - stroke[0])
        assert (stroke.min(0) < high + reach).all()
        assert (stroke.max(0) > low - reach).all()
        assert rise > 0.4 if label == "0" else run > rise
    if label == "0":  # from upright to along the diagonal
        runs = [np.abs(stroke[-1] - stroke[0])[0] / np.ptp(sketch.points, axis=0)[0] for stroke in added]
        assert min(runs) < 0.2
        assert max(runs) > 1
    first = [result.strokes[0] for result in results]
    longer = [stroke[len(sketch.points) :] for stroke in first if len(stroke) > len(sketch.points)]
    assert 5 < len(longer) < 60 if label != "7" else not longer
    for points in longer:
        if label == "0":  # goes on inside the ring
            assert (np.hypot(*points.T) < np.hypot(*sketch.points[-1])).all()
        else:  # turns to the right at the foot
            assert (points[:, 0] > sketch.points[-1, 0]).all()
            assert (np.abs(points[:, 1] - sketch.points[-1, 1]) < 0.45).all()


def test_habits_of_unusual_digits() -> None:
    """A ring that is crossed has no end to go on from, and a 1 drawn upwards no foot."""
    ring, slash = np.array(CIRCLE, np.float32).T, np.array([[0, 0], [100, 100]], np.float32)
    crossed = Sketch.from_strokes([ring, slash], label="0", name="0", writer="w", source="unipen", key="k")
    upwards = np.array([[0, 100], [5, 0]], np.float32)
    one = Sketch.from_strokes([upwards], label="1", name="1", writer="w", source="unipen", key="k")
    for sketch in (crossed, one):
        results = [add_habit(np.random.default_rng(seed), sketch) for seed in range(200)]
        assert all(np.array_equal(result.strokes[0], sketch.strokes[0]) for result in results)


def test_the_middle_of_some_threes_turns_in_less() -> None:
    path = np.array([[0, 0], [50, 0], [60, 20], [20, 45], [60, 70], [50, 100], [0, 100]], np.float32)
    sketch = Sketch.from_strokes([path], label="3", name="3", writer="w", source="unipen", key="k")
    results = [add_habit(np.random.default_rng(seed), sketch) for seed in range(300)]
    flat = [result for result in results if result is not sketch]
    assert 20 < len(flat) < 80

    def notch(drawn: Sketch) -> float:
        """How far the middle lies to the left of the right side."""
        x, y = evenly(drawn.points, 0.02).T
        return float(x.max() - x[np.abs(y) < 0.1].min())

    depths = [notch(result) for result in flat]
    assert max(depths) < 0.7 * notch(sketch)
    assert min(depths) < 0.1
    for result in flat:
        assert len(result.ends) == 1
        np.testing.assert_allclose(result.points[[0, -1]], sketch.points[[0, -1]], atol=1e-6)
    crossed = Sketch.from_strokes([path, path + 5], label="3", name="3", writer="w", source="unipen", key="c")
    dot = Sketch.from_strokes([path[:1]], label="3", name="3", writer="w", source="unipen", key="d")
    for other in (crossed, dot):
        assert all(add_habit(np.random.default_rng(seed), other) is other for seed in range(100))


def test_some_eights_stay_open() -> None:
    ring, whole = np.array(CIRCLE, np.float32).T, np.array([[0, 0], [40, 50], [0, 100], [-40, 50], [0, 0]], np.float32)
    sketch = Sketch.from_strokes([ring, whole], label="8", name="8", writer="w", source="unipen", key="k")
    results = [add_habit(np.random.default_rng(seed), sketch) for seed in range(300)]
    shorter = [result for result in results if result is not sketch]
    assert 20 < len(shorter) < 80
    for result in shorter:
        assert np.array_equal(result.strokes[0], sketch.strokes[0])
        kept, whole = (np.hypot(*np.diff(drawn.strokes[1], axis=0).T).sum() for drawn in (result, sketch))
        assert 0.78 < kept / whole < 0.97
        np.testing.assert_allclose(result.strokes[1][0], sketch.strokes[1][0], atol=1e-6)


@pytest.mark.parametrize("label", ["4", "5", "other"])
def test_a_stroke_stands_apart_by_habit(label: str) -> None:
    strokes = [np.array(stroke, np.float32) for stroke in ([[0, 0], [0, 100]], [[5, 50], [60, 0]], [[5, 50], [60, 90]])]
    sketch = Sketch.from_strokes(strokes, label=label, name="K", writer="w", source="unipen", key="k")
    results = [add_habit(np.random.default_rng(seed), sketch) for seed in range(300)]
    changed = [result for result in results if result is not sketch]
    assert 10 < len(changed) < 100
    seen = set()
    for result in changed:
        ways = np.array([after - before for before, after in zip(sketch.strokes, result.strokes, strict=True)])
        (moved,) = np.flatnonzero(ways.any(axis=(1, 2)))
        seen.add(moved)
        np.testing.assert_allclose(ways[moved][0], ways[moved][-1], atol=1e-6)
        assert 0.03 < np.hypot(*ways[moved][0]) < 0.17
        assert ways[moved][0][0] * (-1 if moved == 0 else 1) > 0  # the stem to the left, the arms to the right
    assert seen == {0, 1, 2}
    alone = Sketch.from_strokes(strokes[:1], label=label, name="I", writer="w", source="unipen", key="i")
    assert all(add_habit(np.random.default_rng(seed), alone) is alone for seed in range(100))


def test_some_ones_become_straight() -> None:
    stem, foot = [[-30, 30], [0, 0], [2, 50], [5, 100]], [[-20, 95], [30, 95]]
    strokes = [np.array(stroke, np.float32) for stroke in (stem, foot)]
    sketch = Sketch.from_strokes(strokes, label="1", name="1", writer="w", source="unipen", key="k")
    results = [straighten(np.random.default_rng(seed), sketch) for seed in range(200)]
    straight = [result for result in results if result is not sketch]
    assert 60 < len(straight) < 120
    for result in straight:
        (line,) = result.strokes
        ends = sketch.points[[sketch.points[:, 1].argmin(), sketch.points[:, 1].argmax()]]
        np.testing.assert_allclose(line[[0, -1]], ends, atol=1e-6)
        steps = np.diff(line, axis=0)
        np.testing.assert_allclose(steps, steps[:1].repeat(len(steps), axis=0), atol=1e-5)
    seven = replace(sketch, label="7")
    assert all(straighten(np.random.default_rng(seed), seven) is seven for seed in range(50))


@pytest.mark.parametrize("filled", [False, True])
def test_perturb_offsets_strokes_but_not_outlines(filled: bool) -> None:
    stroke = np.array([[0, 0], [30, 50], [60, 100]], np.float32)
    twice = Sketch.from_strokes([stroke, stroke], label="4", name="4", writer="w", source="unipen", key="k")
    twice = replace(twice, filled=filled)
    gaps = []
    for seed in range(100):
        first, second = np.split(perturb(np.random.default_rng(seed), twice, digit=True), twice.ends[:-1])
        gaps.append(np.linalg.norm((first - second).mean(axis=0)))
    if filled:
        assert max(gaps) == 0
    else:
        assert 0.005 < np.median(gaps) < 0.05
        assert max(gaps) < 0.2
