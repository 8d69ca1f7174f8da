"""The benchmark's canvases on tiny samples: their objects, their boxes, and the drawings that they are made of."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from benchmark_scenes.conditions import CONDITIONS, SHAPES, readable_when_thick
from benchmark_scenes.ink import FINE, Canvas, by_mouse, draw_ink
from benchmark_scenes.layout import sized, written
from benchmark_scenes.reserved_drawings import Chooser, Review, read_chooser, writers_in_training
from build_benchmark import Item, items, main, write
from hypothesis import given, settings
from hypothesis import strategies as st
from support.source_samples import BAR, CIRCLE, WRITERS, seven, write_all, write_mnist

from digit_detector.classes import CENSORED, CLASSES, OTHER
from digit_detector.detect.background import ink_of
from digit_detector.detect.images import read_image
from digit_detector.errors import DataError
from digit_detector.evaluate.benchmark import load
from digit_detector.synth.scene import Placed
from digit_detector.synth.sources.public_sets import READERS, Reader
from digit_detector.synth.splits import MNIST_BENCHMARK, split_of
from digit_detector.synth.strokes import Sketch

FEW = [replace(condition, count=3, keep=lambda canvas, pieces: True) for condition in CONDITIONS]
RESERVED = [writer for writer in WRITERS if split_of("unipen", writer) == "benchmark"]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data root whose MNIST is long enough to have reserved pictures."""
    root = write_all(tmp_path_factory.mktemp("data"))
    pictures = np.zeros((MNIST_BENCHMARK + 4, 28, 28), np.uint8)
    pictures[-4:] = seven()
    write_mnist(root / "mnist", pictures, np.full(len(pictures), 7, np.uint8))
    return root


@pytest.fixture(scope="module")
def review(root: Path) -> Review:
    """Leaves one drawing out; the first digits of each label stand for the special shapes."""
    digits = Reader(root, "benchmark").read(("unipen-digits",))
    shapes = {name: [one.key for one in digits if one.label == name[-1]] for name in SHAPES}
    return Review({"smudged": [digits[5].key]}, shapes)


@pytest.fixture(scope="module")
def chooser(root: Path, review: Review) -> Chooser:
    return read_chooser(root, "benchmark", review)


@pytest.fixture(scope="module")
def drawn(chooser: Chooser) -> list[Item]:
    return list(items(chooser, FEW, frozenset()))


@pytest.fixture(scope="module")
def canvases(drawn: list[Item]) -> dict[str, list[Canvas]]:
    return {one.name: [item.canvas for item in drawn if item.condition is one] for one in FEW}


def test_keys_are_unique(tmp_path: Path) -> None:
    keys = [drawing.key for drawing in Reader(write_all(tmp_path), "train").read(tuple(READERS))]
    assert len(set(keys)) == len(keys)


def test_chooser_keeps_to_its_split_and_review(chooser: Chooser, review: Review) -> None:
    rng = np.random.default_rng(0)
    chosen = [drawing for _ in range(300) for drawing in chooser.digits(rng, 5)]
    assert {split_of(drawing.source, drawing.writer) for drawing in chosen} == {"benchmark"}
    assert not {drawing.key for drawing in chosen} & {key for keys in review.left_out.values() for key in keys}
    assert {picture.label for picture in chooser.pictures(rng, 20)} == {"7"}


def test_digits_are_of_one_writer(chooser: Chooser) -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        assert len({(one.source, one.writer) for one in chooser.digits(rng, 6)}) == 1


def test_missing_kind_is_named(root: Path) -> None:
    with pytest.raises(DataError, match="no crossed 7 in this split"):
        list(items(read_chooser(root, "benchmark", Review({}, {})), FEW, frozenset()))


def test_review_of_both_splits(tmp_path: Path) -> None:
    for split in ("benchmark", "validation"):
        review = Review.load(split)
        assert set(review.shapes) == set(SHAPES)
        left_out = {key for keys in review.left_out.values() for key in keys}
        assert not left_out & {key for keys in review.shapes.values() for key in keys}
    (tmp_path / "review.json").write_text("{}")
    with pytest.raises(DataError, match="expected left_out and shapes of the split benchmark"):
        Review.load("benchmark", tmp_path / "review.json")


