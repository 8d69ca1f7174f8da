"""Find and parse the files of a folder as people, tools and systems leave them."""

import codecs
import csv
import json
import os
import re
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import takewhile
from operator import eq
from pathlib import Path
from typing import Any, Final
from unicodedata import normalize

import yaml

from digit_detector.data.formats.read_report import Report, Skip
from digit_detector.detect.images import SUFFIXES
from digit_detector.errors import DataError, one_line

SHAPES: Final[dict[str, tuple[tuple[str, ...], frozenset[str]]]] = {
    "coco": ((".json",), frozenset({"images", "annotations"})),
    "labelme": ((".json",), frozenset({"shapes", "imagePath"})),
    "label-studio": ((".json",), frozenset({"data", "annotations"})),
    "createml": ((".json",), frozenset({"image", "annotations"})),
    "voc": ((".xml",), frozenset({"<annotation>"})),
    "cvat": ((".xml",), frozenset({"<annotations>"})),
    "csv": ((".csv",), frozenset({"xmin", "xmax", "ymin", "ymax"})),
    "yolo": ((".yaml", ".yml", ".txt", ".names", ".labels"), frozenset({"names"})),
    "ndjson": ((".ndjson",), frozenset({"drawings"})),
}
"""By format, the suffixes of annotation files, and what they have at their top: keys, an element, or columns."""

_SAMPLES: Final = 20
"""Files of a suffix that are looked into to tell the format."""

_PICTURE_FOLDERS: Final = {"images", "jpegimages"}
_MARKS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
}
_DECLARED: Final = re.compile(rb"""<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']""")


class Folder:
    """List a folder's files; hidden ones, such as macOS's `._*` and Jupyter's checkpoints, are skipped."""

    def __init__(self, path: Path, report: Report) -> None:
        """Raises DataError if a folder cannot be read."""
        if not path.is_dir():
            raise DataError(f"{path}: no such folder; name the folder that holds the pictures and their annotations")
        self.path = path
        self.report = report
        self.used: set[Path] = set()
        """Files whose content is read."""
        self.files: list[Path] = []
        """Sorted by their names."""
        self._pictures: dict[str, list[Path]] = defaultdict(list)
        """By name, and by stem."""
        for file in sorted(_walk(path)):
            if any(part.startswith((".", "__MACOSX")) for part in file.relative_to(path).parts):
                report.skip("hidden file", file, lost=False)
                continue
            self.files.append(file)
            name = self.parts(file)[-1].casefold()
            for key in {name, name.rpartition(".")[0] if is_picture(file) else name}:
                self._pictures[key].append(file)

    def parts(self, file: Path) -> list[str]:
        """Return a file's folders and name below this folder."""
        return _parts(file.relative_to(self.path).as_posix())

    def format(self) -> str | None:
        """Return the only format that annotation files of this folder have, or None if there are no such files."""
        found: dict[str, Path] = {}
        looked: dict[str, int] = defaultdict(int)
        for path in self.files:
            looked[path.suffix.lower()] += 1
            if looked[path.suffix.lower()] <= _SAMPLES:
                with suppress(ValueError, RecursionError):
                    _, keys = _parse(path)
                    for kind, (suffixes, wanted) in SHAPES.items():
                        if path.suffix.lower() in suffixes and keys >= wanted:
                            found.setdefault(kind, path)
        if len(found) > 1:
            files = ", ".join(f"{kind} ({path})" for kind, path in found.items())
            raise DataError(f"{self.path} holds several formats, {files}: name the one to read with --from")
        return next(iter(found), None)

    def annotations(self, kind: str) -> Iterator[tuple[Path, Any]]:
        """Yield the annotation files of a format, parsed."""
        suffixes, wanted = SHAPES[kind]
        for path in self.with_suffix(*suffixes):
            with self.report.row(path, "file", pictures=0):
                content, keys = _parse(path)
                if keys >= wanted:
                    self.used.add(path)
                    yield path, content

    def with_suffix(self, *suffixes: str) -> list[Path]:
        """Return the files with one of the suffixes, in any case."""
        return [path for path in self.files if path.suffix.lower() in suffixes]

    def find(self, name: str, near: Path) -> Path:
        """Return the picture that the annotation file `near` calls `name`, a path on any machine, or a stem.

        The longest common end of the paths decides, then the nearest folder, so a name cannot lead out of this folder.
        Raises Skip if there is none, and ValueError if several fit equally.
        """
        wanted = _parts(name)
        folded = [part.casefold() for part in wanted]
        # Label Studio puts eight digits before the name of an uploaded file.
        fits = self._pictures.get(folded[-1]) or self._pictures.get(re.sub("^[0-9a-f]{8}-", "", folded[-1]))
        if not fits:
            raise Skip("annotation without its picture")

        def rank(file: Path) -> tuple[int, bool, int, bool, bool, int]:
            parts = self.parts(file)
            lower = [part.casefold() for part in parts]
            return (
                _common(reversed(lower), reversed(folded)),
                parts[-1] == wanted[-1],
                _common(parts[:-1], self.parts(near)[:-1]),
                any(part in near.stem.casefold() for part in lower[:-1]),
                not _PICTURE_FOLDERS.isdisjoint(lower),
                -len(parts),
            )

        best, *others = sorted(fits, key=rank, reverse=True)
        if others and rank(best) == rank(others[0]):
            raise ValueError(f"file name: {name!r} fits {best} and {others[0]}: keep one of them")
        return best

    def finish(self) -> None:
        """Count the files that were not read."""
        for file in self.files:
            if file not in self.used and is_picture(file):
                self.report.skip("picture without annotations", file, pictures=1)
            elif file not in self.used:
                self.report.skip("other file", file, lost=False)


