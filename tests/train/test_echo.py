"""Data echoing: every batch comes when it is ready, and again some time later."""

from collections import Counter
from itertools import pairwise

import pytest

from digit_detector.train.echo import MAX_WAITING, EchoingDataLoader


def loader(count: int, echoes: int, seed: int = 0) -> EchoingDataLoader[int]:
    return EchoingDataLoader(range(count), batch_size=None, echoes=echoes, seed=seed)


@pytest.mark.parametrize("echoes", [0, 1, 2])
def test_each_batch_is_repeated(echoes: int) -> None:
    count = 5 * MAX_WAITING
    batches = list(loader(count, echoes))
    assert len(batches) == len(loader(count, echoes)) == count * (1 + echoes)
    assert set(Counter(batches).values()) == {1 + echoes}
    assert list(dict.fromkeys(batches)) == list(range(count))
    assert sum(first == second for first, second in pairwise(batches)) < len(batches) / 20


def test_few_batches_are_repeated_at_the_end() -> None:
    batches = list(loader(3, 1))
    assert batches[:3] == [0, 1, 2]
    assert sorted(batches[3:]) == [0, 1, 2]


def test_seed_decides_the_order() -> None:
    assert list(loader(50, 1, seed=3)) == list(loader(50, 1, seed=3))
    assert list(loader(50, 1, seed=3)) != list(loader(50, 1, seed=4))
