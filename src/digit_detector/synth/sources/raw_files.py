"""Read the file formats in which the public sets are published: JSON lines, IDX, one npz of rasters, and UNIPEN text.

UNIPEN (Guyon et al. 1994) has pen files, segment files that include them, or segments that precede their strokes.
"""

import gzip
import json
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from digit_detector.errors import DataError
from digit_detector.synth.strokes import Points

_REMEDY: Final = "`digit-detector data fetch` downloads the public drawings but canvas-rasters"
_LABEL: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')


@contextmanager
def _reading(path: Path, form: str) -> Iterator[None]:
    """Convert errors in reading a file to a DataError that names the file and its expected form."""
    try:
        yield
    except FileNotFoundError:
        raise DataError(f"{path}: no such file; {_REMEDY}") from None
    except (OSError, EOFError, KeyError, ValueError, zlib.error, zipfile.BadZipFile) as error:
        raise DataError(f"{path}: damaged, expected {form} ({error})") from error


def open_rows(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines of a text file, gzipped or not, with their numbers from 1.

    Raises DataError if the file is missing or damaged.
    """
    opener: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
    with _reading(path, "text lines"), opener(path, "rt", encoding="utf-8") as lines:
        yield from enumerate(lines, start=1)


def json_rows(path: Path, required: tuple[str, ...]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the JSON objects of an ndjson file with their line numbers.

    Raises DataError if the file is missing or damaged, or an object lacks a required key.
    """
    for number, line in open_rows(path):
        if line.strip():
            yield number, parse_row(line, required, f"{path}, line {number}")


def parse_row(line: str | bytes, required: tuple[str, ...], place: str) -> dict[str, Any]:
    """Parse a line as a JSON object; raise DataError, which begins with `place`, if a required key is missing."""
    try:
        row = json.loads(line)
    except ValueError as error:
        raise DataError(f"{place}: expected a JSON object ({error})") from error
    if not isinstance(row, dict) or not row.keys() >= set(required):
        raise DataError(f"{place}: expected a JSON object with {', '.join(required)}")
    return row


def mnist_pictures(root: Path) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Read MNIST's training pictures (N, 28, 28), ink bright, and their labels (N,)."""
    images = _read_idx(root / "mnist/train-images-idx3-ubyte.gz", dimensions=3)
    labels = _read_idx(root / "mnist/train-labels-idx1-ubyte.gz", dimensions=1)
    if len(images) != len(labels):
        raise DataError(f"{root / 'mnist'}: {len(images)} pictures but {len(labels)} labels")
    return images, labels


def _read_idx(path: Path, dimensions: int) -> NDArray[np.uint8]:
    """Read an IDX file of unsigned bytes: magic number, sizes, bytes (LeCun's MNIST page)."""
    with _reading(path, f"gzipped IDX of unsigned bytes in {dimensions} dimensions"):
        with gzip.open(path, "rb") as file:
            content = file.read()
        if content[:4] != bytes((0, 0, 8, dimensions)):
            raise ValueError(f"it begins with {content[:4].hex()}")
        shape = np.frombuffer(content, ">u4", dimensions, offset=4).astype(int)
        return np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions).reshape(shape)


def canvas_pictures(path: Path) -> tuple[NDArray[np.uint8], NDArray[Any], NDArray[Any]]:
    """Read the mouse-drawn digits (N, 28, 28), ink bright, with their labels (N,) and writers (N,)."""
    with _reading(path, "arrays x, y and src of one length"), np.load(path, allow_pickle=False) as arrays:
        images, labels, writers = arrays["x"], arrays["y"], arrays["src"]
        if not len(images) == len(labels) == len(writers):
            raise ValueError(f"{len(images)} pictures, {len(labels)} labels, {len(writers)} writers")
        return 255 - images, labels, writers


@dataclass
class Segment:
    """Hold labelled strokes; y points down, unlike in the file."""

    label: str
    writer: str
    strokes: list[Points] = field(default_factory=list)


def _label(path: Path, number: int, line: str) -> str:
    found = _LABEL.search(line)
    if found is None:
        raise DataError(f"{path}, line {number}: expected a segment with a quoted label, found {line.strip()[:60]!r}")
    return re.sub(r"\\(.)", r"\1", found[1])


