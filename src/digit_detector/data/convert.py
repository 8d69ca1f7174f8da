"""Convert drawings between formats, or from and to the store."""

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from tqdm import tqdm

from digit_detector.data.formats import READERS, WRITERS, picture_files
from digit_detector.drawing import Drawing
from digit_detector.errors import DataError

STORE: Final = "store"


def read(name: str, place: str | Path) -> Iterator[Drawing]:
    """Yield the drawings of a folder in the format `name`, or those of the store if `name` is STORE."""
    if name == STORE:
        from digit_detector.collect.store import Store

        return Store.existing(str(place)).drawings()
    return READERS[name](Path(place))


def convert(source: str, start: str | Path, target: str, end: str | Path) -> str:
    """Convert all drawings or none, and return a summary.

    Args:
        source: format to read, or STORE.
        start: folder to read, or the store's address.
        target: format to write, or STORE.
        end: folder to write, which must be empty or missing, or the store's address.

    Raises DataError for invalid input, and StoreError if the store is not available.
    """
    counts: Counter[str] = Counter()
    drawings = _count(tqdm(read(source, start), unit=" drawings", disable=None), counts, source, start)
    note = ""
    if target == STORE:
        note = f", {_store(str(end), drawings):,} of them new"
    else:
        _write(target, Path(end), drawings)
    return f"{counts['drawings']:,} drawings with {counts['objects']:,} objects: {start} -> {end}{note}"


def _count(drawings: Iterable[Drawing], counts: Counter[str], name: str, place: str | Path) -> Iterator[Drawing]:
    for drawing in drawings:
        yield drawing
        counts["drawings"] += 1
        counts["objects"] += len(drawing.annotations)
    if not counts["drawings"]:
        raise DataError(f"{place}: no drawings found (read as {name})")


def _store(address: str, drawings: Iterable[Drawing]) -> int:
    from digit_detector.collect.store import Store

    def check() -> Iterator[Drawing]:
        for drawing in drawings:
            try:
                picture_files.read_picture(drawing)
            except (ValueError, OSError) as error:
                raise DataError(f"{drawing.id}: {error}") from error
            yield drawing

    return Store(address).keep_all(check())


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
