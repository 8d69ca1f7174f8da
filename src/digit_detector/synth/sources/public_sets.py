"""Read the public sets of pen strokes and rasters into sketches.

| source | form | to cite |
|---|---|---|
| unipen | ndjson rows | Guyon et al. 1994; Zenodo 10.5281/zenodo.1195803 |
| pendigits | UNIPEN text | Alpaydin & Alimoglu 1996, UCI, CC BY 4.0 |
| mnist | IDX | LeCun et al. 1998, CC BY-SA 3.0 |
| canvas | npz of 28x28 rasters drawn by mouse | seven small public sets |
| quickdraw | ndjson rows | Quick, Draw!, Google, CC BY 4.0 |
| moniker | ndjson rows in Quick, Draw!'s simplified form | Moniker, CC BY 4.0 |

A missing or damaged file is a DataError. A row that cannot be used is counted by its reason, and a source with more
unusable rows than usable ones is a DataError too.
"""

import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from digit_detector.classes import DIGITS
from digit_detector.errors import DataError
from digit_detector.synth.sources import curation, raw_files
from digit_detector.synth.sources import vectorize as raster
from digit_detector.synth.splits import Split, split_of
from digit_detector.synth.strokes import Points, Sketch

DATA_ROOT_VARIABLE: Final = "DIGIT_DETECTOR_DATA"

_log = logging.getLogger("digit_detector")


def data_root(folder: str | Path | None = None) -> Path:
    """Return the folder of the public sets: `folder`, or the environment variable DIGIT_DETECTOR_DATA.

    Raises DataError if neither is set or the folder does not exist.
    """
    chosen = folder or os.environ.get(DATA_ROOT_VARIABLE)
    if not chosen:
        raise DataError(
            f"no data folder: set {DATA_ROOT_VARIABLE}, or give --data-root (fit and validate: --data.data_root)"
        )
    root = Path(chosen)
    if not root.is_dir():
        raise DataError(f"{root}: no such data folder; name another by {DATA_ROOT_VARIABLE} or --data-root")
    return root


@dataclass
class Report:
    """Count the sketches that were read, and the rows that were not, by source and reason."""

    kept: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    """Rows left out on purpose: look-alikes, label fixes, duplicates, and parts that are not installed."""
    unusable: Counter[str] = field(default_factory=Counter)
    """Rows whose ink raised an error, such as malformed strokes."""

    def __str__(self) -> str:
        counts = [("read", self.kept), ("left out", self.left_out), ("unusable", self.unusable)]
        return "; ".join(f"{title}: {_listed(counter)}" for title, counter in counts if counter) or "read: none"


def _listed(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counter.items()))


