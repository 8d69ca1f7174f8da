"""Drawings that the detector misreads are listed, and training shows them more often."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.source_samples import BAR, CIRCLE

from digit_detector.cli import main
from digit_detector.detect.detector import Detector
from digit_detector.errors import DataError
from digit_detector.synth.canvases import place_single
from digit_detector.synth.sampler import ClassSampler, SketchSampler
from digit_detector.synth.sources.public_sets import READERS, Reader
from digit_detector.synth.strokes import Sketch
from digit_detector.train.dataset import SceneData
from digit_detector.train.hard_examples import is_misread, read_hard_examples

SOURCES = tuple(READERS)


def ring(label: str) -> Sketch:
    strokes = [np.array(CIRCLE, np.float32).T * np.float32([0.7, 1])]  # a full circle may be a doodle
    return Sketch.from_strokes(strokes, label=label, name=label, writer="w", source="unipen", key=f"ring/{label}")


def test_misread_drawings_are_hard() -> None:
    detector = Detector.load(device="cpu")
    assert not is_misread(detector, ring("0"), 2)
    assert is_misread(detector, ring("7"), 2)


@pytest.mark.slow
def test_the_command_lists_what_training_misreads(root: Path, tmp_path: Path) -> None:
    listed = tmp_path / "hard.json"
    sources = ("unipen-digits", "pendigits")  # of which the first has one ink for all ten digits
    words = ["data", "hard-examples", str(listed), "--data-root", str(root), "--sources", *sources, "--canvases", "1"]
    assert main(words) == 0
    drawings = Reader(root, "train").read(sources)[::5]
    detector = Detector.load()
    misread = {one.key for one in drawings if is_misread(detector, one, 1)}
    assert 0 < len(misread) < len(drawings)
    assert read_hard_examples(listed) & {one.key for one in drawings} == misread


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("hard.json", ["--canvases", "0"], "--canvases is 0: give 1 or more"),
        ("taken/hard.json", [], "taken/hard.json cannot be written"),
    ],
)
def test_the_command_tells_before_it_reads_what_it_cannot_do(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, options: list[str], said: str
) -> None:
    (tmp_path / "taken").write_text("a file, no folder")
    assert main(["data", "hard-examples", str(tmp_path / name), "--data-root", str(root), *options]) == 1
    assert said in capsys.readouterr().err


def test_scenes_show_hard_drawings_more_often(sketches: list[Sketch]) -> None:
    threes = [one for one in sketches if one.label == "3" and one.source == "unipen"]
    plain, dwelling = SketchSampler(sketches), SketchSampler(sketches, hard={threes[0].key})
    rng = np.random.default_rng(0)
    picked = [[each.sample(rng, 3) for _ in range(2000)] for each in (plain, dwelling)]
    hard, of_source = ([np.mean([one in some for one in each]) for each in picked] for some in ([threes[0]], threes))
    assert hard[1] > 1.3 * hard[0]
    assert of_source[1] == pytest.approx(of_source[0], abs=0.05)  # other sources are shown as often as before
    assert {dwelling.sample(rng, 4).label for _ in range(20)} == {"4"}  # of which none is hard


@pytest.mark.parametrize(("listed", "expected"), [(1, 0.1 + 0.9 * 0.01), (30, 0.35 + 0.65 * 0.3)])
def test_a_few_hard_drawings_stay_few(listed: int, expected: float) -> None:
    """Of a hundred, one hard drawing is picked ten times as often as by chance, and thirty a third of the time."""
    drawings = [replace(ring("0"), key=str(number)) for number in range(100)]
    hard = {str(number) for number in range(listed)}
    sampler, rng = ClassSampler({"unipen": drawings}, hard), np.random.default_rng(0)
    assert np.mean([sampler.sample(rng).key in hard for _ in range(4000)]) == pytest.approx(expected, abs=0.03)


def test_a_list_of_other_drawings_is_refused(root: Path, tmp_path: Path) -> None:
    listed = tmp_path / "hard.json"
    listed.write_text('{"misread": ["of another data root/1"]}')
    data = SceneData(data_root=str(root), sources=SOURCES, hard_examples=str(listed))
    with pytest.raises(DataError, match=r"hard\.json lists no drawing of unipen-digits, .*: make it from these"):
        data.generator("train")


def test_validation_is_the_same_with_and_without(root: Path, tmp_path: Path) -> None:
    listed = tmp_path / "hard.json"
    everything = [one.key for split in ("train", "validation") for one in Reader(root, split).read(SOURCES)]
    listed.write_text(json.dumps({"misread": everything[::2]}))
    data = SceneData(data_root=str(root), sources=SOURCES)
    dwelling = SceneData(data_root=str(root), sources=SOURCES, hard_examples=str(listed))

    def labels(some: SceneData, split: str) -> list[list[int]]:
        return [[one.label for one in some.generator(split).scene(1, index).objects] for index in range(40)]

    assert labels(data, "validation") == labels(dwelling, "validation")
    assert labels(data, "train") != labels(dwelling, "train")


@pytest.mark.parametrize(
    "content", [None, "", "[]", '{"misread": 1}', '{"misread": "mnist/3"}', '{"misread": [3]}', '{"other": []}']
)
def test_a_file_that_is_no_list_is_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "hard.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(DataError, match=r"hard\.json: expected the list of `digit-detector data hard-examples`"):
        read_hard_examples(path)


def test_alone_is_one_drawing_whole_on_its_canvas() -> None:
    bar = Sketch.from_strokes([np.array(BAR, np.float32).T], label="1", name="1", writer="w", source="unipen", key="k")
    for seed in range(50):
        (placed,) = place_single(np.random.default_rng(seed), 400, 300, bar)
        low, high = placed.extent
        assert (low >= -1).all()
        assert (high <= [401, 301]).all()
