"""Test `digit-detector data fetch` against a loopback server."""

import hashlib
import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support.download_sites import DownloadSites, archive_url, files_below, originals, path_of, serve_sites
from torchvision.datasets import MNIST

from digit_detector.classes import CLASSES
from digit_detector.cli import main
from digit_detector.data import fetch as catalogue
from digit_detector.data import unipen_archive as unipen
from digit_detector.data.download import ATTEMPTS, Downloader
from digit_detector.data.fetch import SOURCES
from digit_detector.errors import DataError
from digit_detector.synth.generator import SceneGenerator
from digit_detector.synth.sources.public_sets import TRAINED_ON, Reader
from digit_detector.synth.sources.raw_files import json_rows
from digit_detector.synth.splits import SPLITS

MNIST_SITE = MNIST.mirrors[0]


@pytest.fixture
def sites() -> Iterator[DownloadSites]:
    with serve_sites() as sites:
        yield sites


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between attempts in seconds, which no test waits for."""
    pauses: list[float] = []
    monkeypatch.setattr("digit_detector.data.download.time", SimpleNamespace(sleep=pauses.append))
    return pauses


@pytest.fixture
def small_mnist(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace torchvision's checksums of the real files by those of the small ones."""
    files = originals()
    names = [name for name, _ in MNIST.resources[:2]]
    resources = [(name, hashlib.md5(files[f"{MNIST_SITE}{name}"]).hexdigest()) for name in names]
    monkeypatch.setattr(MNIST, "resources", resources)


def fetch(sites: DownloadSites, root: Path, *arguments: str) -> int:
    return main(["data", "fetch", *arguments, "--data-root", str(root), "--mirror", sites.address])


def rows(path: Path) -> list[dict[str, Any]]:
    return [row for _, row in json_rows(path, ())]


