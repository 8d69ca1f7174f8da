"""The drawings that scenes are made of, by class: which of them is picked how often."""

from collections.abc import Container, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digit_detector.synth import handwriting as hand
from digit_detector.synth.strokes import Sketch

HARD_SHARE: Final = 0.35
"""Share of a source's picks that its hard drawings get at most."""

HARD_TIMES: Final = 10.0
"""How many times as often as by chance they are picked at most: a few, of which some are mislabelled, stay few."""


class ClassPool:
    """The drawings of one class; of each source, those that are often misread are picked more often."""

    def __init__(self, sources: Mapping[str, Sequence[Sketch]], hard: Container[str] = frozenset()) -> None:
        """hard: keys of drawings, of this class or any other."""
        self.sources = [_Source(drawings, hard) for drawings in sources.values()]
        self._shares = cumulative_shares([_weight(name, len(drawings)) for name, drawings in sources.items()])

    def pick(self, rng: Generator) -> Sketch:
        """One drawing by chance."""
        return self.sources[int(np.searchsorted(self._shares, rng.random()))].pick(rng)


class _Source:
    """The drawings of one class and source."""

    def __init__(self, drawings: Sequence[Sketch], hard: Container[str]) -> None:
        self.drawings = drawings
        self._hard = [one for one in drawings if one.key in hard]
        self._share = min(HARD_SHARE, HARD_TIMES * len(self._hard) / len(drawings))

    def pick(self, rng: Generator) -> Sketch:
        chosen = self._hard if self._hard and rng.random() < self._share else self.drawings
        return chosen[int(rng.integers(len(chosen)))]


def _weight(source: str, drawings: int) -> float:
    """Of a source among those of its class: the square root keeps small ones, which look different, from drowning.

    Doodles come in hundreds of kinds, and are what is taken for a rude one: they weigh twice as much as letters.
    """
    return (2.0 if source in hand.DOODLES else 1.0) * float(drawings**0.5)


def cumulative_shares(weights: Sequence[float]) -> NDArray[np.float64]:
    """Cumulative shares of the weights (n,), for searchsorted."""
    cumulative = np.cumsum(weights)
    return np.asarray(cumulative / cumulative[-1:])
