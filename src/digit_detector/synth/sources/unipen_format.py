"""UNIPEN text (Guyon et al. 1994): pen files, segment files that include them, and pen files with inline segments."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from digit_detector.errors import DataError
from digit_detector.synth.strokes import Points


@dataclass
class Segment:
    """A labelled run of strokes; y points down here, up in the file."""

    label: str
    writer: str
    strokes: list[Points] = field(default_factory=list)


_LABEL: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')


def _label(path: Path, number: int, line: str) -> str:
    found = _LABEL.search(line)
    if found is None:
        raise DataError(f"{path}, line {number}: expected a segment with a quoted label, found {line.strip()[:60]!r}")
    return re.sub(r"\\(.)", r"\1", found[1])


def inline_segments(path: Path, lines: Iterable[tuple[int, str]]) -> Iterator[Segment]:
    """Segments of a file in which each .SEGMENT stands before its strokes (UCI pendigits).

    The writer is the second number of the .COMMENT line behind the segment.
    """
    segment: Segment | None = None
    for number, found in _parsed(path, lines):
        if not isinstance(found, str):
            if segment is not None:
                segment.strokes.append(found)
        elif found.startswith(".SEGMENT"):
            if segment is not None:
                yield segment
            segment = Segment(_label(path, number, found), writer="")
        elif found.startswith(".COMMENT") and segment is not None and not segment.writer:
            segment.writer = [*found.split(), "", "", ""][2]
    if segment is not None:
        yield segment


def original_segments(path: Path, include_root: Path) -> tuple[list[Segment], Counter[str]]:
    """Segments of an original UNIPEN segment file, and the included files that are not at hand, counted.

    `30-33` in a segment means the components 30 to 33, counted over the pen downs of the included files from 0.
    Raises DataError where a line is damaged or a segment names components that do not exist.
    """
    components: list[tuple[Points, str]] = []
    absent: Counter[str] = Counter()
    for name in included(path):
        if not (include_root / name).is_file():
            absent[name] += 1
            continue
        writer = ""
        for _, found in _parsed(include_root / name, _lines(include_root / name)):
            if not isinstance(found, str):
                components.append((found, writer))
            elif found.startswith(".WRITER_ID"):
                writer = [*found.split(), ""][1]
        absent.update(other for other in included(include_root / name) if not (include_root / other).is_file())
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
    return segments, absent


def included(path: Path) -> list[str]:
    """The names that a file's .INCLUDE lines give, below the folder of included files."""
    return [line.split(maxsplit=1)[1].strip() for _, line in _lines(path) if re.match(r"\.INCLUDE\s+\S", line)]


def _parsed(path: Path, lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str | Points]]:
    """The keyword lines, and each stroke (n, 2) from pen down to where the pen is lifted, with y turned down.

    A stroke comes before the keyword that ends it, and its number is that of its pen down.
    """
    columns = (0, 1)
    begun = 0
    stroke: list[tuple[float, float]] | None = None
    for number, line in lines:
        if not line.startswith("."):
            if stroke is not None and line.strip():
                stroke.append(_point(path, number, line, columns))
            continue
        keyword, *values = line.split()
        if stroke is not None and keyword in (".PEN_DOWN", ".PEN_UP"):
            yield begun, np.array(stroke, np.float32).reshape(-1, 2)
            stroke = None
        if keyword == ".PEN_DOWN":
            begun, stroke = number, []
        elif keyword == ".COORD" and {"X", "Y"} <= set(values):
            columns = (values.index("X"), values.index("Y"))
        yield number, line
    if stroke is not None:
        yield begun, np.array(stroke, np.float32).reshape(-1, 2)


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
    try:
        text = path.read_text(encoding="latin-1")
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error
    yield from enumerate(text.splitlines(), start=1)
