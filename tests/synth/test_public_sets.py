"""Every public format becomes typed drawings; what is damaged is named, what is unusable is counted."""

import gzip
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from support.source_samples import WRITERS, seven, write_all, write_mnist, write_pendigits

from digit_detector.errors import DataError
from digit_detector.evaluate import frozen
from digit_detector.synth.sources import unipen_format as unipen
from digit_detector.synth.sources.duplicates import TWINS
from digit_detector.synth.sources.public_sets import DATA_ROOT_VARIABLE, READERS, Reader, data_root, open_rows
from digit_detector.synth.splits import SPLITS, split_of


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_all(tmp_path / "data")


def test_every_source_gives_drawings_scaled_to_one(root: Path) -> None:
    for source in READERS:
        drawings = [drawing for split in SPLITS for drawing in Reader(root, split).read((source,))]
        assert drawings, source
        for drawing in drawings:
            low, high = drawing.points.min(0), drawing.points.max(0)
            assert (high - low).max() == pytest.approx(1, abs=1e-3)
            assert (low + high) / 2 == pytest.approx([0, 0], abs=2e-2)
            assert drawing.ends[-1] == len(drawing.points) == sum(len(stroke) for stroke in drawing.strokes)


def test_labels_and_names(root: Path) -> None:
    reader = Reader(root, "train")
    letters = reader.read(("unipen-letters",))
    assert {(drawing.label, drawing.name) for drawing in letters} == {("other", "A"), ("other", "h"), ("other", "#")}
    assert {drawing.name for drawing in reader.read(("quickdraw",))} == {"cat"}
    assert {drawing.label for drawing in reader.read(("moniker",))} == {"censored"}
    assert {drawing.label for drawing in reader.read(("unipen-digits",))} == set("0123456789")
    assert reader.report.left_out["unipen: like a digit"] == 3 * len(WRITERS)
    assert reader.report.left_out["quickdraw: like a digit"] == 40


def test_no_writer_is_on_two_sides(root: Path) -> None:
    seen = [
        {(drawing.source, drawing.writer) for drawing in Reader(root, split).read(tuple(READERS))} for split in SPLITS
    ]
    assert all(seen)
    assert not seen[0] & seen[1]
    assert not seen[0] & seen[2]
    assert not seen[1] & seen[2]


def test_the_rule_of_the_splits_is_frozen() -> None:
    """Moving a writer to another side would let training see what judges it."""
    frozen = {"writer4": "train", "writer5": "suite", "writer10": "validation", "writer16": "validation"}
    assert {writer: split_of("unipen", writer) for writer in frozen} == frozen
    blocks = {"44999": "train", "45000": "validation", "49999": "validation", "50000": "suite", "59999": "suite"}
    assert {picture: split_of("mnist", picture) for picture in blocks} == blocks


