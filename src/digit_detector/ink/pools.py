"""The drawings that scenes are made of, by class: which of them is picked how often."""

from collections.abc import Container, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digit_detector.ink import hand
from digit_detector.ink.strokes import Drawing

HARD_SHARE: Final = 0.35
"""How often a hard drawing is picked where a class has some; at other times any drawing of the class is."""


class ClassPool:
    """The drawings of one class by source, and those among them that are often misread."""

    def __init__(self, sources: Mapping[str, Sequence[Drawing]], hard: Container[str] = frozenset()) -> None:
        """hard: keys of drawings, of this class or any other."""
        self.any = _Weighed(sources)
        of_hard = {name: [one for one in drawings if one.key in hard] for name, drawings in sources.items()}
        self.hard = _Weighed({name: drawings for name, drawings in of_hard.items() if drawings})

    def pick(self, rng: Generator) -> Drawing:
        """One drawing by chance."""
        if self.hard.drawings and rng.random() < HARD_SHARE:
            return self.hard.pick(rng)
        return self.any.pick(rng)


class _Weighed:
    """Drawings by source, each source picked by its weight."""

    def __init__(self, sources: Mapping[str, Sequence[Drawing]]) -> None:
        self.drawings = list(sources.values())
        self._shares = cumulative_shares([_weight(name, len(drawings)) for name, drawings in sources.items()])

    def pick(self, rng: Generator) -> Drawing:
        drawings = self.drawings[int(np.searchsorted(self._shares, rng.random()))]
        return drawings[int(rng.integers(len(drawings)))]


def _weight(source: str, drawings: int) -> float:
    """Of a source among those of its class: the square root keeps small ones, which look different, from drowning.

    Doodles come in hundreds of kinds, and are what is taken for a rude one: they weigh twice as much as letters.
    """
    return (2.0 if source in hand.DOODLES else 1.0) * float(drawings**0.5)


def cumulative_shares(weights: Sequence[float]) -> NDArray[np.float64]:
    """Cumulative shares of the weights (n,), for searchsorted."""
    cumulative = np.cumsum(weights)
    return np.asarray(cumulative / cumulative[-1:])
