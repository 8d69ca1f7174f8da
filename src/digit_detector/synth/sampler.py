"""Sample the sketches of a class, from all of its sources."""

from collections.abc import Container, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digit_detector.synth.handwriting import DOODLE_SOURCES
from digit_detector.synth.strokes import Sketch

MAX_HARD_FRACTION: Final = 0.35
"""Largest fraction of a source's samples that are hard examples."""

MAX_OVERSAMPLING: Final = 10.0
"""Largest factor by which hard examples are oversampled, since a few of them are mislabelled."""


class ClassSampler:
    """Sample the sketches of one class, hard examples more often than others."""

    def __init__(self, sources: Mapping[str, Sequence[Sketch]], hard: Container[str] = frozenset()) -> None:
        """Take the class's sketches by source, and the keys of hard examples of any class."""
        self.sources = [_SourceSampler(sketches, hard) for sketches in sources.values()]
        self._cumulative = cumulative_fractions([_weight(name, len(sketches)) for name, sketches in sources.items()])

    def sample(self, rng: Generator) -> Sketch:
        """Return a random sketch."""
        return self.sources[int(np.searchsorted(self._cumulative, rng.random()))].sample(rng)


class _SourceSampler:
    """Sample the sketches of one class and source."""

    def __init__(self, sketches: Sequence[Sketch], hard: Container[str]) -> None:
        self.sketches = sketches
        self._hard = [sketch for sketch in sketches if sketch.key in hard]
        self._hard_fraction = min(MAX_HARD_FRACTION, MAX_OVERSAMPLING * len(self._hard) / len(sketches))

    def sample(self, rng: Generator) -> Sketch:
        sketches = self._hard if self._hard and rng.random() < self._hard_fraction else self.sketches
        return sketches[int(rng.integers(len(sketches)))]


def _weight(source: str, count: int) -> float:
    """Return the relative weight of a source: the square root of its size, so that small sources still count.

    Doodles weigh twice as much as letters, since they have hundreds of subjects and are confused with `censored`.
    """
    return (2.0 if source in DOODLE_SOURCES else 1.0) * float(count**0.5)


def cumulative_fractions(weights: Sequence[float]) -> NDArray[np.float64]:
    """Return the cumulative fractions (n,) of the weights, for searchsorted."""
    cumulative = np.cumsum(weights)
    return np.asarray(cumulative / cumulative[-1:])
