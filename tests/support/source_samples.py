"""Write tiny samples in the format of every source, since the public data is not part of the project."""

import gzip
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WRITERS = [f"writer{number}" for number in range(40)]
"""Enough that each split has some of them."""

CIRCLE = [
    [round(50 + 40 * np.cos(t)) for t in np.linspace(0, 6.2, 30)],
    [round(60 * np.sin(t)) for t in np.linspace(0, 6.2, 30)],
]
BAR = [[10, 12, 11], [0, 50, 100]]


def write_all(root: Path) -> Path:
    """Write a data root with a few rows of every source, and every class in every split."""
    _rows(
        root / "unipen/unipen_1a.ndjson.gz",
        [
            {"label": str(digit), "writer": writer, "strokes": [CIRCLE, BAR]}
            for writer in WRITERS
            for digit in range(10)
        ],
    )
    for part, labels in (("1b", "AO"), ("1c", "hel"), ("1d", "#|+=-")):
        _rows(
            root / f"unipen/unipen_{part}.ndjson.gz",
            [{"label": label, "writer": writer, "strokes": [BAR, CIRCLE]} for writer in WRITERS for label in labels],
        )
    doodles = [
        {"word": word, "key_id": f"{word}{number}", "drawing": [[*CIRCLE, [0] * 30], BAR]}
        for word in ("cat", "circle")
        for number in range(40)
    ]
    _rows(root / "quickdraw/drawings.ndjson.gz", doodles)
    _rows(root / "quickdraw/drawings_more.ndjson.gz", [])
    rude = [{"word": "penis", "key_id": number, "drawing": [BAR, CIRCLE]} for number in range(40)]
    _rows(root / "moniker/censored-simplified.ndjson.gz", rude)
    write_pendigits(root / "pendigits/pendigits-orig.tra.gz")
    pictures = np.stack([seven()] * 12)
    write_mnist(root / "mnist", pictures, np.full(12, 7, np.uint8))
    (root / "canvas-rasters").mkdir(parents=True)
    np.savez(
        root / "canvas-rasters/canvas_28x28.npz",
        x=255 - pictures,
        y=np.full(12, 7, np.uint8),
        src=np.array(WRITERS[:12]),
    )
    return root


def seven() -> NDArray[np.uint8]:
    """Return a 28x28 raster of a 7, ink bright."""
    picture = np.zeros((28, 28), np.uint8)
    picture[5:8, 7:21] = 255
    for row in range(8, 24):
        column = 20 - (row - 8) // 2
        picture[row, column - 2 : column + 1] = 255
    return picture


def write_mnist(folder: Path, pictures: NDArray[np.uint8], labels: NDArray[np.uint8]) -> None:
    """Write MNIST's IDX files."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "train-images-idx3-ubyte.gz").write_bytes(packed_idx(pictures))
    (folder / "train-labels-idx1-ubyte.gz").write_bytes(packed_idx(labels))


def packed_idx(array: NDArray[np.uint8]) -> bytes:
    """Return an IDX file, compressed."""
    header = bytes((0, 0, 8, array.ndim)) + np.array(array.shape, ">u4").tobytes()
    return gzip.compress(header + array.tobytes(), mtime=0)


def write_pendigits(path: Path) -> None:
    """Write UNIPEN text with inline segments, y up: a 1 by writer 12, a 7 of two strokes by writer 3."""
    text = """.INCLUDE        dene.doc
.LEXICON "0" "1"
.SEGMENT DIGIT    0 ? "1"
.COMMENT 1 12  224
.PEN_DOWN
 10 100
 10 0
.PEN_UP
.DT 100
.SEGMENT DIGIT    1 ? "7"
.COMMENT 7 3  12
.PEN_DOWN
 0 100
 50 100
 20 0
.PEN_UP
.DT 100
.PEN_DOWN
 10 50
 40 50
.PEN_UP
"""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode()))


def _rows(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(lines(rows)))


def lines(rows: list[dict[str, object]]) -> bytes:
    """Return JSON objects, one to a line."""
    return "".join(json.dumps(row) + "\n" for row in rows).encode()
