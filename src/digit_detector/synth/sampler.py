"""Sample sketches: of a class, of one writer, or of a sign's name."""

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from typing import Final, Generic, TypeVar

import numpy as np
from numpy.random import Generator

from digit_detector.classes import CLASSES, DIGITS, OTHER
from digit_detector.errors import DataError
from digit_detector.synth.perturbation import DOODLE_SOURCES
from digit_detector.synth.sources.curation import is_lookalike
from digit_detector.synth.strokes import Sketch

MAX_HARD_FRACTION: Final = 0.35
"""Largest fraction of a source's samples that are hard examples."""

MAX_OVERSAMPLING: Final = 10.0
"""Largest factor by which hard examples are oversampled, since a few of them are mislabelled."""

MIN_WRITER_DIGITS: Final = 6
"""Different digits that a writer must have written, to write whole numbers."""

_Item = TypeVar("_Item")


def pick(rng: Generator, items: Sequence[_Item]) -> _Item:
    """Return one of the items, each with the same probability."""
    return items[int(rng.integers(len(items)))]


class WeightedChoice(Generic[_Item]):
    """Pick items, each with a probability in proportion to its weight."""

    def __init__(self, items: Sequence[_Item], weights: Sequence[float]) -> None:
        self._items = items
        cumulative = np.cumsum(weights)
        self._fractions = cumulative / cumulative[-1:]

    def pick(self, rng: Generator) -> _Item:
        """Return one of the items."""
        return self._items[int(np.searchsorted(self._fractions, rng.random()))]


class SketchSampler:
    """Sample the sketches of one split."""

    def __init__(self, sketches: Sequence[Sketch], hard: Container[str] = frozenset()) -> None:
        """Take the sketches, and the keys of hard examples, which are sampled more often.

        Raises DataError if a class has no sketches.
        """
        by_class: dict[str, dict[str, list[Sketch]]] = defaultdict(lambda: defaultdict(list))
        writers: dict[str, dict[str, list[Sketch]]] = defaultdict(lambda: defaultdict(list))
        self._signs: dict[str, list[Sketch]] = defaultdict(list)
        for sketch in sketches:
            if not is_lookalike(sketch):
                by_class[sketch.label][sketch.source].append(sketch)
            if sketch.label in DIGITS:
                writers[f"{sketch.source}/{sketch.writer}"][sketch.label].append(sketch)
            elif sketch.label == CLASSES[OTHER] and sketch.source not in DOODLE_SOURCES:
                self._signs[sketch.name].append(sketch)
        missing = [name for name in CLASSES if name not in by_class]
        if missing:
            raise DataError(f"no drawings of {', '.join(missing)}: add a source that has them")
        self._classes = {label: ClassSampler(sources, hard) for label, sources in by_class.items()}
        others = by_class[CLASSES[OTHER]]
        self._letters = [letter for source in others if source not in DOODLE_SOURCES for letter in others[source]]
        alphabets = [digits for digits in writers.values() if len(digits) >= MIN_WRITER_DIGITS]
        counts = [sum(map(len, digits.values())) for digits in alphabets]
        self._writers = WeightedChoice(alphabets, [count**0.5 for count in counts]) if alphabets else None

    def sample(self, rng: Generator, label: int) -> Sketch:
        """Return a random sketch of a class."""
        return self._classes[CLASSES[label]].sample(rng)

    def letter(self, rng: Generator) -> Sketch | None:
        """Return a letter or a symbol that resembles no digit, or None if there are none."""
        return pick(rng, self._letters) if self._letters else None

    def sign(self, rng: Generator, names: Sequence[str]) -> Sketch | None:
        """Return a letter or symbol of one of these names, which may resemble a digit, or None if there are none."""
        sketches = self._signs.get(pick(rng, names))
        return pick(rng, sketches) if sketches else None

    def writer(self, rng: Generator) -> Mapping[str, Sequence[Sketch]] | None:
        """Return the digits of a random writer by label, or None if no writer has enough of them."""
        return self._writers.pick(rng) if self._writers else None


class ClassSampler:
    """Sample the sketches of one class, hard examples more often than others."""

    def __init__(self, sources: Mapping[str, Sequence[Sketch]], hard: Container[str] = frozenset()) -> None:
        """Take the class's sketches by source, and the keys of hard examples of any class."""
        self._sources = WeightedChoice(
            [(sketches, [sketch for sketch in sketches if sketch.key in hard]) for sketches in sources.values()],
            [_weight(name, len(sketches)) for name, sketches in sources.items()],
        )

    def sample(self, rng: Generator) -> Sketch:
        """Return a random sketch."""
        sketches, hard = self._sources.pick(rng)
        fraction = min(MAX_HARD_FRACTION, MAX_OVERSAMPLING * len(hard) / len(sketches))
        return pick(rng, hard if hard and rng.random() < fraction else sketches)


def _weight(source: str, count: int) -> float:
    """Return the relative weight of a source: the square root of its size, so that small sources still count.

    Doodles weigh twice as much as letters, since they have hundreds of subjects and are confused with `censored`.
    """
    return (2.0 if source in DOODLE_SOURCES else 1.0) * float(count**0.5)
