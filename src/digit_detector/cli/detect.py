"""`digit-detector detect`: detect objects in pictures and folders; print JSON, CSV or a table.

Results are written as they come, in the order of the pictures. Memory does not grow with their number, except for the
names of files in `--save-dir` and the rows of a table.
"""

import argparse
import csv
import json
import os
import sys
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final, NamedTuple

from PIL import Image
from tqdm import tqdm

from digit_detector.detect.backends import BACKENDS, DEVICES
from digit_detector.detect.detector import DEFAULT_THREADS, Detector
from digit_detector.detect.images import SUFFIXES, read_image
from digit_detector.errors import DigitDetectorError, ImageError, one_line
from digit_detector.show.listing import text_table
from digit_detector.show.render import draw_boxes, to_png

Entry = dict[str, Any]

PENDING_PER_WORKER: Final = 4
"""Pictures that wait for a worker or for their turn to be printed."""


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
    parser.add_argument(
        "--drawing",
        action="store_true",
        help="read grey drawings as the pages do: black on white, upright, no search for paper, lines or faint ink",
    )
    parser.add_argument("--save-dir", type=Path, metavar="DIR", help="also save each picture with its boxes here")
    parser.add_argument("--workers", type=_workers, default=1, metavar="N", help="processes (default: %(default)s)")
    parser.add_argument(
        "--shard", type=_shard, default=(1, 1), metavar="I/N", help="only every Nth picture, from the Ith of them on"
    )


def run(arguments: argparse.Namespace) -> int:
    """Detect in all pictures and print the results; return 1 if any of them could not be read or saved."""
    failed = False

    def entries() -> Iterator[Entry]:
        nonlocal failed
        for entry in _entries(arguments):
            failed |= "error" in entry
            yield entry

    _FORMATS[arguments.format](entries())
    return int(failed)


def _entries(arguments: argparse.Namespace) -> Iterator[Entry]:
    """Yield the entry of each picture, and save the picture; print errors on stderr."""
    inputs = [path.resolve() for path in arguments.paths]
    total = sum(1 for _ in _pictures(arguments)) if sys.stderr.isatty() else None  # only the bar needs to know
    with tqdm(total=total, unit="picture", disable=None if total != 1 else True) as progress:
        for picture, (entry, png) in _answers(arguments):
            try:
                if png is not None:
                    _save(png, picture.target, inputs)
            except DigitDetectorError as error:
                entry["error"] = str(error)
            if "error" in entry:
                tqdm.write(f"digit-detector: {one_line(entry['error'])}", file=sys.stderr)
            yield entry
            progress.update()


class _Picture(NamedTuple):
    path: Path
    target: Path
    """The file in --save-dir for the picture with its boxes; no two pictures have the same."""


def _pictures(arguments: argparse.Namespace) -> Iterator[_Picture]:
    """Yield the pictures of this shard. All shards see the same pictures in the same order, with the same targets."""
    return islice(_all_pictures(arguments), arguments.shard[0] - 1, None, arguments.shard[1])


def _all_pictures(arguments: argparse.Namespace) -> Iterator[_Picture]:
    folder: Path | None = arguments.save_dir
    targets: set[str] = set()
    for path in arguments.paths:
        for file in _files(path, folder and folder.resolve()):
            if folder is None:
                yield _Picture(file, Path())
                continue
            relative = file.relative_to(path) if file != path else Path(file.name or "picture")
            plain = folder / relative.with_suffix(".png")
            target, number = plain, 2
            while str(target) in targets:
                target, number = plain.with_stem(f"{plain.stem}-{number}"), number + 1
            targets.add(str(target))
            yield _Picture(file, target)


def _files(path: Path, left_out: Path | None) -> Iterator[Path]:
    """Yield the pictures below a folder; a path without pictures below it yields itself, for `_answer` to judge."""
    files = _walk(path, left_out) if os.path.isdir(path) else iter(())  # noqa: PTH112  Path.is_dir raises for too long a name
    yield next(files, path)
    yield from files


def _walk(folder: Path, left_out: Path | None) -> Iterator[Path]:
    """Yield the pictures below a folder in a fixed order, with one folder's names in memory at each level.

    `left_out` is a folder within, where the results are saved, resolved.
    """
    entries: list[os.DirEntry[str]] = []
    with suppress(PermissionError), os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if left_out is None or entry.name != left_out.name or (folder / entry.name).resolve() != left_out:
                yield from _walk(folder / entry.name, left_out)
        elif Path(entry.name).suffix.lower() in SUFFIXES and entry.is_file():
            yield folder / entry.name