class Reader:
    """Read the sources of one split below one folder; `report` counts what was kept, left out and unusable."""

    def __init__(self, root: Path, split: Split) -> None:
        self.root = root
        self.split = split
        self.report = Report()

    def read(self, sources: tuple[str, ...]) -> list[Sketch]:
        """Read the sketches of the named sources (see READERS), and log the report.

        Raises DataError for an unknown source, a missing or damaged file, and a source that is mostly unusable.
        """
        unknown = sorted(set(sources) - set(READERS))
        if unknown:
            raise DataError(f"unknown source {', '.join(unknown)}; there are {', '.join(READERS)}")
        sketches = [sketch for source in sources for sketch in self._read_source(source)]
        _log.info("%s split of %s: %s", self.split, self.root, self.report)
        return sketches

    def _read_source(self, name: str) -> list[Sketch]:
        before = self.report.unusable.copy()
        sketches = list(READERS[name](self))
        errors = self.report.unusable - before
        failed = errors.total()
        if failed > len(sketches):
            reasons = ", ".join(f"{reason} ({count:,})" for reason, count in errors.most_common(5))
            raise DataError(
                f"{self.root}: {failed:,} of {failed + len(sketches):,} {self.split} rows of {name} are unusable "
                f"({reasons}); replace its files, or leave the source out"
            )
        return sketches

    def _convert(
        self,
        source: str,
        writer: str,
        label: str,
        name: str,
        ink: Any,
        *,
        key: str,
        trace: Callable[[Any], list[Points]],
        filled: bool = False,
    ) -> Iterator[Sketch]:
        """Yield the row's sketch if it is usable and in this split; `trace` converts the source's `ink` to strokes."""
        if split_of(source, writer) != self.split:
            return
        if key in curation.CROSS_SPLIT_DUPLICATES:
            self.report.left_out[f"{source}: duplicate in another split"] += 1
            return
        # The benchmark is frozen, and was reviewed separately.
        correct = label if self.split == "benchmark" else curation.correct_label(key, label)
        if correct is None:
            self.report.left_out[f"{source}: label issue"] += 1
            return
        if correct != label:
            label = name = correct
        try:
            sketch = Sketch.from_strokes(
                trace(ink), label=label, name=name, writer=writer, source=source, key=key, filled=filled
            )
        except (ValueError, TypeError, LookupError) as error:
            reason = error if isinstance(error, ValueError) else "malformed strokes"
            self.report.unusable[f"{source}: {reason}"] += 1
            return
        self.report.kept[source] += 1
        yield sketch

    def _unipen(self, part: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the key and the row of each drawing of a part."""
        path = self.root / f"unipen/unipen_{part}.ndjson.gz"
        for number, row in raw_files.json_rows(path, ("label", "writer", "strokes")):
            yield f"{part}/{row.get('key', number)}", row

    def unipen_digits(self) -> Iterator[Sketch]:
        """Read UNIPEN 1a: isolated digits."""
        for key, row in self._unipen("1a"):
            label = row["label"]
            if label not in DIGITS:
                self.report.left_out["unipen: not a digit"] += 1
                continue
            yield from self._convert("unipen", row["writer"], label, label, row["strokes"], key=key, trace=_strokes)

    def unipen_signs(self, *, resembling: bool) -> Iterator[Sketch]:
        """Read UNIPEN 1b, 1c and 1d: the capitals, small letters and symbols that resemble a digit, or the others."""
        for key, row in (pair for part in ("1b", "1c", "1d") for pair in self._unipen(part)):
            name = raw_files.unescape_label(str(row["label"]))
            if curation.is_lookalike_sign(name) == resembling:
                writer, strokes = row["writer"], row["strokes"]
                yield from self._convert("unipen", writer, "other", name, strokes, key=key, trace=_strokes)
            elif not resembling:
                self.report.left_out["unipen: resembles a digit"] += 1

    def pendigits(self) -> Iterator[Sketch]:
        """Read Pen-Based Recognition of Handwritten Digits, in its original UNIPEN text."""
        path = self.root / "pendigits/pendigits-orig.tra.gz"
        for number, segment in enumerate(raw_files.inline_segments(path, raw_files.open_rows(path))):
            label, key = segment.label, f"pendigits/{number}"
            if label not in DIGITS:
                self.report.left_out["pendigits: not a digit"] += 1
                continue
            yield from self._convert("pendigits", segment.writer, label, label, segment.strokes, key=key, trace=list)

    def mnist(self) -> Iterator[Sketch]:
        """Read MNIST's training pictures: thin pens as centre lines; brushes and every second picture as outlines."""
        for index, (image, label) in enumerate(zip(*raw_files.mnist_pictures(self.root), strict=True)):
            filled = index % 2 == 0 or not raster.is_traceable(image)
            yield from self._raster("mnist", str(index), str(label), image, key=f"mnist/{index}", filled=filled)

    def canvas(self) -> Iterator[Sketch]:
        """Read 28x28 digits drawn by mouse: each as outlines, and thin ones as centre lines too."""
        path = self.root / "canvas-rasters/canvas_28x28.npz"
        if not path.parent.exists():
            self.report.left_out["canvas: no folder canvas-rasters, which cannot be fetched"] += 1
            return
        for index, (ink, label, writer) in enumerate(zip(*raw_files.canvas_pictures(path), strict=True)):
            for filled in (False, True) if raster.is_traceable(ink) else (True,):
                key = f"canvas/{index}{'/filled' if filled else ''}"
                yield from self._raster("canvas", str(writer), str(label), ink, key=key, filled=filled)

    def _raster(
        self, source: str, writer: str, label: str, image: NDArray[np.uint8], *, key: str, filled: bool
    ) -> Iterator[Sketch]:
        trace = raster.outlines if filled else raster.centre_lines
        yield from self._convert(source, writer, label, label, image, key=key, trace=trace, filled=filled)

    def quickdraw(self) -> Iterator[Sketch]:
        """Read Quick, Draw!'s doodles, without those that resemble a digit."""
        parts = sorted((self.root / "quickdraw").glob("drawings*.ndjson.gz"))
        for path in parts or [self.root / "quickdraw/drawings.ndjson.gz"]:
            yield from self._doodles("quickdraw", path, "other")

    def moniker(self) -> Iterator[Sketch]:
        """Read Moniker's rude doodles."""
        yield from self._doodles("moniker", self.root / "moniker/censored-simplified.ndjson.gz", "censored")

    def _doodles(self, source: str, path: Path, label: str) -> Iterator[Sketch]:
        for _, row in raw_files.json_rows(path, ("word", "key_id", "drawing")):
            if row["word"] in curation.LOOKALIKE_DOODLES:
                self.report.left_out[f"{source}: resembles a digit"] += 1
                continue
            writer, key = str(row["key_id"]), f"{source}/{row['key_id']}"
            yield from self._convert(source, writer, label, row["word"], row["drawing"], key=key, trace=_strokes)


READERS: Final[dict[str, Callable[[Reader], Iterator[Sketch]]]] = {
    "unipen-digits": Reader.unipen_digits,
    "unipen-letters": partial(Reader.unipen_signs, resembling=False),
    "unipen-lookalikes": partial(Reader.unipen_signs, resembling=True),  # for words and sums
    "pendigits": Reader.pendigits,
    "mnist": Reader.mnist,
    "canvas": Reader.canvas,
    "quickdraw": Reader.quickdraw,
    "moniker": Reader.moniker,
}
"""Every source by the name that configurations use."""

TRAINED_ON: Final = tuple(name for name in READERS if name != "unipen-lookalikes")
"""The sources of drawings that have a class even alone."""

SCENES_OF: Final = tuple(READERS)
"""The sources of scenes."""


def _strokes(row: list[Any]) -> list[Points]:
    """Convert strokes [[x..], [y..], (time..)] to arrays (n, 2).

    Raises ValueError, TypeError or LookupError if they are malformed.
    """
    return [np.array([stroke[0], stroke[1]], np.float32).T for stroke in row]
