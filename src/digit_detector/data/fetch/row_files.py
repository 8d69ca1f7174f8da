"""Write the files of the data root: gzipped ndjson, each complete or absent."""

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from digit_detector.errors import DataError


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write rows as gzipped ndjson, and return their number; equal rows give equal files."""
    count = 0
    with atomic(path) as partial, partial.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as file:
        for count, row in enumerate(rows, start=1):  # noqa: B007 - the last number is the rows' count
            file.write(json.dumps(row, separators=(",", ":")).encode() + b"\n")
    return count


def parse_row(line: bytes, required: tuple[str, ...], place: str) -> dict[str, Any]:
    """Parse a line as a JSON object; raise DataError, which begins with `place`, if a required key is missing."""
    try:
        row = json.loads(line)
    except ValueError as error:
        raise DataError(f"{place}: expected a JSON object ({error})") from error
    if not isinstance(row, dict) or not row.keys() >= set(required):
        raise DataError(f"{place}: expected a JSON object with {', '.join(required)}")
    return row


@contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """Provide a file to write, which replaces `path` at the end; raise DataError if that fails."""
    partial = path.with_name(f"{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        partial.replace(path)
    except OSError as error:
        raise DataError(f"{path} cannot be written ({error.strerror}): free disk space, and run it again") from error
    finally:
        partial.unlink(missing_ok=True)