def _answers(arguments: argparse.Namespace) -> Iterator[tuple[_Picture, "_Answer"]]:
    """Yield every picture with its answer, in order, by this process or by a pool of workers."""
    pictures, workers = _pictures(arguments), arguments.workers
    # One thread for each of several workers: the cores are busy with other pictures.
    _start(arguments, DEFAULT_THREADS if workers == 1 else 1)  # fails here, where the error is one line
    if workers == 1:
        for picture in pictures:
            yield picture, _answer(picture.path, arguments)
        return
    pending: deque[tuple[_Picture, Future[_Answer]]] = deque()
    # Forked, a child would hang in locks that the backend's threads hold.
    try:
        with ProcessPoolExecutor(workers, get_context("spawn"), _start, (arguments, 1)) as pool:
            for picture in pictures:
                pending.append((picture, pool.submit(_answer, picture.path, arguments)))
                if len(pending) >= PENDING_PER_WORKER * workers:
                    first, future = pending.popleft()
                    yield first, future.result()
            for rest, future in pending:
                yield rest, future.result()
    except BrokenProcessPool as error:
        raise DigitDetectorError("a worker was ended, as the system does without memory: use fewer workers") from error


_Answer = tuple[Entry, bytes | None]
"""A picture's entry, and with --save-dir the PNG file with its boxes."""

_detector: Detector
"""The one of this process, which `_start` loads: a pool hands its tasks nothing else."""


def _start(arguments: argparse.Namespace, threads: int) -> None:
    global _detector  # noqa: PLW0603
    _detector = Detector.load(arguments.weights, arguments.device, arguments.runtime, threads)


def _answer(path: Path, arguments: argparse.Namespace) -> _Answer:
    """Return the detections in a picture, or the error of one that cannot be read."""
    entry: Entry = {"file": str(path)}
    with warnings.catch_warnings():
        # read_image reports errors in one line; Pillow's warnings would repeat them.
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            if os.path.isdir(path):  # noqa: PTH112
                raise ImageError(f"{path} holds no pictures: name another folder, or a picture")
            image = read_image(path)
            if not arguments.drawing:
                prediction = _detector.predict(image)
            elif image.ndim == 2:
                prediction = _detector.predict_ink(255 - image)
            else:
                raise ImageError(f"{path} has colours: --drawing is for the drawing.png of a page's report")
        except ImageError as error:
            return entry | {"error": str(error)}, None
        found = prediction.detections(arguments.score_threshold, arguments.iou_threshold)
        png = None if arguments.save_dir is None else to_png(draw_boxes(image, found))
        return entry | found.to_json(), png


def _save(png: bytes, target: Path, inputs: Sequence[Path]) -> None:
    """Write a picture with its boxes, but over none of the pictures that are read."""
    try:
        resolved = target.resolve()
        if target.exists() and not {resolved, *resolved.parents}.isdisjoint(inputs):
            raise DigitDetectorError(f"saving would overwrite {target}: choose another --save-dir")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(png)
    except OSError as error:
        raise DigitDetectorError(f"{target} cannot be written ({error.strerror}): choose another --save-dir") from error


def _print_json(entries: Iterator[Entry]) -> None:
    before = "[\n"
    for entry in entries:
        print(before + json.dumps(entry), end="", flush=True)
        before = ",\n"
    print("\n]" if before == ",\n" else "[]")


def _print_ndjson(entries: Iterator[Entry]) -> None:
    for entry in entries:
        print(json.dumps(entry), flush=True)


def _print_csv(entries: Iterator[Entry]) -> None:
    """Print a row per object; a picture without objects has a row without label."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    first = list(islice(entries, 1))  # stdout stays empty if detection cannot start
    writer.writerow(("file", "width", "height", "label", "score", "x0", "y0", "x1", "y1", "error"))
    for entry in chain(first, entries):
        for found in entry.get("detections") or [None]:
            values = [None] * 6 if found is None else [found["label"], found["score"], *found["box"]]
            writer.writerow([entry["file"], entry.get("width"), entry.get("height"), *values, entry.get("error")])
        sys.stdout.flush()


def _print_table(entries: Iterator[Entry]) -> None:
    """Print aligned columns, and so only once every row is known."""
    rows = [("file", "label", "score", "box")]
    for entry in entries:
        if "error" in entry:
            rows.append((entry["file"], "error", "", entry["error"]))
        for found in entry.get("detections", []):
            box = " ".join(f"{edge:.0f}" for edge in found["box"])
            rows.append((entry["file"], found["label"], f"{found['score']:.2f}", box))
    print(text_table(rows, left=range(4)))


_FORMATS: Final[dict[str, Callable[[Iterator[Entry]], None]]] = {
    "json": _print_json,
    "ndjson": _print_ndjson,
    "csv": _print_csv,
    "table": _print_table,
}


def _fraction(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 1")
    return value


def _workers(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of processes: give 1 or more")
    return int(text)


def _shard(text: str) -> tuple[int, int]:
    number, _, count = text.partition("/")
    if not (number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise argparse.ArgumentTypeError(f"{text!r} is no shard: give I/N with I from 1 to N, such as 1/4")
    return int(number), int(count)
