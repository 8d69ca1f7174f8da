"""The digits of UCI (pendigits) and of MNIST."""

import gzip
import zipfile
from pathlib import Path
from typing import Final

from unlzw3 import unlzw

from digit_detector.data.fetch.download import Checksum, Home
from digit_detector.data.fetch.gzipped_rows import whole
from digit_detector.errors import DataError
from digit_detector.synth.sources.unipen_format import inline_segments

PENDIGITS: Final = "https://archive.ics.uci.edu/static/public/81/pen+based+recognition+of+handwritten+digits.zip"
_MEMBER: Final = "pendigits-orig.tra.Z"


def bring_pendigits(home: Home, root: Path, downloads: Path) -> list[str]:
    """Writes `pendigits/pendigits-orig.tra.gz`. UCI tells no checksum; the archive's own are checked."""
    archive = downloads / "pendigits.zip"
    if not archive.exists():
        home.download(PENDIGITS, archive)
    try:
        with zipfile.ZipFile(archive) as members:
            text = unlzw(members.read(_MEMBER))
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        archive.unlink()
        raise DataError(
            f"{PENDIGITS}: expected a ZIP archive with {_MEMBER} ({error}): run the command again"
        ) from error
    lines = enumerate(text.decode("latin-1").splitlines(), start=1)
    count = sum(1 for _ in inline_segments(Path(_MEMBER), lines))
    with whole(root / "pendigits/pendigits-orig.tra.gz") as partial:
        partial.write_bytes(gzip.compress(text, mtime=0))
    return [f"{count:,} drawings"]


def bring_mnist(home: Home, root: Path, downloads: Path) -> list[str]:
    """Brings `mnist/train-*.gz` from the first of torchvision's mirrors that has them, checked by torchvision's MD5."""
    from torchvision.datasets import MNIST

    for name, md5 in MNIST.resources[:2]:
        failures = []
        for mirror in MNIST.mirrors:
            try:
                home.download(f"{mirror}{name}", downloads / name, Checksum("md5", md5))
                break
            except DataError as error:
                failures.append(str(error))
        else:
            raise DataError("; ".join(failures))
    (root / "mnist").mkdir(exist_ok=True)
    for name, _ in MNIST.resources[:2]:
        (downloads / name).replace(root / "mnist" / name)
    return ["the 60,000 training pictures"]
