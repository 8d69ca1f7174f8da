"""The frozen suite on tiny samples: what is on its canvases, that they are rebuilt exactly, and what is refused."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.source_samples import CIRCLE, seven, write_all, write_mnist

from digit_detector.classes import CENSORED, CLASSES, OTHER
from digit_detector.cli.evaluate import main
from digit_detector.detect.background import ink_of
from digit_detector.errors import DataError
from digit_detector.evaluate import frozen
from digit_detector.evaluate.canvases import Canvas
from digit_detector.evaluate.conditions import CONDITIONS, SHAPES, readable_when_thick
from digit_detector.evaluate.layout import sized, written
from digit_detector.evaluate.pen import FINE, by_mouse, draw_ink
from digit_detector.evaluate.pool import Chooser, Pool, Review
from digit_detector.synth.scene import Placed
from digit_detector.synth.sources.public_sets import READERS, Reader
from digit_detector.synth.splits import MNIST_SUITE
from digit_detector.synth.strokes import Sketch

FEW = [replace(condition, count=3, keep=lambda canvas, pieces: True) for condition in CONDITIONS]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data root whose MNIST is long enough to have reserved pictures."""
    root = write_all(tmp_path_factory.mktemp("data"))
    pictures = np.zeros((MNIST_SUITE + 4, 28, 28), np.uint8)
    pictures[-4:] = seven()
    write_mnist(root / "mnist", pictures, np.full(len(pictures), 7, np.uint8))
    return root


@pytest.fixture(scope="module")
def pool(root: Path) -> Pool:
    return Pool.read(root)


@pytest.fixture(scope="module")
def review(root: Path) -> Review:
    """Leaves one drawing out; the first digits of each label stand for the special shapes."""
    digits = Reader(root, "suite").read(("unipen-digits",))
    shapes = {name: [one.key for one in digits if one.label == name[-1]] for name in SHAPES}
    return Review({"smudged": [digits[5].key]}, shapes)


@pytest.fixture(scope="module")
def chooser(pool: Pool, review: Review) -> Chooser:
    return pool.chooser(review)


@pytest.fixture(scope="module")
def listed(chooser: Chooser) -> dict[str, object]:
    return json.loads(frozen.to_text(frozen.freeze(chooser, FEW)))


@pytest.fixture(scope="module")
def suite(listed: dict[str, object], pool: Pool) -> dict[str, list[Canvas]]:
    return dict(frozen.rebuild(listed, pool))


def test_every_drawing_has_a_key_of_its_own(tmp_path: Path) -> None:
    keys = [drawing.key for drawing in Reader(write_all(tmp_path), "train").read(tuple(READERS))]
    assert len(set(keys)) == len(keys)


def test_the_pool_holds_reserved_drawings_alone(root: Path, pool: Pool) -> None:
    trained = Reader(root, "train").read(("unipen-digits",))[0]
    with pytest.raises(DataError, match=f"{trained.key}: no reserved drawing"):
        pool[trained.key]
    with pytest.raises(DataError, match="mnist/49999"):
        pool["mnist/49999"]
    assert pool[f"mnist/{MNIST_SUITE}"].label == "7"


def test_what_the_review_left_out_is_never_chosen(chooser: Chooser, review: Review) -> None:
    rng = np.random.default_rng(0)
    chosen = {drawing.key for _ in range(300) for drawing in chooser.digits(rng, 5)}
    assert chosen
    assert not chosen & {key for keys in review.left_out.values() for key in keys}


def test_digits_of_one_canvas_are_of_one_hand(chooser: Chooser) -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        assert len({(one.source, one.writer) for one in chooser.digits(rng, 6)}) == 1


def test_a_kind_without_drawings_is_named(pool: Pool) -> None:
    with pytest.raises(DataError, match="no reserved crossed 7"):
        frozen.freeze(pool.chooser(Review({}, {})), FEW)


def test_every_condition_is_rebuilt_with_its_canvases(suite: dict[str, list[Canvas]]) -> None:
    assert list(suite) == [condition.name for condition in CONDITIONS]
    assert {len(canvases) for canvases in suite.values()} == {3}


def test_labels_are_what_the_condition_says(suite: dict[str, list[Canvas]]) -> None:
    def labels(name: str) -> set[int]:
        return {int(label) for canvas in suite[name] for label in canvas.labels}

    assert labels("doodles") == labels("letters") == {OTHER}
    assert labels("rude doodles") == {CENSORED}
    assert labels("empty or dots") == set()
    assert labels("MNIST pictures") == {7}
    assert {name: labels(name) for name in SHAPES} == {name: {int(name[-1])} for name in SHAPES}
    assert labels("written numbers") <= set(range(10))


