"""Drawings that the detector misreads are listed, and training shows them more often."""

import json
from pathlib import Path

import numpy as np
import pytest
from ink_samples import BAR, CIRCLE, write_all

from digit_detector.cli import main
from digit_detector.detect.detector import Detector
from digit_detector.errors import DataError
from digit_detector.ink.scene import SceneGenerator
from digit_detector.ink.sources import READERS, Reader
from digit_detector.ink.strokes import Drawing
from digit_detector.learn.dataset import SceneData
from digit_detector.learn.hard import is_hard, read_hard

SOURCES = tuple(READERS)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_all(tmp_path_factory.mktemp("data"))


def ring(label: str) -> Drawing:
    strokes = [np.array(CIRCLE, np.float32).T]
    return Drawing.of(strokes, label=label, name=label, writer="w", source="unipen", key=f"ring/{label}")


def test_a_drawing_is_hard_where_it_is_not_read_as_its_label() -> None:
    detector = Detector.load(device="cpu")
    assert not is_hard(detector, ring("0"), 3)
    assert is_hard(detector, ring("7"), 3)


def test_the_command_lists_what_training_misreads(root: Path, tmp_path: Path) -> None:
    listed = tmp_path / "hard.json"
    words = [
        "data",
        "hard",
        str(listed),
        "--data-root",
        str(root),
        "--sources",
        "pendigits",
        "mnist",
        "--readings",
        "1",
    ]
    assert main(words) == 0
    drawings = Reader(root, "train").read(("pendigits", "mnist"))
    detector = Detector.load()
    assert read_hard(listed) == {one.key for one in drawings if is_hard(detector, one, 1)}


def test_scenes_show_hard_drawings_more_often(root: Path) -> None:
    drawings = Reader(root, "train").read(SOURCES)
    hard = next(one for one in drawings if one.label == "3" and one.source == "unipen")
    plain, dwelling = SceneGenerator(drawings), SceneGenerator(drawings, hard={hard.key})
    rng = np.random.default_rng(0)
    shares = [np.mean([each._pick(rng, 3) is hard for _ in range(400)]) for each in (plain, dwelling)]
    assert shares[0] < 0.1
    assert 0.3 < shares[1] < 0.5
    assert {dwelling._pick(rng, 4).label for _ in range(20)} == {"4"}  # of which none is hard


def test_validation_is_the_same_with_and_without(root: Path, tmp_path: Path) -> None:
    listed = tmp_path / "hard.json"
    everything = [one.key for split in ("train", "validation") for one in Reader(root, split).read(SOURCES)]
    listed.write_text(json.dumps({"misread": everything[::2]}))
    data = SceneData(data_root=str(root), sources=SOURCES)
    dwelling = SceneData(data_root=str(root), sources=SOURCES, hard=str(listed))

    def labels(some: SceneData, split: str) -> list[list[int]]:
        return [[one.label for one in some.generator(split).scene(1, index).objects] for index in range(40)]

    assert labels(data, "validation") == labels(dwelling, "validation")
    assert labels(data, "train") != labels(dwelling, "train")


@pytest.mark.parametrize("content", [None, "", "[]", '{"misread": 1}', '{"other": []}'])
def test_a_file_that_is_no_list_is_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "hard.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(DataError, match=r"hard\.json: expected the list that `digit-detector data hard` writes"):
        read_hard(path)


def test_alone_is_one_drawing_whole_on_its_canvas() -> None:
    bar = Drawing.of([np.array(BAR, np.float32).T], label="1", name="1", writer="w", source="unipen", key="k")
    for seed in range(50):
        (placed,) = SceneGenerator.alone(np.random.default_rng(seed), 400, 300, bar)
        low, high = placed.extent
        assert (low >= -1).all()
        assert (high <= [401, 301]).all()
