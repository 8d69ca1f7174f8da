"""`digit-detector detect`: detect objects in pictures and folders; print JSON, CSV or a table."""

import argparse
import contextlib
import csv
import io
import json
import os
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from digit_detector.detect.backends import BACKENDS, DEVICES
from digit_detector.detect.detector import Detector
from digit_detector.detect.images import SUFFIXES, Pixels, read_image
from digit_detector.errors import DigitDetectorError, ImageError
from digit_detector.show.render import draw_boxes, to_png
from digit_detector.show.text_table import text_table

Entry = dict[str, Any]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `detect`."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a picture, or a folder of pictures")
    parser.add_argument("--score-threshold", type=_fraction, metavar="T", help="minimum score (0 to 1)")
    parser.add_argument(
        "--iou-threshold", type=_fraction, metavar="I", help="IoU above which the lower-scoring box is dropped (0 to 1)"
    )
    parser.add_argument("--device", choices=("auto", *DEVICES), default="auto")
    parser.add_argument("--runtime", choices=("auto", *BACKENDS), default="auto")
    parser.add_argument(
        "--weights", type=Path, metavar="FILE", help=".onnx or .safetensors (default: the bundled weights)"
    )
    parser.add_argument("--format", choices=tuple(_FORMATS), default="json")
    parser.add_argument("--save-dir", type=Path, metavar="DIR", help="also save each picture with its boxes here")


def run(arguments: argparse.Namespace) -> int:
    """Detect in all pictures and print the results; return 1 if any of them could not be read or saved."""
    detector = Detector.load(arguments.weights, arguments.device, arguments.runtime)
    pictures = [picture for path in arguments.paths for picture in _pictures(path)]
    targets = None if arguments.save_dir is None else _Targets(arguments.save_dir, (path for path, _ in pictures))
    progress = _Progress(len(pictures))
    entries: list[Entry] = []
    with warnings.catch_warnings():
        # read_image reports errors in one line; Pillow's warnings would repeat them.
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        for path, relative in pictures:
            entry: Entry = {"file": str(path)}
            try:
                image = _read(path)
                found = detector.detect(image, arguments.score_threshold, arguments.iou_threshold)
                entry |= found.to_json()
                if targets is not None:
                    targets.save(to_png(draw_boxes(image, found)), relative)
            except (ImageError, _SaveError) as error:
                progress.print(str(error))
                entry["error"] = str(error)
            entries.append(entry)
            progress.step()
    print(_FORMATS[arguments.format](entries))
    return int(any("error" in entry for entry in entries))


def _pictures(path: Path) -> Iterator[tuple[Path, Path]]:
    """Yield each picture with its path below the given folder; a path without pictures below it yields itself."""
    try:
        inside = sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
    except OSError:  # for instance a name that is too long: read_image reports it
        inside = []
    if not inside:
        yield path, Path(path.name)
    for file in inside:
        yield file, file.relative_to(path)


def _read(path: Path) -> Pixels:
    if os.path.isdir(path):  # noqa: PTH112  Path.is_dir raises where a name is too long
        raise ImageError(f"{path} holds no pictures: name another folder, or a picture")
    return read_image(path)


class _SaveError(DigitDetectorError):
    """A picture with boxes that cannot be saved."""


class _Targets:
    """Paths for the pictures with boxes: never the same twice, never an input picture."""

    def __init__(self, folder: Path, sources: Iterable[Path]) -> None:
        self._folder = folder
        self._sources: dict[tuple[int, int], Path] = {}
        self._taken: set[Path] = set()
        for path in sources:
            with contextlib.suppress(OSError):  # it does not exist, so nothing can overwrite it
                self._sources[_file(path)] = path

    def save(self, png: bytes, relative: Path) -> None:
        plain = self._folder / relative.with_suffix(".png")
        target, number = plain, 2
        while target in self._taken:
            target, number = plain.with_stem(f"{plain.stem}-{number}"), number + 1
        try:
            if target.exists() and (source := self._sources.get(_file(target))):
                raise _SaveError(f"saving into {self._folder} would overwrite {source}: choose another --save-dir")
            self._taken.add(target)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(png)
        except OSError as error:
            raise _SaveError(f"{target} cannot be written ({error.strerror}): choose another --save-dir") from error


def _file(path: Path) -> tuple[int, int]:
    """Identify a file, whatever its path."""
    facts = path.stat()
    return facts.st_dev, facts.st_ino


class _Progress:
    """A progress bar on stderr, on terminals only, with messages above it."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._shown = sys.stderr.isatty() and total > 1

    def step(self) -> None:
        self._done += 1
        if self._shown:
            bar = "#" * (30 * self._done // self._total)
            end = "\n" if self._done == self._total else ""
            sys.stderr.write(f"\r[{bar:<30}] {self._done}/{self._total}{end}")
            sys.stderr.flush()

    def print(self, message: str) -> None:
        clear = "\r\x1b[K" if self._shown else ""
        print(f"{clear}digit-detector: {' '.join(message.split())}", file=sys.stderr)


def _as_json(entries: Sequence[Entry]) -> str:
    return "[\n" + ",\n".join(map(json.dumps, entries)) + "\n]"


def _as_csv(entries: Sequence[Entry]) -> str:
    """One row per object; a picture without objects has a row without label."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["file", "width", "height", "label", "score", "x0", "y0", "x1", "y1", "error"])
    for entry in entries:
        start = [entry["file"], entry.get("width"), entry.get("height")]
        for found in entry.get("detections") or [None]:
            values = [None] * 6 if found is None else [found["label"], found["score"], *found["box"]]
            writer.writerow([*start, *values, entry.get("error")])
    return buffer.getvalue().rstrip("\n")


def _as_table(entries: Sequence[Entry]) -> str:
    rows = [("file", "label", "score", "box")]
    for entry in entries:
        if "error" in entry:
            rows.append((entry["file"], "error", "", entry["error"]))
        for found in entry.get("detections", []):
            box = " ".join(f"{edge:.0f}" for edge in found["box"])
            rows.append((entry["file"], found["label"], f"{found['score']:.2f}", box))
    return text_table(rows, left=range(4))


_FORMATS = {"json": _as_json, "csv": _as_csv, "table": _as_table}


def _fraction(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 1")
    return value
