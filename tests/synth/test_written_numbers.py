"""Test that lines are written as one person writes them, and that marks are no objects."""

from itertools import pairwise

import numpy as np
import pytest
from support.source_samples import BAR, CIRCLE

from digit_detector.classes import DIGITS, OTHER
from digit_detector.synth.sampler import SketchSampler
from digit_detector.synth.scene import MARK
from digit_detector.synth.strokes import Sketch
from digit_detector.synth.written_numbers import Writer, write_line


def sketch(label: str, name: str, writer: str = "w") -> Sketch:
    strokes = [np.array(stroke, np.float32).T for stroke in (CIRCLE, BAR)]
    return Sketch.from_strokes(strokes, label=label, name=name, writer=writer, source="unipen", key=f"{writer}/{name}")


@pytest.fixture(scope="module")
def sampler() -> SketchSampler:
    digits = [sketch(str(digit), str(digit), writer) for digit in range(10) for writer in "ab"]
    signs = [sketch("other", name) for name in "abcdefghijklmnopqrstuvwxyz+-*/=().,"]
    return SketchSampler([*digits, *signs, sketch("censored", "rude")])


def test_numbers_are_of_one_writer(sampler: SketchSampler) -> None:
    of_one = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        sketches = [glyph for glyph in Writer(rng, sampler).number(8) if isinstance(glyph, Sketch)]
        of_one += len({digit.writer for digit in sketches}) == 1
        assert len(sketches) == 8
        assert all(digit.label in DIGITS for digit in sketches)
    assert of_one > 20  # the others mix writers, as sources without writers need


def test_marks_are_no_objects(sampler: SketchSampler) -> None:
    rng = np.random.default_rng(0)
    for name, label in {"-": MARK, ",": MARK, ".": MARK, "/": OTHER, "=": OTHER, "a": OTHER}.items():
        line = write_line(rng, Writer(rng, sampler).sign(name), 40.0, 3.0, 400.0)
        assert [placed.label for placed in line] == [label]
    sums = [write_line(rng, Writer(rng, sampler).sum(), 40.0, 3.0, 400.0) for _ in range(30)]
    labels = {placed.label for line in sums for placed in line}
    assert labels >= {MARK, OTHER, 0, 9}


def test_lookalikes_only_in_words_of_clear_letters(sampler: SketchSampler) -> None:
    for seed in range(60):
        word = Writer(np.random.default_rng(seed), sampler).word()
        names = [letter.name for letter in word if isinstance(letter, Sketch)]
        lookalikes = [name for name in names if name in "oDQIlijJzZsSGbTYyBgq"]
        assert 2 * len(lookalikes) <= len(names)


def test_lookalikes_are_never_sampled_alone(sampler: SketchSampler) -> None:
    names = {sampler.sample(np.random.default_rng(seed), OTHER).name for seed in range(300)}
    assert "a" in names
    assert not names & set("oszlq-/.,()")


def test_line_runs_to_the_right(sampler: SketchSampler) -> None:
    for seed in range(40):
        rng = np.random.default_rng(seed)
        glyphs = Writer(rng, sampler).number(6)
        line = write_line(rng, [*glyphs[:3], 2.0, *glyphs[3:]], 40.0, 3.0, 400.0)
        boxes = [(*low, *high) for low, high in (placed.extent for placed in line)]
        lefts = [box[0] for box in boxes]
        assert lefts == sorted(lefts)
        for (_, _, right, _), (left, _, end, _) in pairwise(boxes):
            assert right - left < 0.5 * (end - left) + 1
        assert boxes[3][0] - boxes[2][2] > 60  # the space


def test_signs_have_their_size_and_place(sampler: SketchSampler) -> None:
    rng = np.random.default_rng(0)
    heights = {}
    for name in "./a":
        (placed,) = write_line(rng, Writer(rng, sampler).sign(name), 100.0, 4.0, 400.0)
        low, high = placed.extent
        heights[name] = float(high[1] - low[1])
    assert heights["."] < 30 < heights["a"] < 90 < heights["/"]


def test_small_signs_have_the_pen_of_their_line(sampler: SketchSampler) -> None:
    bars = [np.array([[0, y], [100, y]], np.float32) for y in (0, 30)]
    equals = Sketch.from_strokes(bars, label="other", name="=", writer="w", source="unipen", key="=")
    for seed in range(20):
        rng = np.random.default_rng(seed)
        writer = Writer(rng, sampler)
        for pen, drawn in ((5.0, 5.0), (20.0, pytest.approx(0.17 * 60 * 0.975))):
            line = write_line(rng, [*writer.sign("-"), equals, *writer.sign("a"), *writer.number(1)], 60.0, pen, 400.0)
            assert [placed.pen for placed in line] == [drawn] * 4
            upper, lower = line[1].strokes
            assert lower[:, 1].mean() - upper[:, 1].mean() > 0.9 * line[1].pen


def test_line_of_spaces_is_empty() -> None:
    assert write_line(np.random.default_rng(0), [1.0, 2.0], 40.0, 3.0, 400.0) == []
