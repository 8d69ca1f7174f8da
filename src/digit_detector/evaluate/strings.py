"""Pictures of digit strings whose text is known and whose boxes are not, in the layouts of two public sets.

ORAND-CAR (Diem et al., ICFHR 2014): `a_test_gt.txt` has a picture's name and its digits on each line, and the pictures
are in `a_test_images` beside it. CVL strings (the same competition): a picture's name begins with its digits, as in
`25000-0164-08.png`.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from digit_detector.detect.images import SUFFIXES
from digit_detector.errors import DataError
from digit_detector.evaluate.benchmark import ANNOTATIONS, Canvas, Result
from digit_detector.evaluate.figures import string_figures

_CVL_NAME: Final = re.compile(r"([0-9]+)-[0-9]+-[0-9]+\.\w+")


def is_of_strings(place: Path) -> bool:
    """Tell whether a place is a text file of strings, or a folder without COCO annotations in which CVL's names are."""
    if place.is_file():
        return True
    return place.is_dir() and not (place / ANNOTATIONS).exists() and any(_named_pictures(place))


def load_strings(place: Path) -> list[Canvas]:
    """Read the pictures that a text file lists, or those of a folder with CVL's names, as canvases without boxes.

    Raises DataError for a line that is not a name and digits, for a missing picture, and if there is none.
    """
    pairs = list(_listed_pictures(place) if place.is_file() else _named_pictures(place))
    if not pairs:
        raise DataError(f"{place} lists no pictures: name another file")
    boxes, labels = np.empty((0, 4), np.float32), np.empty(0, np.int64)
    return [Canvas(path, boxes, labels, place.name, text) for path, text in pairs]


def _listed_pictures(file: Path) -> Iterator[tuple[Path, str]]:
    """Yield path and text of each line; the pictures are in the folder of the same name, or beside the file."""
    folder = file.with_name(re.sub(r"_gt$", "_images", file.stem))
    folder = folder if folder.is_dir() else file.parent
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        raise DataError(f"{file} cannot be read as text ({error}): name a file of picture names and digits") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        name, _, text = line.strip().rpartition("\t" if "\t" in line else " ")
        if not name or not re.fullmatch("[0-9]+", text):
            raise DataError(f"{file}, line {number}: expected a picture's name and its digits, found {line!r}")
        if not (folder / name).is_file():
            raise DataError(f"{file}, line {number}: {folder / name} does not exist: put the pictures there")
        yield folder / name, text


def _named_pictures(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.rglob("*")):
        name = _CVL_NAME.fullmatch(path.name)
        if name and path.suffix.lower() in SUFFIXES:
            yield path, name[1]


def figures_of_strings(results: Sequence[Result]) -> dict[str, Any]:
    """Return the number of strings, the ratio read exactly right, the same by length, and the median time."""
    return {
        "strings": len(results),
        "text_exact": float(np.mean([result.text_exact for result in results])),
        "by_length": string_figures(results),
        "milliseconds_p50": float(np.median([result.milliseconds for result in results])),
    }
