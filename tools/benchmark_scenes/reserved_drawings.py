"""The drawings of one split that canvases are made of, by kind, without those that a person's review left out."""

import json
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digit_detector.classes import CENSORED, CLASSES, DIGITS
from digit_detector.errors import DataError
from digit_detector.synth.sources.curation import correct_label
from digit_detector.synth.sources.public_sets import Reader
from digit_detector.synth.sources.raw_files import mnist_pictures, open_rows
from digit_detector.synth.splits import Split, split_of
from digit_detector.synth.strokes import Sketch

SOURCES: Final = ("unipen-digits", "unipen-letters", "pendigits", "quickdraw", "moniker")
"""Pen strokes under licences that allow redistribution. Traces of rasters would judge the tracing too."""

LOOKALIKES: Final = "unipen-lookalikes"
"""Letters and symbols that resemble a digit, for words and sums, where their neighbours tell what they are."""

REVIEW: Final = Path(__file__).with_name("reviewed_keys.json")
"""For each split the decisions of the person who looked at its drawings."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A raster of one digit, as MNIST has them."""

    pixels: NDArray[np.uint8]
    """(28, 28), ink bright."""
    label: str
    key: str
    source: str = "mnist"


Piece = Sketch | Picture

_Item = TypeVar("_Item")


class Review(NamedTuple):
    """Decisions of a person who looked at the drawings of a split."""

    left_out: Mapping[str, Sequence[str]]
    """Keys of drawings, and of MNIST pictures, that cannot be read as their label, by reason."""
    shapes: Mapping[str, Sequence[str]]
    """Keys of digits of a special shape, by the shape's name."""

    @classmethod
    def load(cls, split: Split, path: Path = REVIEW) -> "Review":
        """Read the decisions on a split. Raises DataError when the file is missing or is no review."""
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8"))[split])
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise DataError(f"{path}: expected left_out and shapes of the split {split} ({error!r})") from error


def read_chooser(root: Path, split: Split, review: Review) -> "Chooser":
    """Read the drawings and MNIST pictures of a split, without those that the review left out."""
    images, labels = mnist_pictures(root)
    pictures = [
        Picture(image, str(label), f"mnist/{index}")
        for index, (image, label) in enumerate(zip(images, labels, strict=True))
        if split_of("mnist", str(index)) == split and correct_label(f"mnist/{index}", str(label)) == str(label)
    ]
    return Chooser(Reader(root, split).read(SOURCES), pictures, review, Reader(root, split).read((LOOKALIKES,)))


def writers_in_training(root: Path) -> frozenset[str]:
    """Find UNIPEN writers of other splits whose ink, stroke for stroke, also stands under a writer of training.

    UNIPEN holds some drawings twice, under two names, which are then the same person's.
    """
    writers: dict[str, set[str]] = defaultdict(set)
    for part in ("1a", "1b", "1c", "1d"):
        for _, line in open_rows(root / f"unipen/unipen_{part}.ndjson.gz"):
            row = json.loads(line)
            writers[json.dumps(row["strokes"])].add(row["writer"])
    shared = [names for names in writers.values() if any(split_of("unipen", name) == "train" for name in names)]
    return frozenset(name for names in shared for name in names if split_of("unipen", name) != "train")


class Chooser:
    """Picks pieces for a canvas at random; each method raises DataError where there is none of the kind."""

    def __init__(
        self,
        drawings: Iterable[Sketch],
        pictures: Sequence[Picture],
        review: Review,
        lookalikes: Iterable[Sketch] = (),
    ) -> None:
        by_key = {drawing.key: drawing for drawing in drawings}
        left_out = {key for keys in review.left_out.values() for key in keys}
        self._writers: dict[str, dict[str, list[Sketch]]] = defaultdict(lambda: defaultdict(list))
        self._letters: dict[str, list[Sketch]] = defaultdict(list)
        self._doodles: list[Sketch] = []
        self._rude: list[Sketch] = []
        for key, drawing in by_key.items():
            if key in left_out:
                continue
            if drawing.label in DIGITS:
                self._writers[f"{drawing.source}/{drawing.writer}"][drawing.label].append(drawing)
            elif drawing.label == CLASSES[CENSORED]:
                self._rude.append(drawing)
            elif drawing.source == "unipen":
                self._letters[drawing.name].append(drawing)
            else:
                self._doodles.append(drawing)
        self._signs = {name: list(letters) for name, letters in self._letters.items()}
        for drawing in lookalikes:
            self._signs.setdefault(drawing.name, []).append(drawing)
        self._shapes = {name: [by_key[key] for key in keys if key in by_key] for name, keys in review.shapes.items()}
        self._pictures = pictures
        self._pictures_left_out: Container[str] = left_out

    def digits(self, rng: Generator, count: int) -> list[Sketch]:
        """Pick digits of one writer; the square root keeps the few who wrote much from crowding out the others."""
        writers = list(self._writers.values())
        weights = np.array([sum(map(len, digits.values())) for digits in writers]) ** 0.5
        if not writers:
            raise DataError("no digits in this split: name a data root that holds every public set")
        by_label = writers[int(rng.choice(len(writers), p=weights / weights.sum()))]
        return [_one(rng, by_label[_one(rng, sorted(by_label), "digits")], "digits") for _ in range(count)]

    def letters(self, rng: Generator, count: int) -> list[Sketch]:
        """Pick letters and symbols, each kind as often as the others."""
        return [_one(rng, self._letters[_one(rng, sorted(self._letters), "letters")], "letters") for _ in range(count)]

    def signs(self, rng: Generator, names: str, count: int) -> list[Sketch]:
        """Pick letters and symbols with these names, which may resemble a digit."""
        known = [name for name in names if name in self._signs]
        return [_one(rng, self._signs[_one(rng, known, "signs")], "signs") for _ in range(count)]

    def doodles(self, rng: Generator, count: int) -> list[Sketch]:
        """Pick doodles that are not rude."""
        return [_one(rng, self._doodles, "doodles") for _ in range(count)]

    def rude(self, rng: Generator, count: int) -> list[Sketch]:
        """Pick rude doodles."""
        return [_one(rng, self._rude, "rude doodles") for _ in range(count)]

    def shaped(self, rng: Generator, name: str, count: int) -> list[Sketch]:
        """Pick digits of a special shape."""
        return [_one(rng, self._shapes.get(name, []), name) for _ in range(count)]

    def pictures(self, rng: Generator, count: int) -> list[Picture]:
        """Pick MNIST pictures; one that the review left out gives way without moving the others."""
        chosen: list[Picture] = []
        while len(chosen) < count:
            picture = _one(rng, self._pictures, "MNIST pictures")
            if picture.key not in self._pictures_left_out:
                chosen.append(picture)
        return chosen


def _one(rng: Generator, items: Sequence[_Item], kind: str) -> _Item:
    if not items:
        raise DataError(f"no {kind} in this split: name a data root that holds every public set")
    return items[int(rng.integers(len(items)))]
