"""`digit-detector data fetch`, against a loopback server: the homes themselves are out of a test's reach."""

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.download_sites import Homes, archive_url, everything_below, originals, path_of, serving
from torchvision.datasets import MNIST

from digit_detector.classes import CLASSES
from digit_detector.cli import main
from digit_detector.data.fetch import quickdraw
from digit_detector.data.fetch import uci_and_mnist as digits
from digit_detector.data.fetch import unipen_archive as unipen
from digit_detector.data.fetch.catalogue import SOURCES
from digit_detector.data.fetch.download import ATTEMPTS, Checksum, Home
from digit_detector.errors import DataError
from digit_detector.synth.scene import SceneGenerator
from digit_detector.synth.sources.public_sets import TRAINED_ON, Reader
from digit_detector.synth.splits import SPLITS

MNIST_HOME = MNIST.mirrors[0]


@pytest.fixture
def homes() -> Iterator[Homes]:
    with serving() as homes:
        yield homes


@pytest.fixture
def small_mnist(monkeypatch: pytest.MonkeyPatch) -> None:
    """torchvision knows the checksums of the real files; these are those of the small ones."""
    files = originals()
    names = [name for name, _ in MNIST.resources[:2]]
    known = [(name, hashlib.md5(files[f"{MNIST_HOME}{name}"]).hexdigest()) for name in names]
    monkeypatch.setattr(MNIST, "resources", known)


def fetch(homes: Homes, root: Path, *arguments: str) -> int:
    return main(["data", "fetch", *arguments, "--data-root", str(root), "--mirror", homes.address])