def test_left_out_writer_gives_way(chooser: Chooser, drawn: list[Item]) -> None:
    """The next seeds take the place of the seeds that are passed over; the others keep their canvases."""
    writer = RESERVED[0]
    again = list(items(chooser, FEW, frozenset({writer})))
    assert [one.condition.name for one in again] == [one.condition.name for one in drawn]
    assert not any(getattr(piece, "writer", "") == writer for one in again for piece in one.pieces)
    seeds = {(one.condition.name, one.seed): one for one in drawn}
    kept = [(one, seeds[one.condition.name, one.seed]) for one in again if (one.condition.name, one.seed) in seeds]
    assert len(drawn) > len(kept) > 0
    assert all(np.array_equal(one.canvas.image, before.canvas.image) for one, before in kept)
    with pytest.raises(DataError, match="name a data root with more"):
        list(items(chooser, FEW, frozenset(RESERVED)))


def test_writers_in_training(tmp_path: Path) -> None:
    trained = next(writer for writer in WRITERS if split_of("unipen", writer) == "train")
    (tmp_path / "unipen").mkdir()
    rows = [
        {"label": "1", "writer": trained, "strokes": [BAR]},
        {"label": "l", "writer": RESERVED[0], "strokes": [BAR]},
        {"label": "0", "writer": RESERVED[1], "strokes": [CIRCLE]},
    ]
    for part in ("1a", "1b", "1c", "1d"):
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / f"unipen/unipen_{part}.ndjson.gz").write_bytes(gzip.compress(text.encode()))
    assert writers_in_training(tmp_path) == {RESERVED[0]}


def test_labels_fit_conditions(canvases: dict[str, list[Canvas]]) -> None:
    def labels(name: str) -> set[int]:
        return {int(label) for canvas in canvases[name] for label in canvas.labels}

    assert {len(some) for some in canvases.values()} == {3}
    assert labels("doodles") == labels("letters") == {OTHER}
    assert labels("rude doodles") == {CENSORED}
    assert labels("empty or dots") == set()
    assert labels("MNIST pictures") == {7}
    assert {name: labels(name) for name in SHAPES} == {name: {int(name[-1])} for name in SHAPES}
    assert labels("written numbers") <= set(range(10))


def test_text_is_of_written_lines(canvases: dict[str, list[Canvas]]) -> None:
    for canvas in canvases["written numbers"]:
        order = np.argsort(canvas.boxes[:, 0])
        assert canvas.text == "".join(CLASSES[label] for label in canvas.labels[order])
    assert {canvas.text for canvas in canvases["several digits"]} == {None}


def test_boxes_hold_the_ink(canvases: dict[str, list[Canvas]]) -> None:
    for name in ("one digit", "several digits", "written numbers", "thin pens", "slanted", "doodles", "framed"):
        for canvas in canvases[name]:
            rows, columns = np.nonzero(ink_of(canvas.image) > 5)
            low, high = canvas.boxes[:, :2].min(0), canvas.boxes[:, 2:].max(0)
            extent = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
            assert np.abs(np.concatenate((low, high)) - extent).max() <= 1, name


def test_photos_fit_conditions(canvases: dict[str, list[Canvas]]) -> None:
    assert all(canvas.image.shape[0] != canvas.image.shape[1] for canvas in canvases["not square"])
    assert all(canvas.image.ndim == 3 for canvas in canvases["coloured pens"])
    assert all(np.median(canvas.image) == 0 for canvas in canvases["white on black"])
    assert all(160 < np.median(canvas.image) < 240 for canvas in canvases["grey paper"])
    for canvas in canvases["beside a lamp"]:
        assert np.percentile(canvas.image.max(axis=2), 2) < 0.6 * np.percentile(canvas.image.max(axis=2), 98)
    for canvas in canvases["lined paper"]:
        red, _, blue = canvas.image.astype(int).transpose(2, 0, 1)
        assert 0.01 < ((blue - red >= 10) & (red >= 150)).mean() < 0.4
    for canvas in canvases["framed"]:
        assert len(np.unique(np.concatenate([canvas.image[[0, -1]].ravel(), canvas.image[:, [0, -1]].ravel()]))) == 1
        assert canvas.image[0, 0] < 180
    assert all(canvas.image.shape[0] in (400, *range(28, 57)) for canvas in canvases["pixelated"])


