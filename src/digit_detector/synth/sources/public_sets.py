"""Public sets of pen strokes and rasters, each read into typed drawings.

| source | form | to cite |
|---|---|---|
| unipen | ndjson rows, or the original segment and pen files | Guyon et al. 1994; Zenodo 10.5281/zenodo.1195803 |
| pendigits | UNIPEN text | Alpaydin & Alimoglu 1996, UCI, CC BY 4.0 |
| mnist | IDX | LeCun et al. 1998, CC BY-SA 3.0 |
| canvas | npz of 28x28 rasters drawn by mouse | seven small public sets |
| quickdraw | ndjson rows | Quick, Draw!, Google, CC BY 4.0 |
| moniker | ndjson rows in Quick, Draw!'s simplified form | Moniker, CC BY 4.0 |

A row that cannot be used is counted with its reason; a file that is missing or damaged is a DataError.
"""

import gzip
import json
import os
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from digit_detector.classes import DIGITS
from digit_detector.errors import DataError
from digit_detector.synth.sources import lookalikes
from digit_detector.synth.sources import unipen_format as unipen
from digit_detector.synth.sources import vectorize as raster
from digit_detector.synth.sources.duplicates import TWINS
from digit_detector.synth.sources.label_fixes import right_label
from digit_detector.synth.splits import Split, split_of
from digit_detector.synth.strokes import Points, Sketch

DATA_ROOT_VARIABLE: Final = "DIGIT_DETECTOR_DATA"

_REMEDY: Final = "`digit-detector data fetch` brings the public drawings"


@dataclass
class Report:
    """What reading the sources gave: drawings kept and rows left out, each by source and reason."""

    kept: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        kept = ", ".join(f"{source} {count:,}" for source, count in sorted(self.kept.items()))
        left_out = ", ".join(f"{reason} {count:,}" for reason, count in sorted(self.left_out.items()))
        return f"drawings: {kept or 'none'}; left out: {left_out or 'none'}"


def data_root(given: str | Path | None = None) -> Path:
    """The folder of the public sets: `given`, or the environment variable DIGIT_DETECTOR_DATA.

    Raises DataError when neither is set or the folder does not exist.
    """
    chosen = given or os.environ.get(DATA_ROOT_VARIABLE)
    if not chosen:
        raise DataError(
            f"no data folder: set {DATA_ROOT_VARIABLE}, or give --data-root (fit and validate: --data.data_root)"
        )
    root = Path(chosen)
    if not root.is_dir():
        raise DataError(f"{root}: no such data folder; name another by {DATA_ROOT_VARIABLE} or --data-root")
    return root


