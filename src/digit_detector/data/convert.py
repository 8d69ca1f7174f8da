"""`digit-detector data convert`: drawings from one format, or the store, to another."""

import argparse
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from tqdm import tqdm

from digit_detector.data.formats import picture_files as files
from digit_detector.data.formats.table import READERS, WRITERS
from digit_detector.drawing import Drawing
from digit_detector.errors import DataError

STORE: Final = "store"


def main(argv: Sequence[str]) -> int:
    """Runs `data convert`."""
    parser = argparse.ArgumentParser(prog="digit-detector data convert", description=__doc__)
    parser.add_argument("--from", dest="source", required=True, choices=(*READERS, STORE))
    parser.add_argument("--to", dest="target", required=True, choices=(*WRITERS, STORE))
    parser.add_argument("--store", metavar="URL", help="a SQLite file, or postgresql://…, for --from or --to store")
    parser.add_argument("folders", nargs="*", type=Path, metavar="IN OUT", help="folders; none stands for the store")
    given = parser.parse_args(argv)
    wanted = [name for name in (given.source, given.target) if name != STORE]
    if len(wanted) == 2 and given.store:
        parser.error("--store belongs to --from store or --to store")
    if len(wanted) < 2 and not given.store:
        parser.error("the store needs its address: --store URL")
    if not wanted:
        parser.error("--from and --to are both the store: name a folder's format for one of them")
    if len(given.folders) != len(wanted):
        parser.error(f"expected {len(wanted)} folders beside {given.source} and {given.target}")

    counts: Counter[str] = Counter()
    start = given.store if given.source == STORE else given.folders[0]
    records = _counted(tqdm(read(given.source, start), unit=" drawings", disable=None), counts, given.source, start)
    if given.target == STORE:
        new = _keep(given.store, records)
        end = f"{given.store}, {new:,} of them new"
    else:
        _write(given.target, given.folders[-1], records)
        end = str(given.folders[-1])
    print(f"{counts['drawings']:,} drawings with {counts['objects']:,} objects: {start} -> {end}")
    return 0


def read(name: str, start: str | Path) -> Iterator[Drawing]:
    """The records of a folder in the format of this name, or of the store at this address."""
    if name == STORE:
        from digit_detector.collect.store.store import Store

        return Store.existing(str(start)).records()
    return READERS[name](Path(start))


def _counted(records: Iterable[Drawing], counts: Counter[str], name: str, start: str | Path) -> Iterator[Drawing]:
    for record in records:
        yield record
        counts["drawings"] += 1
        counts["objects"] += len(record.annotations)
    if not counts["drawings"]:
        raise DataError(f"{start}: no drawings found in it as {name}")


def _keep(address: str, records: Iterable[Drawing]) -> int:
    from digit_detector.collect.store.store import Store

    def checked() -> Iterator[Drawing]:
        for record in records:
            try:
                files.content_of(record)
            except (ValueError, OSError) as error:
                raise DataError(f"{record.id}: {error}") from error
            yield record

    return Store(address).keep_all(checked())


def _write(name: str, target: Path, records: Iterable[Drawing]) -> None:
    """Writes beside the target and moves it there when it is whole; nothing that is there is ever changed."""
    partial = target.with_name(f"{target.name}.partial")
    try:
        if target.exists() and any(target.iterdir()):
            raise DataError(f"{target} is not empty: name another folder")
        partial.mkdir(parents=True)
    except FileExistsError:
        raise DataError(f"{partial} is left over from a conversion that was broken off: remove it") from None
    except OSError as error:
        raise DataError(f"{target} cannot be written ({error.strerror}): name another folder") from error
    try:
        WRITERS[name](partial, records)
        partial.replace(target)
    except OSError as error:
        raise DataError(f"{target} cannot be written ({error.strerror or error})") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