@pytest.mark.usefixtures("small_mnist")
def test_training_reads_all_fetched_sources(
    sites: DownloadSites, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "new" / "data"
    assert fetch(sites, root) == 0
    out = capsys.readouterr().out
    drawings = Reader(root, "train").read(TRAINED_ON)
    assert {drawing.label for drawing in drawings} == set(CLASSES)
    SceneGenerator(drawings).scene(1, 1)
    found = Counter(drawing.source for split in SPLITS for drawing in Reader(root, split).read(TRAINED_ON))
    # UNIPEN's quote is left out, since it resembles two ones.
    expected = {"unipen": 40 * (10 + 1 + 1 + 1), "pendigits": 20, "mnist": 12, "quickdraw": 2 * 22, "moniker": 40}
    assert found == expected
    for name, source in SOURCES.items():
        assert source.text in out
        assert (root / name / "LICENCE.txt").read_text() == source.text
    assert "canvas: the seven small sets" in out
    kept = {file for source in SOURCES.values() for file in source.files} | {f"{name}/LICENCE.txt" for name in SOURCES}
    assert files_below(root) == sorted(kept)
    assert not list(tmp_path.rglob("escaped*"))

    sites.requests.clear()
    assert fetch(sites, root) == 0
    assert sites.requests == []
    assert capsys.readouterr().out.count("already there") == len(SOURCES)


def test_unipen_strokes_and_writers(sites: DownloadSites, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert fetch(sites, tmp_path, "unipen") == 0
    out = capsys.readouterr().out
    assert "1a: 400 drawings, 1b: 40 drawings, 1c: 40 drawings, 1d: 80 drawings" in out
    assert "40 x segment that is not a single sign" in out
    assert "component 99 of 24 that were read" in out
    (row,) = (row for row in rows(tmp_path / "unipen/unipen_1a.ndjson.gz") if row["key"] == "don/don0/writer4/3")
    assert (row["label"], row["writer"]) == ("3", "don/writer4")
    assert row["strokes"] == [[[400, 400], [-404, -300]], [[360, 440], [-350, -340]]]
    assert {row["label"] for row in rows(tmp_path / "unipen/unipen_1d.ndjson.gz")} == {'"', "#"}


def test_quickdraw_reads_only_first_rows(sites: DownloadSites, tmp_path: Path) -> None:
    cat = path_of(f"{catalogue.QUICKDRAW_DRAWINGS}/cat.ndjson")
    sites.files[cat] *= 3000
    assert fetch(sites, tmp_path, "quickdraw", "--per-category", "5") == 0
    words = [row["word"] for row in rows(tmp_path / "quickdraw/drawings.ndjson.gz")]
    assert words == ["The Eiffel Tower"] * 5 + ["cat"] * 5
    assert sites.sent < len(sites.files[cat]) / 2
    assert not any("circle" in path for path, _ in sites.requests)


def test_quickdraw_category_with_fewer_drawings(sites: DownloadSites, tmp_path: Path) -> None:
    assert fetch(sites, tmp_path, "quickdraw", "--per-category", "1000") == 0
    assert len(rows(tmp_path / "quickdraw/drawings.ndjson.gz")) == 80


def test_broken_stream_is_retried(sites: DownloadSites, tmp_path: Path) -> None:
    path = path_of(f"{catalogue.QUICKDRAW_DRAWINGS}/cat.ndjson")
    sites.breaks[path] = [1000, len(sites.files[path]) // 40 - 5]
    assert fetch(sites, tmp_path, "quickdraw", "--per-category", "1") == 0
    assert [asked for asked, _ in sites.requests].count(path) == 1
    assert fetch(sites, tmp_path / "more", "quickdraw") == 0
    assert [asked for asked, _ in sites.requests].count(path) == 3


URL = archive_url()


def md5(sites: DownloadSites) -> str:
    return hashlib.md5(sites.files[path_of(URL)]).hexdigest()


def download(sites: DownloadSites, target: Path, md5: str | None) -> None:
    """Download the archive, which must arrive whole."""
    Downloader(sites.address).download(URL, target, md5)
    assert target.read_bytes() == sites.files[path_of(URL)]


def test_download_resumes(sites: DownloadSites, tmp_path: Path) -> None:
    sites.breaks[path_of(URL)] = [1000, 500]
    download(sites, tmp_path / "a.tgz", md5(sites))
    assert [requested for _, requested in sites.requests] == [None, "bytes=1000-", "bytes=1500-"]
    assert sites.sent == len(sites.files[path_of(URL)])
    assert files_below(tmp_path) == ["a.tgz"]


def test_next_run_resumes(sites: DownloadSites, tmp_path: Path) -> None:
    sites.breaks[path_of(URL)] = [1000, *[0] * ATTEMPTS]
    with pytest.raises(DataError, match=r"not available .*: run the same command again later"):
        download(sites, tmp_path / "a.tgz", md5(sites))
    assert files_below(tmp_path) == ["a.tgz.part"]
    sites.requests.clear()
    download(sites, tmp_path / "a.tgz", md5(sites))
    assert [requested for _, requested in sites.requests] == ["bytes=1000-"]


@pytest.mark.parametrize(("more", "sent"), [(b"", 0), (b"more", 1)])
def test_oversized_part_is_discarded(sites: DownloadSites, tmp_path: Path, more: bytes, sent: int) -> None:
    content = sites.files[path_of(URL)]
    (tmp_path / "a.tgz.part").write_bytes(content + more)
    download(sites, tmp_path / "a.tgz", md5(sites))
    assert sites.sent == sent * len(content)


def test_changed_file_is_downloaded_from_start(sites: DownloadSites, tmp_path: Path) -> None:
    sites.breaks[path_of(URL)] = [1000, *[0] * ATTEMPTS]
    with pytest.raises(DataError):
        download(sites, tmp_path / "a.tgz", None)
    sites.files[path_of(URL)] = b"new" * 5000
    download(sites, tmp_path / "a.tgz", None)


def test_server_without_ranges(sites: DownloadSites, tmp_path: Path) -> None:
    sites.ranges = False
    sites.breaks[path_of(URL)] = [1000, 900]
    download(sites, tmp_path / "a.tgz", None)
    sites.breaks[path_of(URL)] = [1000] * 20
    sites.requests.clear()
    with pytest.raises(DataError, match="bytes missing"):
        download(sites, tmp_path / "b.tgz", None)
    assert len(sites.requests) == ATTEMPTS + 1


def test_busy_server_is_retried(sites: DownloadSites, tmp_path: Path) -> None:
    sites.failures[path_of(URL)] = [503, 429]
    download(sites, tmp_path / "a.tgz", md5(sites))


def test_unreachable_server(tmp_path: Path, pauses: list[float]) -> None:
    with serve_sites() as sites:
        address = sites.address
    with pytest.raises(DataError, match=r"content: not available \(.*refused.*\): run the same command again"):
        Downloader(address).download(URL, tmp_path / "a.tgz")
    assert len(pauses) == ATTEMPTS
    assert pauses == sorted(set(pauses))  # longer and longer


@pytest.mark.usefixtures("small_mnist")
def test_wrong_checksum_does_not_stop_other_sources(
    sites: DownloadSites, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sites.files[path_of(URL)] = b"other bytes"
    assert fetch(sites, tmp_path, "unipen", "mnist") == 1
    assert "unipen: https://zenodo.org" in (err := capsys.readouterr().err)
    assert "expected the MD5" in err
    assert "the published file has changed" in err
    assert err.count("\n") == 1
    assert files_below(tmp_path / "unipen") == ["LICENCE.txt"]
    assert (tmp_path / "mnist/train-images-idx3-ubyte.gz").exists()


def test_mnist_checksum_is_torchvisions(
    sites: DownloadSites, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fetch(sites, tmp_path, "mnist") == 1
    assert "expected the MD5 f68b3c2dcbeaaa9fbdd348bbdeb94873" in capsys.readouterr().err
    assert files_below(tmp_path) == ["mnist/LICENCE.txt"]


@pytest.mark.usefixtures("small_mnist")
def test_mnist_falls_back_to_next_mirror(sites: DownloadSites, tmp_path: Path) -> None:
    for name, _ in MNIST.resources:
        sites.files[path_of(f"{MNIST.mirrors[1]}{name}")] = sites.files.pop(path_of(f"{MNIST_SITE}{name}"))
    assert fetch(sites, tmp_path, "mnist") == 0
    assert (tmp_path / "mnist/train-labels-idx1-ubyte.gz").exists()


def damaged_zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("pendigits-orig.tra.Z", bytes(range(256)))
    start, end = packed.getvalue().split(b"pendigits-orig.tra.Z", 1)
    return start + b"pendigits-orig.tra.Z" + b"\xff" * 9 + end[9:]


@pytest.mark.parametrize(
    ("source", "url", "replacement", "message"),
    [
        ("unipen", unipen.RECORD, b"{}", "expected a record with one archive train_r01_v07"),
        ("unipen", unipen.RECORD, b"<html>", "expected a record with one archive"),
        ("pendigits", catalogue.PENDIGITS, b"<html>", "expected a ZIP archive with pendigits-orig.tra.Z"),
        ("pendigits", catalogue.PENDIGITS, damaged_zip(), "expected a ZIP archive with pendigits-orig.tra.Z"),
        ("moniker", catalogue.MONIKER, b'{"word": "penis"}\n', "line 1: expected a JSON object with word, key_id"),
        ("quickdraw", f"{catalogue.QUICKDRAW_DRAWINGS}/cat.ndjson", b"<html>\n", "cat.ndjson: expected a JSON object"),
        ("quickdraw", catalogue.QUICKDRAW_CATEGORIES, b"\n", "expected one category per line, found none"),
        ("quickdraw", catalogue.QUICKDRAW_CATEGORIES, None, r"not available (404 Not Found)"),
    ],
)
def test_changed_content(
    sites: DownloadSites,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    source: str,
    url: str,
    replacement: bytes | None,
    message: str,
) -> None:
    before = sites.files.pop(path_of(url))
    if replacement is not None:
        sites.files[path_of(url)] = replacement
    assert fetch(sites, tmp_path, source) == 1
    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1
    assert not any((tmp_path / file).exists() for file in SOURCES[source].files)
    sites.files[path_of(url)] = before
    assert fetch(sites, tmp_path, source) == 0


def test_fetch_arguments(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DIGIT_DETECTOR_DATA", raising=False)
    assert main(["data", "fetch", "mnist"]) == 1
    assert "set DIGIT_DETECTOR_DATA, or give --data-root" in capsys.readouterr().err
    assert main(["data", "fetch", "mnist", "--data-root", str(tmp_path), "--mirror", "file:///etc"]) == 1
    assert "begins with http:// or https://" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["data", "fetch", "kanji"])
    assert "unknown source kanji; there are unipen, pendigits" in capsys.readouterr().err
