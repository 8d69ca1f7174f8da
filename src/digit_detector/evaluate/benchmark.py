"""Test sets as canvases, and a detector's answers to them.

Two public sets have digit strings whose text is known and whose boxes are not. ORAND-CAR (Diem et al., ICFHR 2014):
`a_test_gt.txt` has a picture's name and its digits on each line, and the pictures are in `a_test_images` beside it. CVL
strings (the same competition): a picture's name begins with its digits, as in `25000-0164-08.png`.
"""

import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from digit_detector.classes import CENSORED, CLASSES, DIGITS
from digit_detector.detect.detections import Detections
from digit_detector.detect.detector import Detector
from digit_detector.detect.images import SUFFIXES, ImageSource
from digit_detector.detect.postprocess import pairwise_iou
from digit_detector.errors import DataError
from digit_detector.evaluate.baseline import Baseline
from digit_detector.evaluate.metrics import LOWEST_SCORE, exactly_right, matched

BUNDLED: Final = Path(__file__).parents[3] / "benchmark"
"""The benchmark of a checkout; an installed package has none."""

ANNOTATIONS: Final = "annotations.json"

_CVL_NAME: Final = re.compile(r"([0-9]+)-[0-9]+-[0-9]+\.\w+")


@dataclass(frozen=True, eq=False)
class Canvas:
    """A picture whose objects are known.

    Attributes:
        image: the picture's file.
        boxes: (N, 4) xyxy in pixels.
        labels: (N,) class indices.
        condition: the name of the kind of canvas.
        text: the digits in reading order, without spaces, where they are written on a line.
        size: width and height in pixels of the picture that the boxes are on, if they are stated.
    """

    image: ImageSource
    boxes: NDArray[np.float32]
    labels: NDArray[np.int64]
    condition: str
    text: str | None = None
    size: tuple[int, int] | None = None


def load(folder: Path) -> list[Canvas]:
    """Read a COCO folder: `annotations.json` with boxes xywh, and pictures below `images` or the folder itself.

    Crowds are left out. A picture may have a `condition` and a `text`.

    Raises:
        DataError: the folder is missing or damaged, has no pictures, or has objects that are none of CLASSES.
    """
    path = folder / ANNOTATIONS
    if folder == BUNDLED and not path.is_file():
        raise DataError(f"{path} does not exist: name a benchmark folder, or run this from a checkout, which holds one")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        labels = {row["id"]: _label(row["name"]) for row in content["categories"]}
        objects: dict[int, list[tuple[int, list[float]]]] = {row["id"]: [] for row in content["images"]}
        for row in content["annotations"]:
            if not row.get("iscrowd"):
                objects[row["image_id"]].append((labels[row["category_id"]], row["bbox"]))
        canvases = [_canvas(folder, row, objects[row["id"]]) for row in content["images"]]
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): name a folder that holds {ANNOTATIONS}") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DataError(f"{path}: expected COCO annotations ({error!r}): see benchmark/README.md") from error
    if not canvases:
        raise DataError(f"{path} lists no pictures: name another folder")
    return canvases


def _label(name: str) -> int:
    if name not in CLASSES:
        raise ValueError(f"category {name!r} is none of {', '.join(CLASSES)}")
    return CLASSES.index(name)


def _canvas(folder: Path, row: Mapping[str, Any], objects: Sequence[tuple[int, list[float]]]) -> Canvas:
    image = folder / "images" / row["file_name"]
    xywh = np.array([box for _, box in objects], np.float32).reshape(-1, 4)
    if not np.isfinite(xywh).all():
        raise ValueError(f"{row['file_name']}: a box is not finite")
    text = row.get("text")
    if not (text is None or isinstance(text, str)):
        raise ValueError(f"{row['file_name']}: text {text!r} is not in quotes")
    return Canvas(
        image if image.is_file() else folder / row["file_name"],
        np.concatenate([xywh[:, :2], xywh[:, :2] + xywh[:, 2:]], axis=1),
        np.array([label for label, _ in objects], np.int64),
        str(row.get("condition") or "no condition"),
        text,
        (int(row["width"]), int(row["height"])) if row.get("width") and row.get("height") else None,
    )


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


