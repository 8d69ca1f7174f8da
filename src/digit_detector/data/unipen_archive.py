"""Convert UNIPEN's published archive to rows: digits (1a), capitals (1b), small letters (1c) and symbols (1d).

The bundled weights were trained on a copy of part of UNIPEN that orders the drawings differently than the archive and
has other names for the writers. `unipen_rows.txt` holds a hash of the strokes of each row of that copy. A published
drawing with the same hash gets the row's number and writer, so that splits, label fixes and the benchmark refer to the
same drawings everywhere.
"""

import hashlib
import json
import re
import tarfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, Any, Final, NamedTuple
from urllib.parse import quote

import numpy as np

from digit_detector.data.download import Downloader
from digit_detector.data.output import write_rows
from digit_detector.errors import DataError
from digit_detector.synth.sources.raw_files import included, original_segments
from digit_detector.synth.strokes import Points

RECORD: Final = "https://zenodo.org/api/records/1195803"
PARTS: Final = ("1a", "1b", "1c", "1d")

KNOWN_ROWS: Final = Path(__file__).with_name("unipen_rows.txt")
"""A line per run of rows by one writer: the part, the writer, and the hash of each row."""

_ARCHIVE: Final = re.compile(r".*train_r01_v07.*\.(tgz|tar\.gz)")


def fetch(downloader: Downloader, root: Path, downloads: Path, known_rows: str) -> list[str]:
    """Write `unipen/unipen_1*.ndjson.gz`, and return lines to print. Zenodo provides the archive's MD5.

    known_rows: content of KNOWN_ROWS.
    """
    name, md5 = _find_archive(downloader.read(RECORD))
    archive = downloads / name
    downloader.download(f"{RECORD}/files/{quote(name)}/content", archive, md5)
    left_out: Counter[str] = Counter()
    with TemporaryDirectory(dir=downloads) as folder:
        _unpack(archive, Path(folder))
        matcher = RowMatcher(known_rows)
        for part in PARTS:
            for row in _rows(Path(folder), part, Counter()):
                matcher.learn_writer(part, row)
        counts = {
            part: write_rows(
                root / f"unipen/unipen_{part}.ndjson.gz", matcher.match(part, _rows(Path(folder), part, left_out))
            )
            for part in PARTS
        }
    return [
        ", ".join(f"{part}: {count:,} drawings" for part, count in counts.items()),
        f"{matcher.matched:,} of them belong to the rows with which the bundled weights were trained",
        *(f"left out: {count:,} x {reason}" for reason, count in left_out.most_common(5)),
    ]


class KnownRow(NamedTuple):
    """Identify a row of a part by its line number, from 1."""

    number: int
    writer: str