def test_boxes_hold_the_ink_to_the_pixel(suite: dict[str, list[Canvas]]) -> None:
    for name in ("one digit", "several digits", "written numbers", "thin pens", "slanted", "doodles", "framed"):
        for canvas in suite[name]:
            rows, columns = np.nonzero(ink_of(canvas.image) > 5)
            low, high = canvas.boxes[:, :2].min(0), canvas.boxes[:, 2:].max(0)
            extent = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
            assert np.abs(np.concatenate((low, high)) - extent).max() <= 1, name


def test_pictures_are_as_wide_as_their_conditions_ask(suite: dict[str, list[Canvas]]) -> None:
    assert all(canvas.image.shape[0] != canvas.image.shape[1] for canvas in suite["not square"])
    assert all(canvas.image.ndim == 3 for canvas in suite["coloured pens"])
    assert all(np.median(canvas.image) == 0 for canvas in suite["white on black"])
    assert all(160 < np.median(canvas.image) < 240 for canvas in suite["grey paper"])
    for canvas in suite["beside a lamp"]:
        assert np.percentile(canvas.image.max(axis=2), 2) < 0.6 * np.percentile(canvas.image.max(axis=2), 98)
    for canvas in suite["lined paper"]:
        red, _, blue = canvas.image.astype(int).transpose(2, 0, 1)
        assert 0.01 < ((blue - red >= 10) & (red >= 150)).mean() < 0.4
    for canvas in suite["framed"]:
        assert len(np.unique(np.concatenate([canvas.image[[0, -1]].ravel(), canvas.image[:, [0, -1]].ravel()]))) == 1
        assert canvas.image[0, 0] < 180
    assert all(canvas.image.shape[0] in (400, *range(28, 57)) for canvas in suite["pixelated"])


def test_a_changed_drawing_is_told_by_its_condition(listed: dict[str, object], pool: Pool) -> None:
    changed = json.loads(json.dumps(listed))
    changed["conditions"]["slanted"]["canvases"][1][0] += 1
    with pytest.raises(DataError, match="frozen: slanted differ"):
        frozen.rebuild(changed, pool)


def test_the_digest_sees_pixels_boxes_and_labels(suite: dict[str, list[Canvas]]) -> None:
    canvas = suite["one digit"][0]
    others = [
        canvas._replace(image=255 - canvas.image),
        canvas._replace(boxes=canvas.boxes + 1),
        canvas._replace(labels=canvas.labels + 1),
    ]
    assert len({frozen.digest([one]) for one in (canvas, *others)}) == 4


@pytest.mark.parametrize("text", ["", "[]", '{"format": 0, "conditions": {}}', '{"format": 1, "conditions": {"x": 1}}'])
def test_what_is_no_list_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "suite.json"
    path.write_text(text)
    with pytest.raises(DataError, match=r"suite\.json"):
        frozen.load(path)


def test_freezing_spares_a_list_that_is_there(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "suite.json"
    path.write_text("precious")
    with pytest.raises(DataError, match="--force"):
        main(["--freeze", "--suite", str(path), "--data-root", str(root)])
    assert path.read_text() == "precious"


def test_the_committed_list_fits_the_code_and_the_review() -> None:
    listed = frozen.load(frozen.LIST)
    left_out = {key for keys in Review.load(frozen.REVIEW).left_out.values() for key in keys}
    for condition in CONDITIONS:
        rows = listed["conditions"][condition.name]["canvases"]
        assert len(rows) == condition.count
        assert not left_out & {key for row in rows for key in row[1:]}


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


def test_ink_that_leaves_the_canvas_is_cut() -> None:
    ink = np.zeros((50, 80), np.uint8)
    box = draw_ink(ink, Placed(np.array([[-10, 20], [95, 20]], np.float32), (2,), 6, 0))
    assert box == pytest.approx([0, 17, 80, 23], abs=1 / FINE)
    assert (ink[18:22] == 255).all()


def test_written_digits_stand_close_without_touching(chooser: Chooser) -> None:
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


def test_a_brush_that_fills_a_digit_is_not_kept() -> None:
    circle = np.array(CIRCLE, np.float32).T
    zero = Sketch.from_strokes([circle], label="0", name="0", writer="a", source="unipen", key="1a/1")

    def brushed(pen: float) -> Canvas:
        ink = np.zeros((400, 400), np.uint8)
        draw_ink(ink, sized(zero, 300, pen).moved(np.array([200, 200], np.float32)))
        return Canvas(255 - ink, np.zeros((1, 4), np.float32), np.array([CLASSES.index("0")]))

    assert readable_when_thick(brushed(40), [zero])
    assert not readable_when_thick(brushed(150), [zero])
