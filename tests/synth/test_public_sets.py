"""Test the readers of the public sets: labels, splits, error messages, and the count of unusable rows."""

import gzip
import json
import logging
from pathlib import Path

import cv2
import numpy as np
import pytest
from support.source_samples import WRITERS, seven, write_all, write_mnist, write_pendigits

from digit_detector.errors import DataError
from digit_detector.evaluate.benchmark import BUNDLED
from digit_detector.synth.sources.curation import CROSS_SPLIT_DUPLICATES
from digit_detector.synth.sources.public_sets import DATA_ROOT_VARIABLE, READERS, Reader, data_root
from digit_detector.synth.sources.raw_files import inline_segments, open_rows, original_segments
from digit_detector.synth.splits import SPLITS, split_of


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_all(tmp_path / "data")


def test_sketches_have_unit_size(root: Path) -> None:
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
    assert {(drawing.label, drawing.name) for drawing in letters} == {("other", name) for name in "Ahe#+="}
    assert {drawing.name for drawing in reader.read(("unipen-lookalikes",))} == set("Ol|-")
    assert {drawing.name for drawing in reader.read(("quickdraw",))} == {"cat"}
    assert {drawing.label for drawing in reader.read(("moniker",))} == {"censored"}
    assert {drawing.label for drawing in reader.read(("unipen-digits",))} == set("0123456789")
    assert reader.report.left_out["unipen: resembles a digit"] == 4 * len(WRITERS)
    assert reader.report.left_out["quickdraw: resembles a digit"] == 40


def test_splits_share_no_writer(root: Path) -> None:
    seen = [
        {(drawing.source, drawing.writer) for drawing in Reader(root, split).read(tuple(READERS))} for split in SPLITS
    ]
    assert all(seen)
    assert not seen[0] & seen[1]
    assert not seen[0] & seen[2]
    assert not seen[1] & seen[2]


def test_split_rule_is_frozen() -> None:
    """Moving a writer to another split would leak evaluation data into training."""
    frozen = {"writer4": "train", "writer5": "benchmark", "writer10": "validation", "writer16": "validation"}
    assert {writer: split_of("unipen", writer) for writer in frozen} == frozen
    blocks = {
        "44999": "train",
        "45000": "validation",
        "49999": "validation",
        "50000": "benchmark",
        "59999": "benchmark",
    }
    assert {picture: split_of("mnist", picture) for picture in blocks} == blocks


