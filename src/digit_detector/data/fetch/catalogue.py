"""List the public sets with their licences, and fetch each of them."""

import gzip
import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from tqdm import tqdm
from unlzw3 import unlzw

from digit_detector.data.fetch import unipen_archive as unipen
from digit_detector.data.fetch.download import Downloader
from digit_detector.data.fetch.row_files import atomic, parse_row, write_rows
from digit_detector.data.fetch.unipen_rows import PARTS, KnownRows
from digit_detector.errors import DataError
from digit_detector.synth.sources import lookalikes
from digit_detector.synth.sources.unipen_format import inline_segments

PER_CATEGORY: Final = 22
"""Quick, Draw! drawings per category with which the bundled weights were trained."""

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


@dataclass(frozen=True)
class Source:
    """Describe a public set."""

    title: str
    homepage: str
    licence: str
    cite: str
    files: tuple[str, ...]
    """Paths that training reads, relative to the data root."""
    fetch: Callable[[Downloader, Path, Path, int], list[str]]
    """Fetch the files: (downloader, data root, folder for downloads, drawings per category) to lines to print."""

    @property
    def text(self) -> str:
        """Return the notice to print, and to store beside the files."""
        return f"{self.title}\n{self.homepage}\nLicence: {self.licence}\nCite: {self.cite}\n"


def fetch_pendigits(downloader: Downloader, root: Path, downloads: Path) -> list[str]:
    """Write `pendigits/pendigits-orig.tra.gz`. UCI provides no checksum, but the ZIP archive contains its own."""
    archive = downloads / "pendigits.zip"
    if not archive.exists():
        downloader.download(PENDIGITS, archive)
    try:
        with zipfile.ZipFile(archive) as members:
            text = unlzw(members.read(_PENDIGITS_MEMBER))
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        archive.unlink()
        raise DataError(
            f"{PENDIGITS}: expected a ZIP archive with {_PENDIGITS_MEMBER} ({error}): run the command again"
        ) from error
    lines = enumerate(text.decode("latin-1").splitlines(), start=1)
    count = sum(1 for _ in inline_segments(Path(_PENDIGITS_MEMBER), lines))
    with atomic(root / "pendigits/pendigits-orig.tra.gz") as partial:
        partial.write_bytes(gzip.compress(text, mtime=0))
    return [f"{count:,} drawings"]


def fetch_mnist(downloader: Downloader, root: Path, downloads: Path) -> list[str]:
    """Download `mnist/train-*.gz` from the first available of torchvision's mirrors; verify torchvision's MD5."""
    from torchvision.datasets import MNIST

    for name, md5 in MNIST.resources[:2]:
        failures = []
        for mirror in MNIST.mirrors:
            try:
                downloader.download(f"{mirror}{name}", downloads / name, md5)
                break
            except DataError as error:
                failures.append(str(error))
        else:
            raise DataError("; ".join(failures))
    (root / "mnist").mkdir(exist_ok=True)
    for name, _ in MNIST.resources[:2]:
        (downloads / name).replace(root / "mnist" / name)
    return ["60,000 training pictures"]


def fetch_quickdraw(downloader: Downloader, root: Path, downloads: Path, per_category: int) -> list[str]:
    """Write `quickdraw/drawings.ndjson.gz` with the first drawings of each category that does not resemble a digit.

    Finished categories stay in `downloads` until all are complete.
    """
    words = downloader.read(QUICKDRAW_CATEGORIES).decode("utf-8").split("\n")
    wanted = [word.strip() for word in words if word.strip() and word.strip() not in lookalikes.DOODLES]
    if not wanted:
        raise DataError(f"{QUICKDRAW_CATEGORIES}: expected one category per line, found none")
    parts = [downloads / f"{quote(word, safe=' ')}-{per_category}.ndjson" for word in wanted]
    for word, part in zip(tqdm(wanted, unit=" categories", disable=None), parts, strict=True):
        if not part.exists():
            url = f"{QUICKDRAW_DRAWINGS}/{quote(word)}.ndjson"
            rows = [parse_row(line, _DOODLE_FIELDS, url) for line in downloader.first_lines(url, per_category)]
            with atomic(part) as partial:
                partial.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    count = write_rows(root / "quickdraw/drawings.ndjson.gz", _rows_of(parts))
    return [f"{count:,} drawings of {len(wanted)} categories; categories that resemble a digit are left out"]


def _rows_of(parts: list[Path]) -> Iterator[dict[str, Any]]:
    for part in parts:
        with part.open() as lines:
            yield from map(json.loads, lines)


def fetch_moniker(downloader: Downloader, root: Path, downloads: Path) -> list[str]:
    """Write `moniker/censored-simplified.ndjson.gz`. The publisher provides no checksum, so the digest is printed."""
    file = downloads / "penis-simplified.ndjson"
    if not file.exists():
        downloader.download(MONIKER, file)
    content = file.read_bytes()
    try:
        rows = [
            parse_row(line, _DOODLE_FIELDS, f"{MONIKER}, line {number}")
            for number, line in enumerate(content.splitlines(), start=1)
        ]
    except DataError:
        file.unlink()
        raise
    count = write_rows(root / "moniker/censored-simplified.ndjson.gz", rows)
    return [f"{count:,} drawings; SHA-256 of the file: {hashlib.sha256(content).hexdigest()}"]


SOURCES: Final = {
    "unipen": Source(
        "UNIPEN train_r01_v07",
        "https://doi.org/10.5281/zenodo.1195803",
        "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/ (the text of the CD of 1999 says research use)",
        "Guyon, Schomaker, Plamondon, Liberman, Janet: UNIPEN project of on-line data exchange and recognizer "
        "benchmarks, ICPR 1994",
        tuple(f"unipen/unipen_{part}.ndjson.gz" for part in PARTS),
        lambda downloader, root, downloads, _: unipen.fetch(downloader, root, downloads, KnownRows.load()),
    ),
    "pendigits": Source(
        "Pen-Based Recognition of Handwritten Digits",
        "https://archive.ics.uci.edu/dataset/81/pen+based+recognition+of+handwritten+digits",
        "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
        "Alpaydin, Alimoglu: Pen-Based Recognition of Handwritten Digits, UCI Machine Learning Repository 1996",
        ("pendigits/pendigits-orig.tra.gz",),
        lambda downloader, root, downloads, _: fetch_pendigits(downloader, root, downloads),
    ),
    "mnist": Source(
        "MNIST",
        "http://yann.lecun.com/exdb/mnist/",
        "CC BY-SA 3.0, https://creativecommons.org/licenses/by-sa/3.0/",
        "LeCun, Bottou, Bengio, Haffner: Gradient-based learning applied to document recognition, Proc. IEEE 1998",
        ("mnist/train-images-idx3-ubyte.gz", "mnist/train-labels-idx1-ubyte.gz"),
        lambda downloader, root, downloads, _: fetch_mnist(downloader, root, downloads),
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
        lambda downloader, root, downloads, _: fetch_moniker(downloader, root, downloads),
    ),
}

NOT_FETCHED: Final = (
    "canvas: the seven small sets of digits drawn by mouse have no known download site; "
    "training works without the folder canvas-rasters"
)
