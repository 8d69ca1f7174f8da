"""UNIPEN's published archive into rows: isolated digits (1a), capitals (1b), small letters (1c) and symbols (1d)."""

import json
import re
import tarfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, Any, Final
from urllib.parse import quote

import numpy as np

from digit_detector.data.fetch.download import Checksum, Home
from digit_detector.data.fetch.gzipped_rows import write_rows
from digit_detector.data.fetch.unipen_rows import PARTS, Known, Row
from digit_detector.errors import DataError
from digit_detector.synth.sources.unipen_format import included, original_segments
from digit_detector.synth.strokes import Points

RECORD: Final = "https://zenodo.org/api/records/1195803"
_ARCHIVE: Final = re.compile(r".*train_r01_v07.*\.(tgz|tar\.gz)")


def bring(home: Home, root: Path, downloads: Path, known: Known) -> list[str]:
    """Writes `unipen/unipen_1*.ndjson.gz`; returns what is to be said of it. Its home tells the archive's MD5."""
    name, checksum = _archive(home.read(RECORD))
    archive = downloads / name
    if not archive.exists():
        home.download(f"{RECORD}/files/{quote(name)}/content", archive, checksum)
    left_out: Counter[str] = Counter()
    with TemporaryDirectory(dir=downloads) as place:
        _unpack(archive, Path(place))
        names = Names(known)
        for part in PARTS:
            for row in _rows(Path(place), part, Counter()):
                names.learn(part, row)
        counts = {
            part: write_rows(
                root / f"unipen/unipen_{part}.ndjson.gz", names.given(part, _rows(Path(place), part, left_out))
            )
            for part in PARTS
        }
    return [
        ", ".join(f"{part}: {count:,} drawings" for part, count in counts.items()),
        f"{names.found:,} of them are those that the bundled weights and the frozen suite were made with",
        *(f"left out: {count:,} x {reason}" for reason, count in left_out.most_common(5)),
    ]


class Names:
    """Gives fetched rows the numbers and writers of the known ones that have the same ink."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._hands: dict[str, Counter[str]] = defaultdict(Counter)
        self._given: Counter[tuple[str, Row]] = Counter()
        self.found = 0

    def learn(self, part: str, row: dict[str, Any]) -> None:
        """Notes by which known writer a fetched one's drawings are, before any names are given."""
        same = self._known.find(part, row["label"], row["strokes"])
        if len(same) == 1:  # what is known more than once, as a dot may be, tells of no hand
            self._hands[row["writer"]][same[0].writer] += 1

    def given(self, part: str, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """The rows under the known names; a known drawing that comes once more than it is known is left out.

        What is not known, of a writer who is, goes to this writer: no hand may be on two sides of a split.
        """
        for row in rows:
            hands = self._hands[row["writer"]].most_common(1)
            same = self._known.find(part, row["label"], row["strokes"])
            if not same:
                yield row | {"writer": hands[0][0]} if hands else row
            elif (given := self._given[part, same[0]]) < len(same):
                number, writer = same[given]
                yield row | {"key": str(number), "writer": writer}
                self._given[part, same[0]] += 1
                self.found += 1


def _archive(record: bytes) -> tuple[str, Checksum]:
    """Name and checksum of the archive, as Zenodo's record lists it."""
    try:
        listed = {str(file["key"]): str(file["checksum"]) for file in json.loads(record)["files"]}
        (name,) = (name for name in listed if _ARCHIVE.fullmatch(name) and "/" not in name)
        algorithm, _, digest = listed[name].partition(":")
        if algorithm != "md5":
            raise ValueError(f"a checksum by {algorithm}")
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{RECORD}: expected a record with one archive train_r01_v07 and its MD5 ({error!r}): it has changed"
        ) from error
    return name, Checksum("md5", digest)


def _unpack(archive: Path, place: Path) -> None:
    """The segment files of the parts, and of the pen files those that they include: a tenth of the archive.

    Segment files may stand before and after the pen files, hence two passes.
    """
    for path, content in _members(archive):
        if path.parts[0] == "data" and path.parts[1] in PARTS:
            _save(place / path, content)
    wanted = {name for path in (place / "data").rglob("*.dat") for name in included(path)}
    for path, content in _members(archive):
        if path.parts[0] == "include" and str(path.relative_to("include")) in wanted:
            _save(place / path, content)


def _members(archive: Path) -> Iterator[tuple[PurePosixPath, IO[bytes]]]:
    """The files below the archive's `data` and `include`, wherever these two lie in it."""
    try:
        with tarfile.open(archive, "r|gz") as members:
            for member in members:
                found = re.search(r"(?:^|/)((?:data|include)/[^/]+/.+)", member.name)
                if member.isreg() and found and ".." not in PurePosixPath(member.name).parts:
                    content = members.extractfile(member)
                    assert content is not None
                    yield PurePosixPath(found[1]), content
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        raise DataError(f"{archive}: damaged, expected a gzipped tar archive ({error}): remove it") from error


def _save(path: Path, content: IO[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.read())


def _rows(place: Path, part: str, left_out: Counter[str]) -> Iterator[dict[str, Any]]:
    folder = place / "data" / part
    for path in sorted(folder.rglob("*.dat")):
        donor = path.relative_to(folder).parts[0]
        try:
            segments, absent = original_segments(path, place / "include")
        except DataError as error:
            # One of thousands of files by many hands; the others are worth having.
            left_out[f"damaged file ({str(error).removeprefix(str(place))})"] += 1
            continue
        left_out.update({"included file that is not in the archive": absent.total()} if absent else {})
        for number, segment in enumerate(segments):
            if len(segment.label) == 1 and segment.strokes:
                yield {
                    "key": f"{path.relative_to(folder).with_suffix('').as_posix()}/{number}",
                    "label": segment.label,
                    "writer": f"{donor}/{segment.writer or path.stem}",
                    "strokes": [_whole_numbers(stroke) for stroke in segment.strokes],
                }
            else:
                left_out["segment that is no single sign"] += 1


def _whole_numbers(stroke: Points) -> list[list[float]]:
    """[[x..], [y..]], as integers where the tablet gave such, which are shorter."""
    rounded = stroke.astype(np.int64)
    numbers: list[list[float]] = (rounded if (rounded == stroke).all() else stroke).T.tolist()
    return numbers