def test_cross_split_duplicates_are_left_out(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawings = Reader(root, "train").read(("unipen-digits",))
    monkeypatch.setattr("digit_detector.synth.sources.curation.CROSS_SPLIT_DUPLICATES", frozenset({drawings[1].key}))
    reader = Reader(root, "train")
    assert [sketch.key for sketch in reader.read(("unipen-digits",))] == [
        sketch.key for sketch in drawings if sketch != drawings[1]
    ]
    assert reader.report.left_out["unipen: duplicate in another split"] == 1


def test_benchmark_keeps_its_duplicates() -> None:
    images = json.loads((BUNDLED / "annotations.json").read_text())["images"]
    assert CROSS_SPLIT_DUPLICATES.isdisjoint(key for image in images for key in image["drawings"])


GOOD = [[[1, 2], [5, 9]]]
NO_INK: list[object] = []
NOT_FINITE = [[[1, 2], [1, None]]]
ONE_AXIS = [[[1, 2]]]
OBJECT = [{"x": [1, 2], "y": [5, 9]}]


def write_digits(root: Path, *rows: tuple[str, object]) -> None:
    """Replace UNIPEN's digits by rows of (label, strokes) of a training writer."""
    writer = next(writer for writer in WRITERS if split_of("unipen", writer) == "train")
    lines = [json.dumps({"label": label, "writer": writer, "strokes": strokes}) for label, strokes in rows]
    (root / "unipen/unipen_1a.ndjson.gz").write_bytes(gzip.compress("\n".join(lines).encode()))


def test_unusable_rows_are_counted_by_reason(root: Path) -> None:
    write_digits(
        root, ("3", NO_INK), ("3", NOT_FINITE), ("3", ONE_AXIS), ("3", OBJECT), ("x", GOOD), *[("3", GOOD)] * 4
    )
    reader = Reader(root, "train")
    assert len(reader.read(("unipen-digits",))) == 4
    assert reader.report.kept == {"unipen": 4}
    assert reader.report.left_out == {"unipen: not a digit": 1}
    assert reader.report.unusable.total() == 4
    assert reader.report.unusable["unipen: a sketch needs at least one point of ink"] == 1
    assert reader.report.unusable["unipen: malformed strokes"] == 2
    assert "not a digit 1; unusable: unipen: a sketch needs" in str(reader.report)


def test_mostly_unusable_source_is_refused(root: Path) -> None:
    write_digits(root, ("3", NO_INK), ("3", NO_INK), ("3", ONE_AXIS), ("3", GOOD), ("3", GOOD))
    message = (
        r"3 of 5 train rows of unipen-digits are unusable \(unipen: a sketch needs .* \(2\), .*\); replace its files"
    )
    with pytest.raises(DataError, match=message):
        Reader(root, "train").read(("unipen-letters", "unipen-digits"))
    assert Reader(root, "train").read(("unipen-letters",))


def test_rows_left_out_on_purpose_are_not_unusable(root: Path) -> None:
    write_digits(root, *[("x", GOOD)] * 9, ("3", NO_INK), ("3", GOOD))
    assert len(Reader(root, "train").read(("unipen-digits",))) == 1


def test_report_is_logged_once_per_read(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "digit_detector"):
        Reader(root, "train").read(("unipen-letters", "quickdraw"))
    (record,) = caplog.records
    assert record.name == "digit_detector"
    assert record.getMessage().startswith(f"train split of {root}: read: quickdraw ")
    assert "unipen: resembles a digit" in record.getMessage()


def test_damaged_line(root: Path) -> None:
    path = root / "quickdraw/drawings.ndjson.gz"
    path.write_bytes(gzip.compress(b'{"word": "cat", "key_id": 1, "drawing": [[[0, 1], [0, 1]]]}\n{"word": "cat"\n'))
    with pytest.raises(DataError, match=r"drawings\.ndjson\.gz, line 2: expected a JSON object"):
        Reader(root, "train").read(("quickdraw",))
    path.write_bytes(gzip.compress(b'{"word": "cat", "key_id": 1}\n'))
    with pytest.raises(DataError, match="line 1: expected a JSON object with word, key_id, drawing"):
        Reader(root, "train").read(("quickdraw",))


@pytest.mark.parametrize("source", READERS)
def test_missing_file(root: Path, source: str) -> None:
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
def test_truncated_file(root: Path, name: str, source: str) -> None:
    path = root / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DataError, match=f"{path.name}: damaged, expected"):
        Reader(root, "train").read((source,))


def test_mnist_length_mismatch(root: Path) -> None:
    write_mnist(root / "mnist", np.stack([seven()] * 3), np.full(2, 7, np.uint8))
    with pytest.raises(DataError, match="3 pictures but 2 labels"):
        Reader(root, "train").read(("mnist",))


def test_raster_becomes_centre_line_or_outline(root: Path) -> None:
    drawings = Reader(root, "train").read(("mnist",))
    line = next(drawing for drawing in drawings if not drawing.filled)
    outline = next(drawing for drawing in drawings if drawing.filled)
    # The pen moves along the top to the right, then down.
    height = line.points[:, 1]
    assert np.ptp(line.points[height < -0.4][:, 0]) > 0.5
    assert len(outline.strokes) == 1
    x, y = outline.points.T
    area = abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2
    assert area == pytest.approx((seven() > 0).sum() / 19**2, rel=0.15)


