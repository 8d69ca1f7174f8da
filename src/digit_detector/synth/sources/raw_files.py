"""Read the file formats in which the public sets are published: text and JSON lines, IDX, and one npz of rasters."""

import gzip
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from digit_detector.errors import DataError

_REMEDY: Final = "`digit-detector data fetch` downloads the public drawings"


def open_rows(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines of a text file, gzipped or not, with their numbers from 1.

    Raises DataError if the file is missing or damaged.
    """
    try:
        opener: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8") as lines:
            yield from enumerate(lines, start=1)
    except FileNotFoundError:
        raise DataError(f"{path}: no such file; {_REMEDY}") from None
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise DataError(f"{path}: damaged, expected text lines ({error})") from error


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
    try:
        with gzip.open(path, "rb") as file:
            content = file.read()
    except FileNotFoundError:
        raise DataError(f"{path}: no such file; {_REMEDY}") from None
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: damaged, expected gzipped IDX ({error})") from error
    header = 4 + 4 * dimensions
    if content[:4] != bytes((0, 0, 8, dimensions)) or len(content) < header:
        raise DataError(f"{path}: damaged, expected IDX of unsigned bytes in {dimensions} dimensions")
    shape = np.frombuffer(content, ">u4", dimensions, offset=4).astype(int)
    if len(content) - header != shape.prod():
        raise DataError(f"{path}: damaged, expected {shape.prod():,} values, found {len(content) - header:,}")
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)


def canvas_pictures(path: Path) -> tuple[NDArray[np.uint8], NDArray[Any], NDArray[Any]]:
    """Read the mouse-drawn digits (N, 28, 28), ink bright, with their labels (N,) and writers (N,)."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            images, labels, writers = arrays["x"], arrays["y"], arrays["src"]
            if not len(images) == len(labels) == len(writers):
                raise ValueError(f"{len(images)} pictures, {len(labels)} labels, {len(writers)} writers")
    except FileNotFoundError:
        raise DataError(f"{path}: no such file") from None
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise DataError(f"{path}: damaged, expected arrays x, y and src ({error})") from error
    return 255 - images, labels, writers
