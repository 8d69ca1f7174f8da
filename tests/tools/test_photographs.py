"""The pictures of tools/build_photographs.py: their layout, and boxes that end where the ink ends in perspective."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from benchmark_scenes.photographs import COUNT, PHOTOGRAPHS
from benchmark_scenes.reserved_drawings import Chooser, Review
from build_benchmark import Item, items, write
from build_photographs import main

from digit_detector.classes import DIGITS, OTHER
from digit_detector.detect.background import ink_of
from digit_detector.detect.images import read_image
from digit_detector.errors import DataError
from digit_detector.evaluate.benchmark import load
from digit_detector.synth.sources.public_sets import Reader

ONE_EACH = [replace(kind, count=1) for kind in PHOTOGRAPHS]


@pytest.fixture(scope="module")
def drawn(root: Path) -> dict[str, Item]:
    chooser = Chooser(Reader(root, "validation").read(("unipen-digits",)), [], Review({}, {}))
    return {item.condition.name: item for item in items(chooser, ONE_EACH, frozenset(), 7)}


def test_folder_has_each_kind(drawn: dict[str, Item], tmp_path: Path) -> None:
    write(tmp_path, "validation", iter(drawn.values()), ONE_EACH)
    canvases = load(tmp_path)
    assert [canvas.condition for canvas in canvases] == [kind.name for kind in PHOTOGRAPHS]
    for canvas in canvases:
        item = drawn[canvas.condition]
        assert canvas.boxes == pytest.approx(item.canvas.boxes, abs=0.002)
        assert read_image(canvas.image).shape == item.canvas.image.shape
        assert item.seed == 7


def test_all_is_in_the_picture(drawn: dict[str, Item]) -> None:
    for name, item in drawn.items():
        height, width = item.canvas.image.shape[:2]
        assert item.canvas.boxes.min() >= 0, name
        assert (item.canvas.boxes <= [width, height] * 2).all(), name
        assert (item.canvas.boxes[:, 2:] > item.canvas.boxes[:, :2]).all(), name


def test_labels_are_of_digits_and_print(drawn: dict[str, Item]) -> None:
    assert set(drawn["beside print"].canvas.labels.tolist()) > {OTHER}
    assert (drawn["sudoku"].canvas.labels < len(DIGITS)).sum() > len(drawn["sudoku"].pieces)
    for name in ("squared", "whiteboard", "page on a desk"):
        assert len(drawn[name].canvas.labels) == len(drawn[name].pieces)


def test_boxes_end_where_ink_ends(drawn: dict[str, Item]) -> None:
    canvas = drawn["beside print"].canvas
    ink = ink_of(canvas.image) > 100
    outside = ink.copy()
    for x0, y0, x1, y1 in np.rint(canvas.boxes).astype(int).tolist():
        rows, columns = (np.flatnonzero(ink[y0 - 3 : y1 + 3, x0 - 3 : x1 + 3].any(axis=axis)) for axis in (1, 0))
        assert max(rows[0], columns[0]) <= 6
        assert rows[-1] >= y1 - y0 - 1
        assert columns[-1] >= x1 - x0 - 1
        outside[y0 - 3 : y1 + 3, x0 - 3 : x1 + 3] = False
    assert not outside.any()


def test_same_seed_gives_same_picture(drawn: dict[str, Item]) -> None:
    item = drawn["gutter"]
    again, other = (item.condition.canvas(seed, item.pieces) for seed in (item.seed, item.seed + 1))
    assert again.file == item.canvas.file != other.file


def test_command_names_missing_drawings(root: Path, tmp_path: Path) -> None:
    """In the samples every UNIPEN writer draws the same ink, so that none is left."""
    assert {kind.count for kind in PHOTOGRAPHS} == {COUNT}
    with pytest.raises(DataError, match="hardly a drawing is left"):
        main(["--data-root", str(root), str(tmp_path / "out")])
