"""Data echoing: a batch is used several times where making it takes longer than learning from it."""

import random
from collections.abc import Iterator
from typing import Final, Generic, Protocol, TypeVar

Batch_co = TypeVar("Batch_co", covariant=True)

REMEMBERED: Final = 64
"""Batches among which an echo is chosen: apart in time, so that no two steps in a row see the same pictures."""


class Loader(Protocol[Batch_co]):
    """Batches, and how many."""

    def __iter__(self) -> Iterator[Batch_co]: ...

    def __len__(self) -> int: ...


class Echoing(Generic[Batch_co]):
    """Each batch of a loader as it comes, and after it some of the latest again (Choi et al. 2019, 1907.05550)."""

    def __init__(self, loader: Loader[Batch_co], echoes: int, seed: int = 0) -> None:
        """echoes: how many of the earlier batches follow each new one."""
        self.loader = loader
        self.echoes = echoes
        self.seed = seed

    def __len__(self) -> int:
        return len(self.loader) * (1 + self.echoes)

    def __iter__(self) -> Iterator[Batch_co]:
        rng = random.Random(self.seed)
        remembered: list[Batch_co] = []
        for count, batch in enumerate(self.loader):
            yield batch
            if count < REMEMBERED:
                remembered.append(batch)
            else:
                remembered[count % REMEMBERED] = batch
            yield from rng.choices(remembered, k=self.echoes)
