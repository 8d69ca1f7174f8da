"""Data echoing: a batch is used several times where making it takes longer than learning from it."""

import random
from collections.abc import Iterator
from typing import Final, Generic, Protocol, TypeVar

Batch_co = TypeVar("Batch_co", covariant=True)

WAITING: Final = 64
"""Echoes that wait, among which the next one is chosen: so that a batch comes again some time later."""


class Loader(Protocol[Batch_co]):
    """Batches, and how many."""

    def __iter__(self) -> Iterator[Batch_co]: ...

    def __len__(self) -> int: ...


class Echoing(Generic[Batch_co]):
    """Each batch of a loader as it comes, and its echoes in between later ones (Choi et al. 2019, arXiv:1907.05550)."""

    def __init__(self, loader: Loader[Batch_co], echoes: int, seed: int) -> None:
        """echoes: how often each batch comes again."""
        self.loader = loader
        self.echoes = echoes
        self.seed = seed

    def __len__(self) -> int:
        return len(self.loader) * (1 + self.echoes)

    def __iter__(self) -> Iterator[Batch_co]:
        rng = random.Random(self.seed)
        waiting: list[Batch_co] = []
        for batch in self.loader:
            yield batch
            waiting += [batch] * self.echoes
            while len(waiting) > WAITING:
                yield waiting.pop(rng.randrange(len(waiting)))
        while waiting:
            yield waiting.pop(rng.randrange(len(waiting)))
