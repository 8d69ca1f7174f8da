"""`digit-detector data fetch`: bring the public drawings from their own homes, into the forms that training reads.

UNIPEN's drawings are known again by their ink, and bear the names that the splits and the frozen suite know them by.
Quick, Draw!'s come in its simplified form, of which the suite has none: `digit-detector evaluate --at-hand`.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from digit_detector.data.fetch.catalogue import NOT_FETCHED, PER_CATEGORY, SOURCES, Source
from digit_detector.data.fetch.download import Home
from digit_detector.errors import DataError
from digit_detector.synth.sources.public_sets import DATA_ROOT_VARIABLE

LICENCE: Final = "LICENCE.txt"


def main(argv: Sequence[str]) -> int:
    """Runs `data fetch`; returns 1 where a source could not be brought, with the others still done."""
    parser = argparse.ArgumentParser(prog="digit-detector data fetch", description=__doc__)
    parser.add_argument("sources", nargs="*", metavar="SOURCE", help=f"{', '.join(SOURCES)}; by default all")
    parser.add_argument("--data-root", help=f"the folder to write, made if need be (or {DATA_ROOT_VARIABLE})")
    parser.add_argument(
        "--per-category", type=int, default=PER_CATEGORY, help="Quick, Draw!'s drawings a category (%(default)s)"
    )
    parser.add_argument("--mirror", metavar="URL", help="where https://HOST/PATH is had as URL/HOST/PATH")
    given = parser.parse_args(argv)
    if unknown := set(given.sources) - SOURCES.keys():
        parser.error(f"unknown source {', '.join(sorted(unknown))}; there are {', '.join(SOURCES)}")
    if given.per_category < 1:
        parser.error("--per-category: expected at least 1")
    chosen = given.data_root or os.environ.get(DATA_ROOT_VARIABLE)
    if not chosen:
        raise DataError(f"no data folder: set {DATA_ROOT_VARIABLE}, or give --data-root")

    home = Home(given.mirror)
    failed = False
    for name in given.sources or SOURCES:
        try:
            _fetch(name, SOURCES[name], home, Path(chosen), given.per_category)
        except (DataError, OSError) as error:  # a disk may be full at any step
            failed = True
            print(f"digit-detector: {name}: {' '.join(str(error).split())}", file=sys.stderr)
    if not given.sources:
        print(NOT_FETCHED)
    return int(failed)


def _fetch(name: str, source: Source, home: Home, root: Path, per_category: int) -> None:
    if all((root / file).exists() for file in source.files):
        print(f"{name}: is there already; remove {root / name} to bring it anew")
        return
    print(source.text)
    downloads = root / name / "downloads"
    try:
        downloads.mkdir(parents=True, exist_ok=True)
        (root / name / LICENCE).write_text(source.text, encoding="utf-8")
    except OSError as error:
        raise DataError(f"{downloads} cannot be written ({error.strerror}): name another --data-root") from error
    for line in source.bring(home, root, downloads, per_category):
        print(f"{name}: {line}")
    shutil.rmtree(downloads)