def test_ink_that_unipen_holds_twice_is_not_on_two_sides(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawings = Reader(root, "train").read(("unipen-digits",))
    monkeypatch.setattr("digit_detector.synth.sources.public_sets.TWINS", frozenset({drawings[1].key}))
    reader = Reader(root, "train")
    assert [one.key for one in reader.read(("unipen-digits",))] == [one.key for one in drawings if one != drawings[1]]
    assert reader.report.left_out["unipen: the same ink as a drawing of another split"] == 1


def test_no_drawing_that_judges_is_listed_as_a_twin_of_training() -> None:
    conditions = frozen.load(frozen.LIST)["conditions"].values()
    assert TWINS.isdisjoint(key for condition in conditions for _, *keys in condition["canvases"] for key in keys)


def test_unusable_rows_are_counted_and_left_out(root: Path) -> None:
    path = root / "unipen/unipen_1a.ndjson.gz"
    writer = next(writer for writer in WRITERS if split_of("unipen", writer) == "train")
    rows = [
        {"label": "3", "writer": writer, "strokes": []},
        {"label": "3", "writer": writer, "strokes": [[[1, 2], [1, None]]]},
        {"label": "x", "writer": writer, "strokes": [[[1, 2], [1, 2]]]},
        {"label": "3", "writer": writer, "strokes": [[[1, 2], [5, 9]]]},
    ]
    path.write_bytes(gzip.compress("\n".join(json.dumps(row) for row in rows).encode()))
    reader = Reader(root, "train")
    assert len(reader.read(("unipen-digits",))) == 1
    assert reader.report.kept["unipen"] == 1
    assert sum(reader.report.left_out.values()) == 3
    assert "not a digit 1" in str(reader.report)


def test_a_damaged_line_is_named(root: Path) -> None:
    path = root / "quickdraw/drawings.ndjson.gz"
    path.write_bytes(gzip.compress(b'{"word": "cat", "key_id": 1, "drawing": [[[0, 1], [0, 1]]]}\n{"word": "cat"\n'))
    with pytest.raises(DataError, match=r"drawings\.ndjson\.gz, line 2: expected a JSON object"):
        Reader(root, "train").read(("quickdraw",))
    path.write_bytes(gzip.compress(b'{"word": "cat", "key_id": 1}\n'))
    with pytest.raises(DataError, match="line 1: expected a JSON object with drawing"):
        Reader(root, "train").read(("quickdraw",))


@pytest.mark.parametrize("source", READERS)
def test_a_missing_file_is_named(root: Path, source: str) -> None:
    for path in sorted(root.rglob("*.*")):
        if path.is_file():
            path.unlink()
    with pytest.raises(DataError, match="no such file"):
        Reader(root, "train").read((source,))


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("unipen/unipen_1a.ndjson.gz", "unipen-digits"),
        ("pendigits/pendigits-orig.tra.gz", "pendigits"),
        ("mnist/train-images-idx3-ubyte.gz", "mnist"),
        ("canvas-rasters/canvas_28x28.npz", "canvas"),
    ],
)
def test_a_truncated_file_is_named(root: Path, name: str, source: str) -> None:
    path = root / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DataError, match=f"{path.name}: damaged, expected"):
        Reader(root, "train").read((source,))


def test_mnist_files_that_do_not_fit_together(root: Path) -> None:
    write_mnist(root / "mnist", np.stack([seven()] * 3), np.full(2, 7, np.uint8))
    with pytest.raises(DataError, match="3 pictures but 2 labels"):
        Reader(root, "train").read(("mnist",))


def test_a_raster_becomes_the_pens_way_or_filled_outlines(root: Path) -> None:
    drawings = Reader(root, "train").read(("mnist",))
    line = next(drawing for drawing in drawings if not drawing.filled)
    outline = next(drawing for drawing in drawings if drawing.filled)
    # The way of the pen: along the top to the right, then down.
    height = line.points[:, 1]
    assert np.ptp(line.points[height < -0.4][:, 0]) > 0.5
    assert len(outline.strokes) == 1
    x, y = outline.points.T
    area = abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2
    assert area == pytest.approx((seven() > 0).sum() / 19**2, rel=0.15)


def test_a_brush_is_not_traced_since_its_holes_may_be_closed(root: Path) -> None:
    thin = seven()
    brush = cv2.dilate(thin, np.ones((4, 4), np.uint8))
    write_mnist(root / "mnist", np.stack([thin, thin, brush, brush]), np.full(4, 7, np.uint8))
    drawings = {drawing.key: drawing.filled for drawing in Reader(root, "train").read(("mnist",))}
    assert drawings == {"mnist/0": True, "mnist/1": False, "mnist/2": True, "mnist/3": True}