def inline_segments(path: Path, lines: Iterable[tuple[int, str]]) -> Iterator[Segment]:
    """Yield the segments of a file in which each .SEGMENT line precedes its strokes (UCI pendigits).

    The writer is the second number of the .COMMENT line that follows.
    """
    segment: Segment | None = None
    for number, item in _parse(path, lines):
        if not isinstance(item, str):
            if segment is not None:
                segment.strokes.append(item)
        elif item.startswith(".SEGMENT"):
            if segment is not None:
                yield segment
            segment = Segment(_label(path, number, item), writer="")
        elif item.startswith(".COMMENT") and segment is not None and not segment.writer:
            segment.writer = [*item.split(), "", "", ""][2]
    if segment is not None:
        yield segment


def original_segments(path: Path, include_root: Path) -> tuple[list[Segment], Counter[str]]:
    """Return the segments of an original UNIPEN segment file, and the counts of missing included files.

    `30-33` in a segment means components 30 to 33, where each pen-down in the included files is one, counted from 0.
    Raises DataError if a line is damaged or a segment names components that do not exist.
    """
    components: list[tuple[Points, str]] = []
    missing: Counter[str] = Counter()
    for name in included(path):
        if not (include_root / name).is_file():
            missing[name] += 1
            continue
        writer = ""
        for _, item in _parse(include_root / name, _lines(include_root / name)):
            if not isinstance(item, str):
                components.append((item, writer))
            elif item.startswith(".WRITER_ID"):
                writer = [*item.split(), ""][1]
        missing.update(other for other in included(include_root / name) if not (include_root / other).is_file())
    segments: list[Segment] = []
    for number, line in _lines(path):
        if not line.startswith(".SEGMENT"):
            continue
        parts = line.split()
        if len(parts) < 3:
            raise DataError(f"{path}, line {number}: expected .SEGMENT kind components quality label")
        segment = Segment(_label(path, number, line), writer="")
        for index in _component_numbers(path, number, parts[2]):
            if index >= len(components):
                raise DataError(f"{path}, line {number}: component {index} of {len(components)} that were read")
            stroke, segment.writer = components[index]
            segment.strokes.append(stroke)
        segments.append(segment)
    return segments, missing


def included(path: Path) -> list[str]:
    """Return the paths in a file's .INCLUDE lines, relative to the folder of included files."""
    return [line.split(maxsplit=1)[1].strip() for _, line in _lines(path) if re.match(r"\.INCLUDE\s+\S", line)]


def unescape_label(label: str) -> str:
    """Return a UNIPEN label without the backslash that some rows keep before a quote."""
    return label.replace('\\"', '"').replace("\\\\", "\\")


def _parse(path: Path, lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str | Points]]:
    """Yield keyword lines, and strokes (n, 2) with y pointing down, each with a line number.

    A stroke precedes the keyword that ends it, and has the line number of its .PEN_DOWN.
    """
    columns = (0, 1)
    start = 0
    stroke: list[tuple[float, float]] | None = None
    for number, line in lines:
        if not line.startswith("."):
            if stroke is not None and line.strip():
                stroke.append(_point(path, number, line, columns))
            continue
        keyword, *values = line.split()
        if stroke is not None and keyword in (".PEN_DOWN", ".PEN_UP"):
            yield start, np.array(stroke, np.float32).reshape(-1, 2)
            stroke = None
        if keyword == ".PEN_DOWN":
            start, stroke = number, []
        elif keyword == ".COORD" and {"X", "Y"} <= set(values):
            columns = (values.index("X"), values.index("Y"))
        yield number, line
    if stroke is not None:
        yield start, np.array(stroke, np.float32).reshape(-1, 2)


def _point(path: Path, number: int, line: str, columns: tuple[int, int]) -> tuple[float, float]:
    values = line.split()
    try:
        return float(values[columns[0]]), -float(values[columns[1]])
    except (ValueError, IndexError):
        raise DataError(f"{path}, line {number}: expected two coordinates, found {line.strip()[:40]!r}") from None


def _component_numbers(path: Path, number: int, ranges: str) -> Iterator[int]:
    try:
        for part in ranges.split(","):
            first, _, last = part.partition("-")
            yield from range(int(first), int(last or first) + 1)
    except ValueError:
        raise DataError(f"{path}, line {number}: expected components such as 3 or 3-5, found {ranges!r}") from None


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    with _reading(path, "text"):
        text = path.read_text(encoding="latin-1")
    yield from enumerate(text.splitlines(), start=1)
