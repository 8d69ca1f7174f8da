"""UNIPEN text (Guyon et al. 1994): pen files, segment files that include them, and pen files with inline segments."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from digit_detector.errors import DataError
from digit_detector.ink.strokes import Points


@dataclass
class Segment:
    """A labelled run of strokes; y points down here, up in the file."""

    label: str
    writer: str
    strokes: list[Points] = field(default_factory=list)


def _point(path: Path, number: int, line: str) -> tuple[float, float]:
    try:
        x, y = line.split()[:2]
        return float(x), -float(y)
    except ValueError:
        raise DataError(f"{path}, line {number}: expected two coordinates, found {line.strip()[:40]!r}") from None


def _label(path: Path, number: int, line: str) -> str:
    parts = line.split('"')
    if len(parts) < 3:
        raise DataError(f"{path}, line {number}: expected a segment with a quoted label, found {line.strip()[:60]!r}")
    return parts[1]


def inline_segments(path: Path, lines: Iterable[tuple[int, str]]) -> Iterator[Segment]:
    """Segments of a file in which each .SEGMENT stands before its strokes (UCI pendigits).

    The writer is the second number of the .COMMENT line behind the segment.
    """
    segment: Segment | None = None
    stroke: list[tuple[float, float]] | None = None
    for number, line in lines:
        if line.startswith(".SEGMENT"):
            if segment is not None:
                yield segment
            segment = Segment(_label(path, number, line), writer="")
        elif line.startswith(".COMMENT") and segment is not None and not segment.writer:
            segment.writer = [*line.split(), "", "", ""][2]
        elif line.startswith(".PEN_DOWN"):
            stroke = []
        elif line.startswith(".PEN_UP"):
            if segment is not None and stroke:
                segment.strokes.append(np.array(stroke, np.float32))
            stroke = None
        elif stroke is not None and line.strip() and not line.startswith("."):
            stroke.append(_point(path, number, line))
    if segment is not None:
        yield segment


def original_segments(path: Path, include_root: Path) -> tuple[list[Segment], Counter[str]]:
    """Segments of an original UNIPEN segment file, and the included files that are not at hand, counted.

    `30-33` in a segment means the components 30 to 33, counted over the pen downs of the included files from 0.
    Raises DataError where a line is damaged or a segment names components that do not exist.
    """
    components: list[tuple[Points, str]] = []
    segments: list[Segment] = []
    absent: Counter[str] = Counter()
    wanted: list[tuple[int, str, str]] = []
    for number, line in _lines(path):
        if line.startswith(".INCLUDE"):
            name = line.split(maxsplit=1)[1].strip()
            target = include_root / name
            if not target.is_file():
                absent[name] += 1
                continue
            found, writer = _pen_file(target, include_root, absent)
            components.extend((stroke, writer) for stroke in found)
        elif line.startswith(".SEGMENT"):
            parts = line.split()
            if len(parts) < 3:
                raise DataError(f"{path}, line {number}: expected .SEGMENT kind components quality label")
            wanted.append((number, parts[2], _label(path, number, line)))
    for number, ranges, label in wanted:
        segment = Segment(label, writer="")
        for index in _component_numbers(path, number, ranges):
            if index >= len(components):
                raise DataError(f"{path}, line {number}: component {index} of {len(components)} that were read")
            stroke, segment.writer = components[index]
            segment.strokes.append(stroke)
        segments.append(segment)
    return segments, absent


def _pen_file(path: Path, include_root: Path, absent: Counter[str]) -> tuple[list[Points], str]:
    strokes: list[Points] = []
    writer = ""
    stroke: list[tuple[float, float]] | None = None
    for number, line in _lines(path):
        if line.startswith(".INCLUDE"):
            name = line.split(maxsplit=1)[1].strip()
            if not (include_root / name).is_file():
                absent[name] += 1
        elif line.startswith(".WRITER_ID"):
            writer = [*line.split(), ""][1]
        elif line.startswith(".PEN_DOWN"):
            stroke = []
        elif line.startswith(".PEN_UP"):
            if stroke is not None:
                strokes.append(np.array(stroke, np.float32).reshape(-1, 2))
            stroke = None
        elif stroke is not None and line.strip() and not line.startswith("."):
            stroke.append(_point(path, number, line))
    return strokes, writer


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
