"""Data echoing: every batch comes as new, and again some time later."""

from collections import Counter
from itertools import pairwise

import pytest

from digit_detector.train.echo import WAITING, Echoing


@pytest.mark.parametrize("echoes", [1, 2])
def test_each_batch_comes_as_new_and_as_often_again(echoes: int) -> None:
    batches = list(range(5 * WAITING))
    given = list(Echoing(batches, echoes, seed=0))
    assert len(given) == len(Echoing(batches, echoes, seed=0)) == len(batches) * (1 + echoes)
    assert set(Counter(given).values()) == {1 + echoes}
    assert list(dict.fromkeys(given)) == batches
    at_once = sum(first == second for first, second in pairwise(given))
    assert at_once < len(given) / 20


def test_fewer_batches_than_may_wait_come_again_at_the_end() -> None:
    given = list(Echoing(["a", "b", "c"], 1, seed=0))
    assert given[:3] == ["a", "b", "c"]
    assert sorted(given[3:]) == ["a", "b", "c"]


def test_a_seed_gives_the_same_order_again() -> None:
    batches = list(range(50))
    assert list(Echoing(batches, 1, seed=3)) == list(Echoing(batches, 1, seed=3))
    assert list(Echoing(batches, 1, seed=3)) != list(Echoing(batches, 1, seed=4))
