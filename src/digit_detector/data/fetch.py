"""`digit-detector data fetch`: list the public sets with their licences, and download each in training's form."""

import argparse
import gzip
import hashlib
import json
import os
import shutil
import sys
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

from tqdm import tqdm
from unlzw3 import unlzw

from digit_detector.data import unipen_archive
from digit_detector.data.download import Downloader
from digit_detector.data.output import atomic, write_rows
from digit_detector.errors import DataError, one_line
from digit_detector.synth.sources.curation import LOOKALIKE_DOODLES
from digit_detector.synth.sources.public_sets import DATA_ROOT_VARIABLE
from digit_detector.synth.sources.raw_files import inline_segments, json_rows, parse_row

PER_CATEGORY: Final = 22
"""Quick, Draw! drawings per category; the bundled weights were trained with a few more."""

LICENCE: Final = "LICENCE.txt"

PENDIGITS: Final = "https://archive.ics.uci.edu/static/public/81/pen+based+recognition+of+handwritten+digits.zip"
_PENDIGITS_MEMBER: Final = "pendigits-orig.tra.Z"

QUICKDRAW_CATEGORIES: Final = (
    "https://raw.githubusercontent.com/googlecreativelab/quickdraw-dataset/master/categories.txt"
)
QUICKDRAW_DRAWINGS: Final = "https://storage.googleapis.com/quickdraw_dataset/full/simplified"
MONIKER: Final = (
    "https://raw.githubusercontent.com/studiomoniker/Quickdraw-appendix/7587a90c8f10f42da04d00f5e4ec669c97b25a52/"
    "penis-simplified.ndjson"
)
"""Pinned to a commit, so that the content does not change."""

_DOODLE_FIELDS: Final = ("word", "key_id", "drawing")


def main(argv: Sequence[str]) -> int:
    """Download the public drawings in the form that training reads; return 1 if a source failed.

    UNIPEN drawings are matched by a hash of their strokes, so they get the same split and ID as in training. Quick,
    Draw! provides its simplified strokes only.
    """
    parser = argparse.ArgumentParser("digit-detector data fetch", description=main.__doc__)
    parser.add_argument("sources", nargs="*", metavar="SOURCE", help=f"{', '.join(SOURCES)}; by default all")
    parser.add_argument("--data-root", help=f"folder to write, created if missing (or {DATA_ROOT_VARIABLE})")
    parser.add_argument(
        "--per-category", type=int, default=PER_CATEGORY, help="Quick, Draw! drawings per category (%(default)s)"
    )
    parser.add_argument("--mirror", metavar="URL", help="mirror that has https://HOST/PATH as URL/HOST/PATH")
    arguments = parser.parse_args(argv)
    if unknown := set(arguments.sources) - SOURCES.keys():
        parser.error(f"unknown source {', '.join(sorted(unknown))}; there are {', '.join(SOURCES)}")
    if arguments.per_category < 1:
        parser.error("--per-category: expected at least 1")
    root = arguments.data_root or os.environ.get(DATA_ROOT_VARIABLE)
    if not root:
        raise DataError(f"no data folder: set {DATA_ROOT_VARIABLE}, or give --data-root")
    downloader = Downloader(arguments.mirror)
    failed = False
    for name in arguments.sources or SOURCES:
        job = Job(downloader, Path(root), Path(root, name, "downloads"), arguments.per_category)
        try:
            _fetch(name, job)
        except (DataError, OSError) as error:  # any step may fill the disk
            failed = True
            print(f"digit-detector: {name}: {one_line(error)}", file=sys.stderr)
    if not arguments.sources:
        print(
            "canvas: the seven small sets of digits drawn by mouse have no known download site; "
            "training works without the folder canvas-rasters"
        )
    return int(failed)


class Job(NamedTuple):
    """What a source needs to be fetched."""

    downloader: Downloader
    root: Path
    """Folder of the public sets."""
    downloads: Path
    """Folder for files as they are published."""
    per_category: int
    """Quick, Draw! drawings per category."""


def _fetch(name: str, job: Job) -> None:
    source = SOURCES[name]
    if all((job.root / file).exists() for file in source.files):
        print(f"{name}: already there; delete {job.root / name} to download it again")
        return
    print(source.text)
    try:
        job.downloads.mkdir(parents=True, exist_ok=True)
        (job.root / name / LICENCE).write_text(source.text, encoding="utf-8")
    except OSError as error:
        raise DataError(f"{job.downloads} cannot be written ({error.strerror}): name another --data-root") from error
    for line in source.fetch(job):
        print(f"{name}: {line}")
    shutil.rmtree(job.downloads)


def fetch_unipen(job: Job) -> list[str]:
    """Write `unipen/unipen_1*.ndjson.gz`."""
    known_rows = unipen_archive.KNOWN_ROWS.read_text(encoding="ascii")
    return unipen_archive.fetch(job.downloader, job.root, job.downloads, known_rows)


def fetch_pendigits(job: Job) -> list[str]:
    """Write `pendigits/pendigits-orig.tra.gz`. UCI provides no checksum, but the ZIP archive contains its own."""
    archive = job.downloads / "pendigits.zip"
    job.downloader.download(PENDIGITS, archive)
    try:
        with zipfile.ZipFile(archive) as members:
            text = unlzw(members.read(_PENDIGITS_MEMBER))
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, OSError) as error:
        archive.unlink()
        raise DataError(
            f"{PENDIGITS}: expected a ZIP archive with {_PENDIGITS_MEMBER} ({error}): run the command again"
        ) from error
    lines = enumerate(text.decode("latin-1").splitlines(), start=1)
    count = sum(1 for _ in inline_segments(Path(_PENDIGITS_MEMBER), lines))
    with atomic(job.root / "pendigits/pendigits-orig.tra.gz") as partial:
        partial.write_bytes(gzip.compress(text, mtime=0))
    return [f"{count:,} drawings"]