def test_thick_raster_is_not_traced(root: Path) -> None:
    thin = seven()
    brush = cv2.dilate(thin, np.ones((4, 4), np.uint8))
    write_mnist(root / "mnist", np.stack([thin, thin, brush, brush]), np.full(4, 7, np.uint8))
    drawings = {drawing.key: drawing.filled for drawing in Reader(root, "train").read(("mnist",))}
    assert drawings == {"mnist/0": True, "mnist/1": False, "mnist/2": True, "mnist/3": True}


def test_faint_raster_keeps_strokes_whole(root: Path) -> None:
    faint = (seven() // 3).astype(np.uint8)
    write_mnist(root / "mnist", np.stack([seven(), seven(), seven(), faint]), np.full(4, 7, np.uint8))
    strong, pale = (drawing for drawing in Reader(root, "train").read(("mnist",)) if not drawing.filled)
    assert [len(stroke) for stroke in pale.strokes] == [len(stroke) for stroke in strong.strokes]


def test_pendigits_strokes_and_y_axis(tmp_path: Path) -> None:
    path = tmp_path / "pendigits.gz"
    write_pendigits(path)
    one, two = inline_segments(path, open_rows(path))
    assert (one.label, one.writer, two.label, two.writer) == ("1", "12", "7", "3")
    assert [stroke.tolist() for stroke in two.strokes] == [[[0, -100], [50, -100], [20, 0]], [[10, -50], [40, -50]]]


def test_unipen_segments_refer_to_included_components(tmp_path: Path) -> None:
    pens = "".join(f".PEN_DOWN\n{x} 0\n{x} 10\n.PEN_UP\n" for x in range(6))
    (tmp_path / "pens.dat").write_text(f".INCLUDE lost.doc\n.WRITER_ID w7\n{pens}")
    segments = tmp_path / "segments.dat"
    segments.write_text(
        '.VERSION 1.0\n.INCLUDE pens.dat\n.SEGMENT CHARACTER 2 OK "2"\n.SEGMENT CHARACTER 3-4,5 OK "4"\n'
    )
    (two, four), missing = original_segments(segments, tmp_path)
    assert (two.label, two.writer, len(two.strokes)) == ("2", "w7", 1)
    assert [stroke[0].tolist() for stroke in four.strokes] == [[3, 0], [4, 0], [5, 0]]
    assert four.strokes[0][1].tolist() == [3, -10]
    assert missing == {"lost.doc": 1}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('.SEGMENT CHARACTER 9 OK "2"', "component 9 of 1"),
        ('.SEGMENT CHARACTER x OK "2"', "expected components such as 3 or 3-5"),
        (".SEGMENT CHARACTER 0 OK 2", "quoted label"),
    ],
)
def test_damaged_unipen_segment(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "pens.dat").write_text(".PEN_DOWN\n1 2\n.PEN_UP\n")
    segments = tmp_path / "segments.dat"
    segments.write_text(f".INCLUDE pens.dat\n{line}\n")
    with pytest.raises(DataError, match=rf"segments\.dat, line 2: .*{message}"):
        original_segments(segments, tmp_path)


def test_damaged_coordinates(tmp_path: Path) -> None:
    path = tmp_path / "digits.txt"
    path.write_text('.SEGMENT DIGIT 0 ? "1"\n.COMMENT 1 2 3\n.PEN_DOWN\n 10 ten\n.PEN_UP\n')
    with pytest.raises(DataError, match=r"digits\.txt, line 4: expected two coordinates"):
        list(inline_segments(path, open_rows(path)))


def test_data_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DATA_ROOT_VARIABLE, raising=False)
    with pytest.raises(DataError, match=f"set {DATA_ROOT_VARIABLE}, or give --data-root"):
        data_root()
    monkeypatch.setenv(DATA_ROOT_VARIABLE, str(tmp_path))
    assert data_root() == tmp_path
    with pytest.raises(DataError, match="no such data folder"):
        data_root(tmp_path / "lost")


def test_unknown_source(root: Path) -> None:
    with pytest.raises(DataError, match="unknown source kanji; there are unipen-digits"):
        Reader(root, "train").read(("kanji",))