@dataclass(frozen=True, eq=False)
class Result:
    """One canvas and the answer to it.

    Attributes:
        found: detections down to LOWEST_SCORE, for precision and calibration.
        served: detections at the thresholds of the product.
        milliseconds: time of the answer.
    """

    canvas: Canvas
    found: Detections
    served: Detections
    milliseconds: float

    @cached_property
    def matches(self) -> NDArray[np.int64]:
        """(N,) for each served detection the object that it found, or -1."""
        return matched(self.served.boxes, self.canvas.boxes)

    @cached_property
    def right(self) -> NDArray[np.bool_]:
        """(N,) whether each served detection found an object and labels it correctly."""
        return np.asarray(np.append(self.canvas.labels, -1)[self.matches] == self.served.labels)

    @property
    def read(self) -> NDArray[np.bool_]:
        """(M,) whether each object was found and labelled correctly."""
        return np.isin(np.arange(len(self.canvas.labels)), self.matches[self.right])

    def bears(self, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """(M,) whether one of the chosen served detections is on each object: overlaps it, or lies mostly inside."""
        found, boxes = self.served.boxes[chosen], self.canvas.boxes
        low = np.maximum(found[:, None, :2], boxes[None, :, :2])
        high = np.minimum(found[:, None, 2:], boxes[None, :, 2:])
        inside = np.clip(high - low, 0, None).prod(-1) >= 0.5 * (found[:, 2:] - found[:, :2]).prod(-1)[:, None]
        return np.asarray((inside | (pairwise_iou(found, boxes) >= 0.5)).any(axis=0))

    @cached_property
    def exact(self) -> bool:
        """Whether every object is found once and labelled correctly, and nothing else is found."""
        return exactly_right(self.served.boxes, self.served.labels, self.canvas.boxes, self.canvas.labels)

    @property
    def text_exact(self) -> bool:
        """Whether the reading is the canvas's text."""
        return self.served.reading().replace(" ", "") == self.canvas.text

    @property
    def censors(self) -> bool:
        """Whether something on the canvas is censored."""
        return bool((self.served.labels == CENSORED).any())

    @property
    def shows_digits(self) -> bool:
        """Whether the canvas has digits and nothing rude."""
        labels = self.canvas.labels
        return bool((labels < len(DIGITS)).any() and not (labels == CENSORED).any())

    def at(self, score_threshold: float) -> "Result":
        """The same with another score threshold of the product, at least LOWEST_SCORE."""
        count = int((self.found.scores >= score_threshold).sum())  # scores descend
        return replace(self, served=self.found.take(slice(count)))


def results(finder: Detector | Baseline, canvases: Sequence[Canvas]) -> list[Result]:
    """Let a detector answer every canvas at its default thresholds, with a progress bar on a terminal.

    The baseline has no threshold: it gives one label to each piece of ink.

    Raises DataError for a picture whose size is not the stated one, ImageError for one that cannot be read.
    """
    threshold = finder.metadata.score_threshold if isinstance(finder, Detector) else 0.0
    answers = []
    for canvas in tqdm(canvases, disable=None):
        start = time.perf_counter()
        found = finder.detect(canvas.image, LOWEST_SCORE)
        size = found.width, found.height
        if canvas.size not in (None, size):
            raise DataError(
                f"{canvas.image} has {size} pixels, but {ANNOTATIONS} states {canvas.size}: convert the folder with "
                "`digit-detector data convert`, which turns boxes as the EXIF data turns pictures"
            )
        answers.append(Result(canvas, found, found, (time.perf_counter() - start) * 1000).at(threshold))
    return answers


def by_condition(results: Iterable[Result]) -> dict[str, list[Result]]:
    """Group results by the condition of their canvases, in the order in which the conditions occur."""
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(result.canvas.condition, []).append(result)
    return groups
