"""The public sets: their homes, their licences, and what brings each of them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from digit_detector.data.fetch import quickdraw
from digit_detector.data.fetch import uci_and_mnist as digits
from digit_detector.data.fetch import unipen_archive as unipen
from digit_detector.data.fetch.download import Home
from digit_detector.data.fetch.unipen_rows import PARTS, Known

PER_CATEGORY: Final = 22
"""Quick, Draw!'s drawings a category, as many as the bundled weights were trained on."""


@dataclass(frozen=True)
class Source:
    """A public set."""

    title: str
    home: str
    """The address where people read of it."""
    licence: str
    cite: str
    files: tuple[str, ...]
    """What training reads, below the data root."""
    bring: Callable[[Home, Path, Path, int], list[str]]
    """Brings the files: (home, data root, folder for downloads, drawings a category) to what is to be said of them."""

    @property
    def text(self) -> str:
        """What is shown before it is brought, and kept beside the files."""
        return f"{self.title}\n{self.home}\nLicence: {self.licence}\nCite: {self.cite}\n"


SOURCES: Final = {
    "unipen": Source(
        "UNIPEN train_r01_v07",
        "https://doi.org/10.5281/zenodo.1195803",
        "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/ (the text of the CD of 1999 says research use)",
        "Guyon, Schomaker, Plamondon, Liberman, Janet: UNIPEN project of on-line data exchange and recognizer "
        "benchmarks, ICPR 1994",
        tuple(f"unipen/unipen_{part}.ndjson.gz" for part in PARTS),
        lambda home, root, downloads, _: unipen.bring(home, root, downloads, Known.load()),
    ),
    "pendigits": Source(
        "Pen-Based Recognition of Handwritten Digits",
        "https://archive.ics.uci.edu/dataset/81/pen+based+recognition+of+handwritten+digits",
        "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
        "Alpaydin, Alimoglu: Pen-Based Recognition of Handwritten Digits, UCI Machine Learning Repository 1996",
        ("pendigits/pendigits-orig.tra.gz",),
        lambda home, root, downloads, _: digits.bring_pendigits(home, root, downloads),
    ),
    "mnist": Source(
        "MNIST",
        "http://yann.lecun.com/exdb/mnist/",
        "CC BY-SA 3.0, https://creativecommons.org/licenses/by-sa/3.0/",
        "LeCun, Bottou, Bengio, Haffner: Gradient-based learning applied to document recognition, Proc. IEEE 1998",
        ("mnist/train-images-idx3-ubyte.gz", "mnist/train-labels-idx1-ubyte.gz"),
        lambda home, root, downloads, _: digits.bring_mnist(home, root, downloads),
    ),
    "quickdraw": Source(
        "Quick, Draw!",
        "https://github.com/googlecreativelab/quickdraw-dataset",
        "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
        "The Quick, Draw! Dataset, Google",
        ("quickdraw/drawings.ndjson.gz",),
        quickdraw.bring,
    ),
    "moniker": Source(
        "Do not draw a penis, Moniker's appendix to Quick, Draw!",
        "https://github.com/studiomoniker/Quickdraw-appendix",
        "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
        "Moniker: Do not draw a penis, 2018",
        ("moniker/censored-simplified.ndjson.gz",),
        lambda home, root, downloads, _: quickdraw.bring_moniker(home, root, downloads),
    ),
}

NOT_FETCHED: Final = (
    "canvas: the seven small sets of digits drawn by mouse have no home that this command knows; training goes on "
    "without them where the folder canvas-rasters is not there"
)