def test_a_faint_raster_keeps_its_strokes_whole(root: Path) -> None:
    faint = (seven() // 3).astype(np.uint8)
    write_mnist(root / "mnist", np.stack([seven(), seven(), seven(), faint]), np.full(4, 7, np.uint8))
    strong, pale = (drawing for drawing in Reader(root, "train").read(("mnist",)) if not drawing.filled)
    assert [len(stroke) for stroke in pale.strokes] == [len(stroke) for stroke in strong.strokes]


def test_pendigits_keep_strokes_and_turn_the_y_axis(tmp_path: Path) -> None:
    path = tmp_path / "pendigits.gz"
    write_pendigits(path)
    one, two = unipen.inline_segments(path, open_rows(path))
    assert (one.label, one.writer, two.label, two.writer) == ("1", "12", "7", "3")
    assert [stroke.tolist() for stroke in two.strokes] == [[[0, -100], [50, -100], [20, 0]], [[10, -50], [40, -50]]]


def test_original_unipen_segments_name_components_of_included_files(tmp_path: Path) -> None:
    pens = "".join(f".PEN_DOWN\n{x} 0\n{x} 10\n.PEN_UP\n" for x in range(6))
    (tmp_path / "pens.dat").write_text(f".INCLUDE lost.doc\n.WRITER_ID w7\n{pens}")
    segments = tmp_path / "segments.dat"
    segments.write_text(
        '.VERSION 1.0\n.INCLUDE pens.dat\n.SEGMENT CHARACTER 2 OK "2"\n.SEGMENT CHARACTER 3-4,5 OK "4"\n'
    )
    (two, four), absent = unipen.original_segments(segments, tmp_path)
    assert (two.label, two.writer, len(two.strokes)) == ("2", "w7", 1)
    assert [stroke[0].tolist() for stroke in four.strokes] == [[3, 0], [4, 0], [5, 0]]
    assert four.strokes[0][1].tolist() == [3, -10]
    assert absent == {"lost.doc": 1}


def test_original_unipen_gives_its_digits_and_counts_the_rest(root: Path) -> None:
    readers = [Reader(root, split) for split in SPLITS]
    drawings = [drawing for reader in readers for drawing in reader.read(("unipen-original",))]
    assert [(drawing.label, len(drawing.strokes), drawing.writer) for drawing in drawings] == [
        ("2", 1, "w104"),
        ("4", 2, "w104"),
    ]
    assert readers[0].report.left_out["unipen-original: included file not at hand"] == 1
    assert readers[0].report.left_out["unipen-original: not a digit"] == 1


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('.SEGMENT CHARACTER 9 OK "2"', "component 9 of 1"),
        ('.SEGMENT CHARACTER x OK "2"', "expected components such as 3 or 3-5"),
        (".SEGMENT CHARACTER 0 OK 2", "quoted label"),
    ],
)
def test_damaged_unipen_segments_are_named(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "pens.dat").write_text(".PEN_DOWN\n1 2\n.PEN_UP\n")
    segments = tmp_path / "segments.dat"
    segments.write_text(f".INCLUDE pens.dat\n{line}\n")
    with pytest.raises(DataError, match=rf"segments\.dat, line 2: .*{message}"):
        unipen.original_segments(segments, tmp_path)


def test_damaged_coordinates_are_named(tmp_path: Path) -> None:
    path = tmp_path / "digits.txt"
    path.write_text('.SEGMENT DIGIT 0 ? "1"\n.COMMENT 1 2 3\n.PEN_DOWN\n 10 ten\n.PEN_UP\n')
    with pytest.raises(DataError, match=r"digits\.txt, line 4: expected two coordinates"):
        list(unipen.inline_segments(path, open_rows(path)))


def test_the_data_root_is_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DATA_ROOT_VARIABLE, raising=False)
    with pytest.raises(DataError, match=f"set {DATA_ROOT_VARIABLE}, or give --data-root"):
        data_root()
    monkeypatch.setenv(DATA_ROOT_VARIABLE, str(tmp_path))
    assert data_root() == tmp_path
    with pytest.raises(DataError, match="no such data folder"):
        data_root(tmp_path / "lost")


def test_an_unknown_source_is_named(root: Path) -> None:
    with pytest.raises(DataError, match="unknown source kanji; there are unipen-digits"):
        Reader(root, "train").read(("kanji",))
