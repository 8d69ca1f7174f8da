"""Test that fetched UNIPEN drawings get the keys and writers of the known rows."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest
from support.download_sites import serve_sites
from support.source_samples import WRITERS, write_all

from digit_detector.data import unipen_archive as unipen
from digit_detector.data.download import Downloader
from digit_detector.data.output import write_rows
from digit_detector.data.unipen_archive import KNOWN_ROWS, PARTS, stroke_hash
from digit_detector.evaluate.benchmark import BUNDLED
from digit_detector.synth.sources.public_sets import Reader
from digit_detector.synth.sources.raw_files import json_rows, unescape_label
from digit_detector.synth.splits import SPLITS

UNKNOWN = WRITERS[:10]
"""Writers of whom the collection has nothing; of the others it has all but the nines."""

Row = Mapping[str, Any]


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Write the collection from which the list is made, and fetch drawings with that list."""
    folder = tmp_path_factory.mktemp("known")
    collection, fetched = write_all(folder / "collection"), write_all(folder / "fetched")
    with serve_sites() as sites:
        fetch(sites.address, folder / "unmatched", "")
        for part in PARTS:
            write_rows(unipen_file(collection, part), collected(rows_of(folder / "unmatched", part)))
        rmtree(fetched / "unipen")
        fetch(sites.address, fetched, list_rows(collection))
    return collection, fetched


def fetch(address: str, root: Path, known_rows: str) -> None:
    downloads = root / "downloads"
    downloads.mkdir(parents=True)
    unipen.fetch(Downloader(address), root, downloads, known_rows)


def list_rows(root: Path) -> str:
    """List the rows of a collection as `unipen_rows.txt` does."""
    lines: list[list[str]] = []
    for part in PARTS:
        for row in rows_of(root, part):
            if not lines or lines[-1][:2] != [part, row["writer"]]:
                lines.append([part, row["writer"]])
            lines[-1].append(stroke_hash(unescape_label(row["label"]), row["strokes"]))
    return "".join(f"{' '.join(line)}\n" for line in lines)


def unipen_file(root: Path, part: str) -> Path:
    return root / f"unipen/unipen_{part}.ndjson.gz"


def rows_of(root: Path, part: str) -> list[dict[str, Any]]:
    return [row for _, row in json_rows(unipen_file(root, part), ())]


def collected(rows: list[dict[str, Any]]) -> Iterable[Row]:
    """Reverse the rows, drop keys, rename writers, and keep the backslash of some labels."""
    for row in reversed(rows):
        if row["writer"].removeprefix("don/") not in UNKNOWN and row["label"] != "9":
            label = row["label"].replace('"', '\\"')
            yield {"label": label, "writer": other_name(row["writer"]), "strokes": row["strokes"]}


def other_name(writer: str) -> str:
    return f"pen{WRITERS.index(writer.removeprefix('don/'))}"


def test_rows_are_matched_by_strokes(roots: tuple[Path, Path]) -> None:
    collection, fetched = roots
    for part in PARTS:
        rows = {row["key"]: row for row in rows_of(fetched, part)}
        known = dict(enumerate(rows_of(collection, part), start=1))
        assert {key for key in rows if key.isdecimal()} == {str(number) for number in known}
        for number, row in known.items():
            found = rows[str(number)]
            assert (found["strokes"], found["writer"]) == (row["strokes"], row["writer"])


def test_unknown_drawing_gets_known_writer(roots: tuple[Path, Path]) -> None:
    rows = [row for row in rows_of(roots[1], "1a") if not row["key"].isdecimal()]
    writers = {row["key"].split("/")[2]: row["writer"] for row in rows if row["label"] == "9"}
    assert writers == {one: f"don/{one}" if one in UNKNOWN else other_name(one) for one in WRITERS}
    assert len(rows) == len(WRITERS) + 9 * len(UNKNOWN)


def test_surplus_copies_are_left_out(roots: tuple[Path, Path]) -> None:
    rows = rows_of(roots[1], "1d")  # the same strokes by every writer
    assert len(rows) == 2 * (len(WRITERS) - len(UNKNOWN))
    assert all(row["key"].isdecimal() for row in rows)


def test_splits_are_the_same(roots: tuple[Path, Path]) -> None:
    for split in SPLITS:
        collection, fetched = (
            {drawing.key for drawing in Reader(root, split).read(("unipen-digits", "unipen-letters"))} for root in roots
        )
        assert collection
        assert collection <= fetched


def test_packaged_list_covers_benchmark() -> None:
    text = KNOWN_ROWS.read_text()
    counts = dict.fromkeys(PARTS, 0)
    for line in text.splitlines():
        part, _, *inks = line.split()
        counts[part] += len(inks)
    for row in json.loads((BUNDLED / "annotations.json").read_text())["images"]:
        for part, number in (key.split("/") for key in row["drawings"]):
            assert part not in counts or 1 <= int(number) <= counts[part]
