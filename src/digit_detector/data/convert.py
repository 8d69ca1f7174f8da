"""`digit-detector data convert`: convert drawings between formats, or from and to the store."""

import argparse
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from tqdm import tqdm

from digit_detector.data.formats import AUTO, READERS, WRITERS, read_folder
from digit_detector.data.formats.drawings import check_size
from digit_detector.data.formats.read_report import MAX_LOST, Report
from digit_detector.drawing import Drawing
from digit_detector.errors import DataError

STORE: Final = "store"


def main(argv: Sequence[str]) -> int:
    """Convert drawings from one format, or the store, to another; return 1 if a row was invalid."""
    parser = argparse.ArgumentParser("digit-detector data convert", description=main.__doc__)
    parser.add_argument(
        "--from", dest="source", default=AUTO, choices=(AUTO, *READERS, STORE), help="%(default)s looks at the files"
    )
    parser.add_argument("--to", dest="target", required=True, choices=(*WRITERS, STORE))
    parser.add_argument("--store", metavar="URL", help="SQLite file or postgresql://…, for --from or --to store")
    parser.add_argument("--keep-going", action="store_true", help="skip pictures with an invalid row")
    parser.add_argument(
        "--allow-skips",
        action="store_true",
        help=f"accept the loss of more than {MAX_LOST:.0%}% of the pictures or objects",
    )
    parser.add_argument("folders", nargs="*", type=Path, metavar="IN OUT", help="folders; omit the store's")
    arguments = parser.parse_args(argv)
    formats = [name for name in (arguments.source, arguments.target) if name != STORE]
    if len(formats) == 2 and arguments.store:
        parser.error("--store belongs to --from store or --to store")
    if len(formats) < 2 and not arguments.store:
        parser.error("the store needs its address: --store URL")
    if not formats:
        parser.error("--from and --to are both the store: name a folder's format for one of them")
    if len(arguments.folders) != len(formats):
        parser.error(f"expected {len(formats)} folders to convert from {arguments.source} to {arguments.target}")
    start = arguments.store if arguments.source == STORE else arguments.folders[0]
    end = arguments.store if arguments.target == STORE else arguments.folders[-1]
    report = Report(keep_going=arguments.keep_going, allow_skips=arguments.allow_skips)
    summary = convert(arguments.source, start, arguments.target, end, report)
    for line in report.lines():
        print(line, file=sys.stderr)
    print(summary)
    return int(report.failed)


def convert(source: str, start: str | Path, target: str, end: str | Path, report: Report) -> str:
    """Convert drawings, and return a summary; nothing is written if there is an error.

    Args:
        source: format to read, or STORE.
        start: folder to read, or the store's address.
        target: format to write, or STORE.
        end: folder to write, which must be empty or missing, or the store's address.
        report: chooses what is an error.

    Raises DataError for invalid input, and StoreError if the store is not available.
    """
    drawings = _require_some(tqdm(read(source, start, report), unit=" drawings", disable=None), report, source, start)
    if target != STORE:
        _write(target, Path(end), drawings)
        return f"{report}: {start} -> {end}"
    from digit_detector.collect.store import Store

    checked = list(drawings)  # all of them, before the first one is stored
    known = Store(str(end)).keep_all(checked)
    for drawing_id in known:
        report.note("already in the store", drawing_id)
    return f"{report}: {start} -> {end}, {len(checked) - len(known):,} of them new"


def read(name: str, place: str | Path, report: Report | None = None) -> Iterator[Drawing]:
    """Yield the drawings of a folder in the format `name`, or those of the store if `name` is STORE."""
    report = report or Report()
    if name != STORE:
        yield from read_folder(name, Path(place), report)
        return
    from digit_detector.collect.store import Store

    for drawing in Store.existing(str(place)).drawings():
        with report.row(Path(place), drawing.id, objects=len(drawing.annotations)):
            check_size(drawing)
            yield report.count(drawing)
    report.finish(place)


def _require_some(drawings: Iterable[Drawing], report: Report, name: str, place: str | Path) -> Iterator[Drawing]:
    yield from drawings
    if not report.read["pictures"]:
        reasons = "".join(f"; {line}" for line in report.lines())
        raise DataError(f"{place}: no drawings found (read as {name}){reasons}")


def _write(name: str, target: Path, drawings: Iterable[Drawing]) -> None:
    """Write beside the target, and move the folder there when complete; existing files never change."""
    partial = target.with_name(f"{target.name}.partial")
    try:
        if target.exists() and any(target.iterdir()):
            raise DataError(f"{target} is not empty: name another folder")
        partial.mkdir(parents=True)
    except FileExistsError:
        raise DataError(f"{partial} is left over from an interrupted conversion: delete it") from None
    except OSError as error:
        raise DataError(f"{target} cannot be written ({error.strerror}): name another folder") from error
    try:
        WRITERS[name](partial, drawings)
        partial.replace(target)
    except OSError as error:
        raise DataError(f"{target} cannot be written ({error.strerror or error})") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