def is_picture(file: Path) -> bool:
    """Tell whether the suffix is one of a picture."""
    return file.suffix.lower() in SUFFIXES


def read_text(path: Path) -> str:
    """Decode a text file by its byte order mark, or its XML declaration, otherwise as UTF-8.

    Raises ValueError if it is not text in this encoding.
    """
    content = path.read_bytes()
    declared = _DECLARED.match(content)
    default = declared[1].decode() if declared else "utf-8"
    encoding = next((name for mark, name in _MARKS.items() if content.startswith(mark)), default)
    try:
        return content.decode(encoding)
    except (UnicodeError, LookupError) as error:
        raise ValueError(f"expected text in {encoding} ({error})") from error


def _parse(path: Path) -> tuple[Any, set[Any]]:
    """Return a file's content, and its keys, element or columns; raise ValueError if it is damaged."""
    suffix = path.suffix.lower()
    try:
        if suffix == ".xml":
            root = _parse_xml(read_text(path))
            return root, {f"<{root.tag}>"}
        if suffix == ".csv":
            lines = csv.DictReader(read_text(path).splitlines())
            rows = [{str(name).lower(): value for name, value in row.items()} for row in lines]
            return rows, set(rows[0] if rows else ())
        if path.name.lower() == "classes.txt" or suffix in (".names", ".labels"):
            return {"names": [line.strip() for line in read_text(path).splitlines() if line.strip()]}, {"names"}
        if suffix in (".json", ".yaml", ".yml"):
            content = (json.loads if suffix == ".json" else yaml.safe_load)(read_text(path))
            first = content[0] if isinstance(content, list) and content else content
            return content, set(first if isinstance(first, dict) else ())
    except (json.JSONDecodeError, ET.ParseError, yaml.YAMLError, csv.Error) as error:
        raise ValueError(f"expected {suffix[1:].upper()} ({one_line(error)})") from error
    return None, {path.stem} if suffix == ".ndjson" else set()


def _parse_xml(text: str) -> ET.Element:
    """Parse decoded XML, since the parser knows few encodings; refuse entities, which could exhaust the memory."""
    if "<!DOCTYPE" in text:
        raise ValueError("expected XML without a document type")
    return ET.fromstring(text)


def _walk(path: Path) -> Iterator[Path]:
    """Yield the files below a folder; follow links to folders, each folder once."""

    def fail(error: OSError) -> None:
        raise DataError(f"{error.filename} cannot be read ({error.strerror}): change its permissions") from error

    seen = set()
    for root, folders, names in os.walk(path, onerror=fail, followlinks=True):
        real = os.path.realpath(root)
        if real in seen:
            folders.clear()
        else:
            seen.add(real)
            yield from (Path(root, name) for name in names)


def _parts(name: str) -> list[str]:
    """Split a path that any system wrote."""
    return normalize("NFC", name.replace("\\", "/")).split("/")


def _common(first: Iterable[str], second: Iterable[str]) -> int:
    """Return how many items are equal before the first different one."""
    return len(list(takewhile(bool, map(eq, first, second))))
