"""Files that are there when they are whole: gzipped rows of JSON, the form in which `ink` reads strokes, and others."""

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from digit_detector.errors import DataError


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    """Writes the rows, gzipped, and returns their number; equal rows give equal files."""
    count = 0
    with whole(path) as partial, partial.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as file:
        for count, row in enumerate(rows, start=1):  # noqa: B007 - the last number is the rows' count
            file.write(json.dumps(row, separators=(",", ":")).encode() + b"\n")
    return count


def row_of(line: bytes, required: tuple[str, ...], where: str) -> dict[str, Any]:
    """The JSON object of a line; DataError where it is none, or lacks what is required."""
    try:
        row = json.loads(line)
    except ValueError as error:
        raise DataError(f"{where}: expected a JSON object ({error})") from error
    if not isinstance(row, dict) or not row.keys() >= set(required):
        raise DataError(f"{where}: expected a JSON object with {', '.join(required)}")
    return row


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A file to write, which takes the place of `path` when all is written. Raises DataError where that fails."""
    partial = path.with_name(f"{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        partial.replace(path)
    except OSError as error:
        raise DataError(f"{path} cannot be written ({error.strerror}): make room, and run the command again") from error
    finally:
        partial.unlink(missing_ok=True)
