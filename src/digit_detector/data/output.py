"""Write files that are complete or absent, and find out before the long work whether they can be written."""

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from digit_detector.errors import DataError


def prepare_output(path: Path) -> None:
    """Create the folder of an output file, and check that the file can be written; an existing file stays as it is.

    Raises DataError if it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        existed = path.exists()
        path.open("ab").close()
        if not existed:
            path.unlink()
    except OSError as error:
        raise DataError(f"{path} cannot be written ({error.strerror}): name another output") from error


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


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write rows as gzipped ndjson, and return their number; equal rows give equal files."""
    count = 0
    with atomic(path) as partial, partial.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as file:
        for count, row in enumerate(rows, start=1):  # noqa: B007 - the last number is the rows' count
            file.write(json.dumps(row, separators=(",", ":")).encode() + b"\n")
    return count
