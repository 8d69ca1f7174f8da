"""The reserved drawings that canvases are made of, by kind, without those that a person's review left out."""

import json
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digit_detector.classes import CENSORED, CLASSES, DIGITS
from digit_detector.errors import DataError
from digit_detector.synth.sources.public_sets import Reader
from digit_detector.synth.sources.raw_files import mnist_pictures
from digit_detector.synth.splits import split_of
from digit_detector.synth.strokes import Sketch

SOURCES = ("unipen-digits", "unipen-letters", "pendigits", "quickdraw", "moniker")
"""What was drawn by pen or mouse; traces of rasters would judge the tracing too."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A raster of one digit, as MNIST has them."""

    pixels: NDArray[np.uint8]
    """(28, 28), ink bright."""
    label: str
    key: str


Piece = Sketch | Picture

_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Review:
    """What a person found when looking at every reserved drawing.

    Attributes:
        left_out: keys of drawings, and of MNIST pictures, that cannot be read as their label, by reason.
        shapes: keys of digits of a special shape, by the shape's name.
    """

    left_out: dict[str, list[str]]
    shapes: dict[str, list[str]]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Raises DataError when the file is missing or is no review."""
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise DataError(f"{path}: expected a JSON object with left_out and shapes ({error})") from error


class Pool:
    """Reserved drawings and MNIST pictures, found by key or chosen by kind."""

    def __init__(self, drawings: Iterable[Sketch], pictures: Sequence[Picture]) -> None:
        self._drawings = {drawing.key: drawing for drawing in drawings}
        self._pictures = {picture.key: picture for picture in pictures}

    @classmethod
    def read(cls, root: Path) -> Self:
        """The drawings of the split `suite` under a data root; other splits are out of reach."""
        images, labels = mnist_pictures(root)
        pictures = [
            Picture(image, str(label), f"mnist/{index}")
            for index, (image, label) in enumerate(zip(images, labels, strict=True))
            if split_of("mnist", str(index)) == "suite"
        ]
        return cls(Reader(root, "suite").read(SOURCES), pictures)

    def __contains__(self, key: str) -> bool:
        return key in self._drawings or key in self._pictures

    def __getitem__(self, key: str) -> Piece:
        """Raises DataError for a key that no reserved drawing has."""
        found = self._drawings.get(key) or self._pictures.get(key)
        if found is None:
            raise DataError(f"{key}: no reserved drawing has this key; give the data root that the list was made from")
        return found

    def chooser(self, review: Review) -> "Chooser":
        """Chooses among the drawings that the review did not leave out."""
        left_out = {key for keys in review.left_out.values() for key in keys}
        kept = [drawing for key, drawing in self._drawings.items() if key not in left_out]
        shapes = {
            name: [self._drawings[key] for key in keys if key in self._drawings] for name, keys in review.shapes.items()
        }
        return Chooser(kept, shapes, list(self._pictures.values()), left_out)


class Chooser:
    """Picks pieces for a canvas by chance; each method raises DataError where there is none of the kind."""

    def __init__(
        self,
        drawings: Sequence[Sketch],
        shapes: dict[str, list[Sketch]],
        pictures: Sequence[Picture],
        pictures_left_out: Container[str],
    ) -> None:
        self._hands: dict[str, dict[str, list[Sketch]]] = defaultdict(lambda: defaultdict(list))
        self._letters: dict[str, list[Sketch]] = defaultdict(list)
        self._doodles: list[Sketch] = []
        self._rude: list[Sketch] = []
        for drawing in drawings:
            if drawing.label in DIGITS:
                self._hands[f"{drawing.source}/{drawing.writer}"][drawing.label].append(drawing)
            elif drawing.label == CLASSES[CENSORED]:
                self._rude.append(drawing)
            elif drawing.source == "unipen":
                self._letters[drawing.name].append(drawing)
            else:
                self._doodles.append(drawing)
        self._shapes = shapes
        self._pictures = pictures
        self._pictures_left_out = pictures_left_out

    def digits(self, rng: Generator, count: int) -> list[Sketch]:
        """By one hand; the square root keeps the few who wrote much from being all there is."""
        hands = list(self._hands.values())
        weights = np.array([sum(map(len, hand.values())) for hand in hands]) ** 0.5
        if not hands:
            raise DataError("no reserved digits")
        hand = hands[int(rng.choice(len(hands), p=weights / weights.sum()))]
        return [_one(rng, hand[_one(rng, sorted(hand), "digits")], "digits") for _ in range(count)]

    def letters(self, rng: Generator, count: int) -> list[Sketch]:
        """Letters and symbols, each kind as often as the others."""
        return [_one(rng, self._letters[_one(rng, sorted(self._letters), "letters")], "letters") for _ in range(count)]

    def doodles(self, rng: Generator, count: int) -> list[Sketch]:
        return [_one(rng, self._doodles, "doodles") for _ in range(count)]

    def rude(self, rng: Generator, count: int) -> list[Sketch]:
        return [_one(rng, self._rude, "rude doodles") for _ in range(count)]

    def shaped(self, rng: Generator, name: str, count: int) -> list[Sketch]:
        return [_one(rng, self._shapes.get(name, []), name) for _ in range(count)]

    def pictures(self, rng: Generator, count: int) -> list[Picture]:
        """Of so many that only those chosen were reviewed: one left out gives way without moving the others."""
        chosen: list[Picture] = []
        while len(chosen) < count:
            picture = _one(rng, self._pictures, "MNIST pictures")
            if picture.key not in self._pictures_left_out:
                chosen.append(picture)
        return chosen


def _one(rng: Generator, items: Sequence[_Item], kind: str) -> _Item:
    if not items:
        raise DataError(f"no reserved {kind}: the suite needs the whole data root")
    return items[int(rng.integers(len(items)))]