def fetch_mnist(job: Job) -> list[str]:
    """Download `mnist/train-*.gz` from the first available of torchvision's mirrors; verify torchvision's MD5."""
    from torchvision.datasets import MNIST

    for name, md5 in MNIST.resources[:2]:
        failures = []
        for mirror in MNIST.mirrors:
            try:
                job.downloader.download(f"{mirror}{name}", job.downloads / name, md5)
                break
            except DataError as error:
                failures.append(str(error))
        else:
            raise DataError("; ".join(failures))
    for name, _ in MNIST.resources[:2]:
        (job.downloads / name).replace(job.root / "mnist" / name)
    return ["60,000 training pictures"]


def fetch_quickdraw(job: Job) -> list[str]:
    """Write `quickdraw/drawings.ndjson.gz` with the first drawings of each category that does not resemble a digit.

    Finished categories stay in `downloads` until all are complete.
    """
    words = map(str.strip, job.downloader.read(QUICKDRAW_CATEGORIES).decode("utf-8").splitlines())
    wanted = [word for word in words if word and word not in LOOKALIKE_DOODLES]
    if not wanted:
        raise DataError(f"{QUICKDRAW_CATEGORIES}: expected one category per line, found none")
    parts = [job.downloads / f"{quote(word, safe=' ')}-{job.per_category}.ndjson" for word in wanted]
    for word, part in zip(tqdm(wanted, unit=" categories", disable=None), parts, strict=True):
        if not part.exists():
            url = f"{QUICKDRAW_DRAWINGS}/{quote(word)}.ndjson"
            lines = job.downloader.read(url, job.per_category).splitlines()
            checked = [json.dumps(parse_row(line, _DOODLE_FIELDS, url)) for line in lines]
            with atomic(part) as partial:
                partial.write_text("".join(f"{line}\n" for line in checked))
    rows = (json.loads(line) for part in parts for line in part.read_text().splitlines())
    count = write_rows(job.root / "quickdraw/drawings.ndjson.gz", rows)
    return [f"{count:,} drawings of {len(wanted)} categories; categories that resemble a digit are left out"]


def fetch_moniker(job: Job) -> list[str]:
    """Write `moniker/censored-simplified.ndjson.gz`. The publisher provides no checksum, so the digest is printed."""
    file = job.downloads / "penis-simplified.ndjson"
    job.downloader.download(MONIKER, file)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    try:
        rows = [row for _, row in json_rows(file, _DOODLE_FIELDS)]
    except DataError:
        file.unlink()
        raise
    count = write_rows(job.root / "moniker/censored-simplified.ndjson.gz", rows)
    return [f"{count:,} drawings; SHA-256 of the file: {digest}"]


@dataclass(frozen=True)
class Source:
    """Describe a public set."""

    title: str
    homepage: str
    licence: str
    cite: str
    files: tuple[str, ...]
    """Paths that training reads, relative to the data root."""
    fetch: Callable[[Job], list[str]]
    """Write the files, and return lines to print."""

    @property
    def text(self) -> str:
        """Return the notice to print, and to store beside the files."""
        return f"{self.title}\n{self.homepage}\nLicence: {self.licence}\nCite: {self.cite}\n"


SOURCES: Final = {
    "unipen": Source(
        "UNIPEN train_r01_v07",
        "https://doi.org/10.5281/zenodo.1195803",
        "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/ (the text of the CD of 1999 says research use)",
        "Guyon, Schomaker, Plamondon, Liberman, Janet: UNIPEN project of on-line data exchange and recognizer "
        "benchmarks, ICPR 1994",
        tuple(f"unipen/unipen_{part}.ndjson.gz" for part in unipen_archive.PARTS),
        fetch_unipen,
    ),
    "pendigits": Source(
        "Pen-Based Recognition of Handwritten Digits",
        "https://archive.ics.uci.edu/dataset/81/pen+based+recognition+of+handwritten+digits",
        "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
        "Alpaydin, Alimoglu: Pen-Based Recognition of Handwritten Digits, UCI Machine Learning Repository 1996",
        ("pendigits/pendigits-orig.tra.gz",),
        fetch_pendigits,
    ),
    "mnist": Source(
        "MNIST",
        "http://yann.lecun.com/exdb/mnist/",
        "CC BY-SA 3.0, https://creativecommons.org/licenses/by-sa/3.0/",
        "LeCun, Bottou, Bengio, Haffner: Gradient-based learning applied to document recognition, Proc. IEEE 1998",
        ("mnist/train-images-idx3-ubyte.gz", "mnist/train-labels-idx1-ubyte.gz"),
        fetch_mnist,
    ),
    "quickdraw": Source(
        "Quick, Draw!",
        "https://github.com/googlecreativelab/quickdraw-dataset",
        "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
        "The Quick, Draw! Dataset, Google",
        ("quickdraw/drawings.ndjson.gz",),
        fetch_quickdraw,
    ),
    "moniker": Source(
        "Do not draw a penis, Moniker's appendix to Quick, Draw!",
        "https://github.com/studiomoniker/Quickdraw-appendix",
        "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
        "Moniker: Do not draw a penis, 2018",
        ("moniker/censored-simplified.ndjson.gz",),
        fetch_moniker,
    ),
}