def open_rows(path: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines of a text file, gzipped or not."""
    try:
        opener: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8") as lines:
            yield from enumerate(lines, start=1)
    except FileNotFoundError:
        raise DataError(f"{path}: no such file; {_REMEDY}") from None
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise DataError(f"{path}: damaged, expected text lines ({error})") from error


def _rows(path: Path, required: tuple[str, ...]) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in open_rows(path):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise DataError(f"{path}, line {number}: expected a JSON object ({error.msg})") from error
        missing = [key for key in required if not isinstance(row, dict) or key not in row]
        if missing:
            raise DataError(f"{path}, line {number}: expected a JSON object with {', '.join(missing)}")
        yield number, row


def unescaped(label: str) -> str:
    """A label of UNIPEN's, of which some rows keep the backslash before a quote."""
    return label.replace('\\"', '"').replace("\\\\", "\\")


def _strokes(row: list[Any]) -> list[Points]:
    """[[x..], [y..], (time..)] a stroke to (n, 2) arrays; ValueError or TypeError where that form is not met."""
    return [np.array([stroke[0], stroke[1]], np.float32).T for stroke in row]


class Reader:
    """Reads the sources of one split under one root, and keeps count."""

    def __init__(self, root: Path, split: Split) -> None:
        self.root = root
        self.split = split
        self.report = Report()

    def read(self, sources: tuple[str, ...]) -> list[Sketch]:
        """The drawings of the named sources (see READERS)."""
        unknown = sorted(set(sources) - set(READERS))
        if unknown:
            raise DataError(f"unknown source {', '.join(unknown)}; there are {', '.join(READERS)}")
        return [drawing for source in sources for drawing in READERS[source](self)]

    def _add(
        self,
        source: str,
        writer: str,
        label: str,
        name: str,
        ink: Any,
        *,
        key: str,
        trace: Callable[[Any], list[Points]] = _strokes,
        filled: bool = False,
    ) -> Iterator[Sketch]:
        """The drawing, if it is of this split and usable; `trace` makes strokes of the source's own `ink`."""
        if split_of(source, writer) != self.split:
            return
        if key in TWINS:
            self.report.left_out[f"{source}: the same ink as a drawing of another split"] += 1
            return
        # The suite is frozen, and was reviewed by itself.
        right = label if self.split == "suite" else right_label(key, label)
        if right is None:
            self.report.left_out[f"{source}: not as labelled"] += 1
            return
        if right != label:
            label = name = right
        try:
            drawing = Sketch.of(
                trace(ink), label=label, name=name, writer=writer, source=source, key=key, filled=filled
            )
        except (ValueError, TypeError, IndexError) as error:
            self.report.left_out[f"{source}: {error}"] += 1
            return
        self.report.kept[source] += 1
        yield drawing

    def unipen_digits(self) -> Iterator[Sketch]:
        """UNIPEN 1a: isolated digits."""
        for number, row in _rows(self.root / "unipen/unipen_1a.ndjson.gz", ("label", "writer", "strokes")):
            if row["label"] not in DIGITS:
                self.report.left_out["unipen: not a digit"] += 1
                continue
            key = f"1a/{row.get('key', number)}"
            yield from self._add("unipen", row["writer"], row["label"], row["label"], row["strokes"], key=key)

    def unipen_letters(self) -> Iterator[Sketch]:
        """UNIPEN 1b, 1c and 1d: capitals, small letters and symbols, but for those like a digit."""
        for part in ("1b", "1c", "1d"):
            for number, row in _rows(self.root / f"unipen/unipen_{part}.ndjson.gz", ("label", "writer", "strokes")):
                name = unescaped(str(row["label"]))
                if name in lookalikes.LETTERS or name in lookalikes.SYMBOLS:
                    self.report.left_out["unipen: like a digit"] += 1
                    continue
                key = f"{part}/{row.get('key', number)}"
                yield from self._add("unipen", row["writer"], "other", name, row["strokes"], key=key)

    def pendigits(self) -> Iterator[Sketch]:
        """Pen-Based Recognition of Handwritten Digits, the original UNIPEN text."""
        path = self.root / "pendigits/pendigits-orig.tra.gz"
        for number, segment in enumerate(unipen.inline_segments(path, open_rows(path))):
            if segment.label not in DIGITS:
                self.report.left_out["pendigits: not a digit"] += 1
                continue
            label, key = segment.label, f"pendigits/{number}"
            yield from self._add("pendigits", segment.writer, label, label, segment.strokes, key=key, trace=list)

    def unipen_original(self) -> Iterator[Sketch]:
        """Digits of UNIPEN as it was published: segment files, and the pen files that they include."""
        folder = self.root / "unipen/original-sample"
        files = sorted((folder / "data").rglob("*.dat"))
        if not files:
            raise DataError(f"{folder / 'data'}: no such file, expected UNIPEN segment files (*.dat)")
        for path in files:
            segments, absent = unipen.original_segments(path, folder / "include")
            if absent:
                self.report.left_out["unipen-original: included file not at hand"] += absent.total()
            for number, segment in enumerate(segments):
                if segment.label not in DIGITS:
                    self.report.left_out["unipen-original: not a digit"] += 1
                    continue
                key = f"{path.relative_to(folder)}/{number}"
                label, strokes = segment.label, segment.strokes
                yield from self._add("unipen-original", segment.writer, label, label, strokes, key=key, trace=list)

    def mnist(self) -> Iterator[Sketch]:
        """MNIST's training pictures: pen strokes along their centre lines; brushes and every second as outlines."""
        for index, (image, label) in enumerate(zip(*mnist_pictures(self.root), strict=True)):
            filled = index % 2 == 0 or not raster.is_traceable(image)
            yield from self._raster("mnist", str(index), str(label), image, key=f"mnist/{index}", filled=filled)

    def canvas(self) -> Iterator[Sketch]:
        """Digits drawn by mouse, black on white, 28x28; each as outlines, and where the pen was thin as strokes too."""
        path = self.root / "canvas-rasters/canvas_28x28.npz"
        if not path.parent.exists():
            self.report.left_out["canvas: no folder canvas-rasters, which cannot be fetched"] += 1
            return
        try:
            with np.load(path, allow_pickle=False) as arrays:
                images, labels, writers = arrays["x"], arrays["y"], arrays["src"]
                if not len(images) == len(labels) == len(writers):
                    raise ValueError(f"{len(images)} pictures, {len(labels)} labels, {len(writers)} writers")
        except FileNotFoundError:
            raise DataError(f"{path}: no such file") from None
        except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
            raise DataError(f"{path}: damaged, expected arrays x, y and src ({error})") from error
        for index, (image, label, writer) in enumerate(zip(images, labels, writers, strict=True)):
            ink = 255 - image
            for filled in (False, True) if raster.is_traceable(ink) else (True,):
                key = f"canvas/{index}{'/filled' if filled else ''}"
                yield from self._raster("canvas", str(writer), str(label), ink, key=key, filled=filled)

    def _raster(
        self, source: str, writer: str, label: str, image: NDArray[np.uint8], *, key: str, filled: bool
    ) -> Iterator[Sketch]:
        trace = raster.outlines if filled else raster.centre_lines
        yield from self._add(source, writer, label, label, image, key=key, trace=trace, filled=filled)

    def quickdraw(self) -> Iterator[Sketch]:
        """Quick, Draw!'s doodles, but for those like a digit."""
        parts = sorted((self.root / "quickdraw").glob("drawings*.ndjson.gz"))
        for path in parts or [self.root / "quickdraw/drawings.ndjson.gz"]:
            for _, row in _rows(path, ("word", "key_id", "drawing")):
                if row["word"] in lookalikes.DOODLES:
                    self.report.left_out["quickdraw: like a digit"] += 1
                    continue
                writer, key = str(row["key_id"]), f"quickdraw/{row['key_id']}"
                yield from self._add("quickdraw", writer, "other", row["word"], row["drawing"], key=key)

    def moniker(self) -> Iterator[Sketch]:
        """Moniker's rude doodles."""
        for _, row in _rows(self.root / "moniker/censored-simplified.ndjson.gz", ("word", "key_id", "drawing")):
            writer, key = str(row["key_id"]), f"moniker/{row['key_id']}"
            yield from self._add("moniker", writer, "censored", row["word"], row["drawing"], key=key)


READERS: Final[dict[str, Callable[[Reader], Iterator[Sketch]]]] = {
    "unipen-digits": Reader.unipen_digits,
    "unipen-letters": Reader.unipen_letters,
    "pendigits": Reader.pendigits,
    "mnist": Reader.mnist,
    "canvas": Reader.canvas,
    "quickdraw": Reader.quickdraw,
    "moniker": Reader.moniker,
    "unipen-original": Reader.unipen_original,
}
"""Every source by the name that configurations use."""

TRAINED_ON: Final = tuple(name for name in READERS if name != "unipen-original")
"""What is read where nothing else is said; the original UNIPEN files may repeat hands of the rows made from them."""


def mnist_pictures(root: Path) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """MNIST's training pictures (N, 28, 28), ink bright, and their labels (N,)."""
    images = _idx(root / "mnist/train-images-idx3-ubyte.gz", dimensions=3)
    labels = _idx(root / "mnist/train-labels-idx1-ubyte.gz", dimensions=1)
    if len(images) != len(labels):
        raise DataError(f"{root / 'mnist'}: {len(images)} pictures but {len(labels)} labels")
    return images, labels


def _idx(path: Path, dimensions: int) -> NDArray[np.uint8]:
    """An IDX file of unsigned bytes (LeCun's MNIST page): magic number, sizes, bytes."""
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
