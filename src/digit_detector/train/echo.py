"""Data echoing: reuse a batch where making one takes longer than learning from it (Choi et al. 2019)."""

import random
from collections.abc import Iterator
from typing import Any, Final, Generic, TypeVar

from torch.utils.data import DataLoader

Sample_co = TypeVar("Sample_co", covariant=True)

MAX_WAITING: Final = 64
"""Echoes that wait, among which the next one is chosen, so that a batch returns some time later."""


class EchoingDataLoader(DataLoader[Sample_co], Generic[Sample_co]):
    """Yield each batch when it is ready, and `echoes` more times between later ones."""

    def __init__(self, *args: Any, echoes: int = 0, seed: int = 0, **kwargs: Any) -> None:
        """Take DataLoader's arguments, and how often each batch is repeated, in an order that the seed decides."""
        super().__init__(*args, **kwargs)
        self.echoes = echoes
        self._random = random.Random(seed)

    def __len__(self) -> int:
        return super().__len__() * (1 + self.echoes)

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]  # DataLoader promises its private iterator
        waiting: list[Any] = []
        for batch in super().__iter__():
            yield batch
            waiting += [batch] * self.echoes
            while len(waiting) > MAX_WAITING:
                yield waiting.pop(self._random.randrange(len(waiting)))
        while waiting:
            yield waiting.pop(self._random.randrange(len(waiting)))