@pytest.mark.usefixtures("small_mnist")
def test_all_sources_are_brought_into_what_training_reads(
    homes: Homes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "new" / "data"
    assert fetch(homes, root) == 0
    out = capsys.readouterr().out
    drawings = Reader(root, "train").read(TRAINED_ON)
    assert {drawing.label for drawing in drawings} == set(CLASSES)
    SceneGenerator(drawings).scene(1, 1)
    found = Counter(drawing.source for split in SPLITS for drawing in Reader(root, split).read(TRAINED_ON))
    # Of UNIPEN's parts the quote is left out: it is like two ones.
    expected = {"unipen": 40 * (10 + 1 + 1 + 1), "pendigits": 20, "mnist": 12, "quickdraw": 2 * 22, "moniker": 40}
    assert found == expected
    for name, source in SOURCES.items():
        assert source.text in out
        assert (root / name / "LICENCE.txt").read_text() == source.text
    assert "canvas: the seven small sets" in out
    kept = {file for source in SOURCES.values() for file in source.files} | {f"{name}/LICENCE.txt" for name in SOURCES}
    assert everything_below(root) == sorted(kept)
    assert not list(tmp_path.rglob("escaped*"))

    homes.asked.clear()
    assert fetch(homes, root) == 0
    assert homes.asked == []
    assert capsys.readouterr().out.count("is there already") == len(SOURCES)


def test_unipen_keeps_strokes_writers_and_names(
    homes: Homes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fetch(homes, tmp_path, "unipen") == 0
    out = capsys.readouterr().out
    assert "1a: 400 drawings, 1b: 40 drawings, 1c: 40 drawings, 1d: 80 drawings" in out
    assert "40 x segment that is no single sign" in out
    assert "component 99 of 24 that were read" in out
    with gzip.open(tmp_path / "unipen/unipen_1a.ndjson.gz", "rt") as lines:
        rows = [json.loads(line) for line in lines]
    (row,) = (row for row in rows if row["key"] == "don/don0/writer4/3")
    assert (row["label"], row["writer"]) == ("3", "don/writer4")
    assert row["strokes"] == [[[400, 400], [-404, -300]], [[360, 440], [-350, -340]]]
    with gzip.open(tmp_path / "unipen/unipen_1d.ndjson.gz", "rt") as lines:
        assert {json.loads(line)["label"] for line in lines} == {'"', "#"}


def test_only_the_rows_that_are_asked_for_are_read(homes: Homes, tmp_path: Path) -> None:
    cat = path_of(f"{quickdraw.DRAWINGS}/cat.ndjson")
    homes.files[cat] *= 3000
    assert fetch(homes, tmp_path, "quickdraw", "--per-category", "5") == 0
    with gzip.open(tmp_path / "quickdraw/drawings.ndjson.gz", "rt") as lines:
        words = [json.loads(line)["word"] for line in lines]
    assert words == ["The Eiffel Tower"] * 5 + ["cat"] * 5
    assert homes.sent < len(homes.files[cat]) / 2
    assert not any("circle" in path for path, _ in homes.asked)


def test_a_category_with_fewer_drawings_gives_all(homes: Homes, tmp_path: Path) -> None:
    assert fetch(homes, tmp_path, "quickdraw", "--per-category", "1000") == 0
    with gzip.open(tmp_path / "quickdraw/drawings.ndjson.gz") as lines:
        assert sum(1 for _ in lines) == 80


def test_a_broken_stream_of_rows_is_read_again(homes: Homes, tmp_path: Path) -> None:
    path = path_of(f"{quickdraw.DRAWINGS}/cat.ndjson")
    homes.breaks[path] = [1000, len(homes.files[path]) // 40 - 5]
    assert fetch(homes, tmp_path, "quickdraw", "--per-category", "1") == 0
    assert [asked for asked, _ in homes.asked].count(path) == 1
    assert fetch(homes, tmp_path / "more", "quickdraw") == 0
    assert [asked for asked, _ in homes.asked].count(path) == 3


URL = archive_url()


def content(homes: Homes) -> bytes:
    return homes.files[path_of(URL)]


def checksum(homes: Homes) -> Checksum:
    return Checksum("md5", hashlib.md5(content(homes)).hexdigest())


def test_a_broken_download_goes_on_where_it_broke(homes: Homes, tmp_path: Path) -> None:
    homes.breaks[path_of(URL)] = [1000, 500]
    Home(homes.address).download(URL, tmp_path / "a.tgz", checksum(homes))
    assert [asked for _, asked in homes.asked] == [None, "bytes=1000-", "bytes=1500-"]
    assert (tmp_path / "a.tgz").read_bytes() == content(homes)
    assert homes.sent == len(content(homes))
    assert everything_below(tmp_path) == ["a.tgz"]


def test_the_next_run_goes_on_too(homes: Homes, tmp_path: Path) -> None:
    homes.breaks[path_of(URL)] = [1000, *[0] * ATTEMPTS]
    with pytest.raises(DataError, match=r"cannot be had .*: run the same command again later"):
        Home(homes.address).download(URL, tmp_path / "a.tgz")
    assert everything_below(tmp_path) == ["a.tgz.part", "a.tgz.part.version"]
    homes.asked.clear()
    Home(homes.address).download(URL, tmp_path / "a.tgz")
    assert [asked for _, asked in homes.asked] == ["bytes=1000-"]
    assert (tmp_path / "a.tgz").read_bytes() == content(homes)


def test_a_file_that_came_whole_before_the_power_went(homes: Homes, tmp_path: Path) -> None:
    (tmp_path / "a.tgz.part").write_bytes(content(homes))
    Home(homes.address).download(URL, tmp_path / "a.tgz", checksum(homes))
    assert (tmp_path / "a.tgz").read_bytes() == content(homes)
    assert homes.sent == 0


def test_another_version_at_home_is_brought_anew(homes: Homes, tmp_path: Path) -> None:
    homes.breaks[path_of(URL)] = [1000, *[0] * ATTEMPTS]
    with pytest.raises(DataError):
        Home(homes.address).download(URL, tmp_path / "a.tgz")
    homes.files[path_of(URL)] = b"new" * 5000
    Home(homes.address).download(URL, tmp_path / "a.tgz")
    assert (tmp_path / "a.tgz").read_bytes() == b"new" * 5000


def test_a_part_that_is_longer_than_the_file_is_dropped(homes: Homes, tmp_path: Path) -> None:
    (tmp_path / "a.tgz.part").write_bytes(content(homes) + b"more")
    Home(homes.address).download(URL, tmp_path / "a.tgz", checksum(homes))
    assert (tmp_path / "a.tgz").read_bytes() == content(homes)


def test_a_home_that_knows_no_ranges_is_asked_until_it_gives_all_or_no_more(homes: Homes, tmp_path: Path) -> None:
    homes.ranges = False
    homes.breaks[path_of(URL)] = [1000, 900]
    Home(homes.address).download(URL, tmp_path / "a.tgz")
    assert (tmp_path / "a.tgz").read_bytes() == content(homes)
    homes.breaks[path_of(URL)] = [1000] * 20
    homes.asked.clear()
    with pytest.raises(DataError, match="bytes to come"):
        Home(homes.address).download(URL, tmp_path / "b.tgz")
    assert len(homes.asked) == ATTEMPTS + 1


def test_a_home_that_is_busy_is_asked_again(homes: Homes, tmp_path: Path) -> None:
    homes.failures[path_of(URL)] = [503, 429]
    Home(homes.address).download(URL, tmp_path / "a.tgz", checksum(homes))
    assert (tmp_path / "a.tgz").read_bytes() == content(homes)


def test_a_home_that_is_down_is_named(tmp_path: Path) -> None:
    with serving() as homes:
        address = homes.address
    with pytest.raises(DataError, match=r"content: cannot be had \(.*refused.*\): run the same command again"):
        Home(address).download(URL, tmp_path / "a.tgz")


@pytest.mark.usefixtures("small_mnist")
def test_a_wrong_checksum_is_refused_and_the_others_are_brought(
    homes: Homes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    homes.files[path_of(URL)] = b"other bytes"
    assert fetch(homes, tmp_path, "unipen", "mnist") == 1
    assert "unipen: https://zenodo.org" in (err := capsys.readouterr().err)
    assert "expected the md5" in err
    assert "the file has changed at its home" in err
    assert err.count("\n") == 1
    assert everything_below(tmp_path / "unipen") == ["LICENCE.txt"]
    assert (tmp_path / "mnist/train-images-idx3-ubyte.gz").exists()


def test_mnist_is_checked_by_what_torchvision_knows(
    homes: Homes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fetch(homes, tmp_path, "mnist") == 1
    assert "expected the md5 f68b3c2dcbeaaa9fbdd348bbdeb94873" in capsys.readouterr().err
    assert everything_below(tmp_path) == ["mnist/LICENCE.txt"]


@pytest.mark.usefixtures("small_mnist")
def test_mnist_comes_from_the_next_mirror_where_the_first_has_none(homes: Homes, tmp_path: Path) -> None:
    for name, _ in MNIST.resources:
        homes.files[path_of(f"{MNIST.mirrors[1]}{name}")] = homes.files.pop(path_of(f"{MNIST_HOME}{name}"))
    assert fetch(homes, tmp_path, "mnist") == 0
    assert (tmp_path / "mnist/train-labels-idx1-ubyte.gz").exists()


@pytest.mark.parametrize(
    ("source", "url", "replacement", "message"),
    [
        ("unipen", unipen.RECORD, b"{}", "expected a record with one archive train_r01_v07"),
        ("unipen", unipen.RECORD, b"<html>", "expected a record with one archive"),
        ("pendigits", digits.PENDIGITS, b"<html>", "expected a ZIP archive with pendigits-orig.tra.Z"),
        ("moniker", quickdraw.MONIKER, b'{"word": "penis"}\n', "line 1: expected a JSON object with word, key_id"),
        ("quickdraw", f"{quickdraw.DRAWINGS}/cat.ndjson", b"<html>\n", "cat.ndjson: expected a JSON object"),
        ("quickdraw", quickdraw.CATEGORIES, b"\n", "expected a category a line, found none"),
        ("quickdraw", quickdraw.CATEGORIES, None, r"cannot be had (404 Not Found)"),
    ],
)
def test_what_has_changed_at_home_is_named(
    homes: Homes,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    source: str,
    url: str,
    replacement: bytes | None,
    message: str,
) -> None:
    before = homes.files.pop(path_of(url))
    if replacement is not None:
        homes.files[path_of(url)] = replacement
    assert fetch(homes, tmp_path, source) == 1
    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1
    assert not any((tmp_path / file).exists() for file in SOURCES[source].files)
    homes.files[path_of(url)] = before
    assert fetch(homes, tmp_path, source) == 0


def test_arguments(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DIGIT_DETECTOR_DATA", raising=False)
    assert main(["data", "fetch", "mnist"]) == 1
    assert "set DIGIT_DETECTOR_DATA, or give --data-root" in capsys.readouterr().err
    assert main(["data", "fetch", "mnist", "--data-root", str(tmp_path), "--mirror", "file:///etc"]) == 1
    assert "begins with http:// or https://" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["data", "fetch", "kanji"])
    assert "unknown source kanji; there are unipen, pendigits" in capsys.readouterr().err