def test_written_folder_is_a_benchmark(drawn: list[Item], tmp_path: Path) -> None:
    drawn = list({item.condition.name: item for item in drawn}.values())
    for name in ("first", "second"):
        write(tmp_path / name, "benchmark", iter(drawn))
    first, second = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.*")}
        for folder in (tmp_path / "first", tmp_path / "second")
    )
    assert first == second
    for item, canvas in zip(drawn, load(tmp_path / "first"), strict=True):
        assert (canvas.condition, canvas.text) == (item.condition.name, item.canvas.text)
        assert canvas.boxes == pytest.approx(item.canvas.boxes, abs=0.002)
        assert canvas.labels.tolist() == item.canvas.labels.tolist()
        image = read_image(canvas.image)
        assert image.shape == item.canvas.image.shape
        difference = np.abs(image.astype(int) - item.canvas.image)
        assert difference.max() == 0 or (item.condition.lossy and difference.mean() < 4)
    rows = json.loads((tmp_path / "first/annotations.json").read_text())["images"]
    assert {row["license"] for row in rows if row["condition"] == "MNIST pictures"} == {2}
    assert {row["license"] for row in rows if row["condition"] == "empty or dots"} == {3}
    assert {row["license"] for row in rows if row["condition"] == "rude among others"} == {1}
    with pytest.raises(DataError, match="holds a benchmark already"):
        write(tmp_path / "first", "benchmark", iter(drawn))


def test_command_names_missing_drawings(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the samples every UNIPEN writer draws the same ink, so that none is left."""
    monkeypatch.setattr("build_benchmark.CONDITIONS", [replace(condition, count=3) for condition in CONDITIONS])
    with pytest.raises(DataError, match="hardly a drawing is left"):
        main(["--split", "benchmark", "--data-root", str(root), str(tmp_path / "out")])


@settings(deadline=None)
@given(st.integers(0, 2**32), st.floats(1, 44))
def test_ink_ends_where_its_box_ends(seed: int, pen: float) -> None:
    rng = np.random.default_rng(seed)
    points = rng.uniform(60, 140, (6, 2)).astype(np.float32)
    ink = np.zeros((200, 200), np.uint8)
    box = draw_ink(ink, by_mouse(Placed(points, (4, 6), pen, 0), 5))
    rows, columns = np.nonzero(ink)
    assert box == pytest.approx([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1], abs=1)
    assert box[:2] == pytest.approx(points.min(0) - pen / 2, abs=6)
    assert box[2:] == pytest.approx(points.max(0) + pen / 2, abs=6)


def test_ink_is_clipped_at_the_edge() -> None:
    ink = np.zeros((50, 80), np.uint8)
    box = draw_ink(ink, Placed(np.array([[-10, 20], [95, 20]], np.float32), (2,), 6, 0))
    assert box == pytest.approx([0, 17, 80, 23], abs=1 / FINE)
    assert (ink[18:22] == 255).all()


def test_written_digits_do_not_touch(chooser: Chooser) -> None:
    rng = np.random.default_rng(3)
    for _ in range(10):
        line = written(rng, chooser.digits(rng, 6), 400, 300, size=120, pen=4, gap=0.02)
        lefts = [one.extent[0][0] for one in line]
        assert lefts == sorted(lefts)
        layers = np.zeros((len(line), 300, 400), np.uint8)
        for layer, one in zip(layers, line, strict=True):
            draw_ink(layer, one)
        assert (layers > 127).sum(axis=0).max() <= 1
        assert min(one.extent[0].min() for one in line) >= 0
        assert (np.max([one.extent[1] for one in line], axis=0) <= (400, 300)).all()


def test_brush_that_fills_a_digit_is_not_kept() -> None:
    circle = np.array(CIRCLE, np.float32).T
    zero = Sketch.from_strokes([circle], label="0", name="0", writer="a", source="unipen", key="1a/1")

    def brushed(pen: float) -> Canvas:
        ink = np.zeros((400, 400), np.uint8)
        draw_ink(ink, sized(zero, 300, pen).moved(np.array([200, 200], np.float32)))
        return Canvas(255 - ink, np.zeros((1, 4), np.float32), np.array([CLASSES.index("0")]))

    assert readable_when_thick(brushed(40), [zero])
    assert not readable_when_thick(brushed(150), [zero])