class RowMatcher:
    """Give published rows the numbers and writers of the known rows with the same strokes."""

    def __init__(self, known_rows: str) -> None:
        """Take the content of KNOWN_ROWS."""
        self._known: dict[tuple[str, str], list[KnownRow]] = defaultdict(list)
        """By part and hash; some drawings occur more than once in UNIPEN."""
        self._writers: dict[str, Counter[str]] = defaultdict(Counter)
        """By published writer: how many drawings match those of each known writer."""
        self._used: Counter[tuple[str, KnownRow]] = Counter()
        self.matched = 0
        counts: Counter[str] = Counter()
        for line in known_rows.splitlines():
            part, writer, *hashes = line.split()
            for value in hashes:
                counts[part] += 1
                self._known[part, value].append(KnownRow(counts[part], writer))

    def learn_writer(self, part: str, row: dict[str, Any]) -> None:
        """Count a published row for the known writer that it matches; call this for all rows before `match`."""
        known = self._find(part, row)
        if len(known) == 1:  # repeated strokes, such as a dot, do not identify a writer
            self._writers[row["writer"]][known[0].writer] += 1

    def match(self, part: str, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Yield rows with the keys and writers of known rows; drop copies beyond the number of known ones.

        An unknown drawing gets the known name of its writer, if there is one: a writer belongs to a single split.
        """
        for row in rows:
            writers = self._writers[row["writer"]].most_common(1)
            known = self._find(part, row)
            if not known:
                yield row | {"writer": writers[0][0]} if writers else row
            elif (used := self._used[part, known[0]]) < len(known):
                number, writer = known[used]
                yield row | {"key": str(number), "writer": writer}
                self._used[part, known[0]] += 1
                self.matched += 1

    def _find(self, part: str, row: dict[str, Any]) -> list[KnownRow]:
        return self._known.get((part, stroke_hash(row["label"], row["strokes"])), [])


def stroke_hash(label: str, strokes: Sequence[Any]) -> str:
    """Return ten hexadecimal digits of a hash of label and strokes [[x..], [y..]], with whole numbers as integers."""
    text = json.dumps([label, strokes], separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=5).hexdigest()


def _find_archive(record: bytes) -> tuple[str, str]:
    """Return the name and MD5 of the archive from Zenodo's record."""
    try:
        files = {str(file["key"]): str(file["checksum"]) for file in json.loads(record)["files"]}
        (name,) = (name for name in files if _ARCHIVE.fullmatch(name) and "/" not in name)
        algorithm, _, digest = files[name].partition(":")
        if algorithm != "md5":
            raise ValueError(f"checksum {algorithm}")
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{RECORD}: expected a record with one archive train_r01_v07 and its MD5 ({error!r}); it has changed"
        ) from error
    return name, digest


def _unpack(archive: Path, folder: Path) -> None:
    """Extract the segment files of the parts and the pen files that they include: a tenth of the archive.

    Segment files may precede or follow the pen files, hence two passes.
    """
    for path, content in _members(archive):
        if path.parts[0] == "data" and path.parts[1] in PARTS:
            _save(folder / path, content)
    wanted = {name for path in (folder / "data").rglob("*.dat") for name in included(path)}
    for path, content in _members(archive):
        if path.parts[0] == "include" and str(path.relative_to("include")) in wanted:
            _save(folder / path, content)


def _members(archive: Path) -> Iterator[tuple[PurePosixPath, IO[bytes]]]:
    """Yield the files below `data` and `include`, at any depth of the archive."""
    try:
        with tarfile.open(archive, "r|gz") as members:
            for member in members:
                match = re.search(r"(?:^|/)((?:data|include)/[^/]+/.+)", member.name)
                if member.isreg() and match and ".." not in PurePosixPath(member.name).parts:
                    content = members.extractfile(member)
                    assert content is not None
                    yield PurePosixPath(match[1]), content
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        raise DataError(f"{archive}: damaged, expected a gzipped tar archive ({error}): remove it") from error


def _save(path: Path, content: IO[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.read())


def _rows(root: Path, part: str, left_out: Counter[str]) -> Iterator[dict[str, Any]]:
    folder = root / "data" / part
    for path in sorted(folder.rglob("*.dat")):
        donor = path.relative_to(folder).parts[0]
        try:
            segments, missing = original_segments(path, root / "include")
        except DataError as error:
            # A few of thousands of files are damaged; the others are still useful.
            left_out[f"damaged file ({str(error).removeprefix(str(root))})"] += 1
            continue
        left_out.update({"included file that is not in the archive": missing.total()} if missing else {})
        for number, segment in enumerate(segments):
            if len(segment.label) == 1 and segment.strokes:
                yield {
                    "key": f"{path.relative_to(folder).with_suffix('').as_posix()}/{number}",
                    "label": segment.label,
                    "writer": f"{donor}/{segment.writer or path.stem}",
                    "strokes": [_coordinates(stroke) for stroke in segment.strokes],
                }
            else:
                left_out["segment that is not a single sign"] += 1


def _coordinates(stroke: Points) -> list[list[float]]:
    """Return [[x..], [y..]], as integers if all are whole, which takes less space."""
    rounded = stroke.astype(np.int64)
    numbers: list[list[float]] = (rounded if (rounded == stroke).all() else stroke).T.tolist()
    return numbers
