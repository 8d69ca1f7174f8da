"""Data echoing: every batch comes once as new, and earlier ones come again."""

from collections import Counter

import pytest

from digit_detector.learn.echo import REMEMBERED, Echoing


@pytest.mark.parametrize("echoes", [1, 2])
def test_each_batch_is_followed_by_echoes_of_what_came_before(echoes: int) -> None:
    batches = [str(number) for number in range(3 * REMEMBERED)]
    echoing = Echoing(batches, echoes)
    given = list(echoing)
    assert len(given) == len(echoing) == len(batches) * (1 + echoes)
    assert given[:: 1 + echoes] == batches
    for place, name in enumerate(given):
        newest = place // (1 + echoes)
        assert newest - REMEMBERED < int(name) <= newest
    heard_again = [name for name, count in Counter(given).items() if count > 1]
    assert len(heard_again) > len(batches) / 2


def test_the_same_seed_gives_the_same_order() -> None:
    batches = list(range(50))
    assert list(Echoing(batches, 1, seed=3)) == list(Echoing(batches, 1, seed=3))
    assert list(Echoing(batches, 1, seed=3)) != list(Echoing(batches, 1, seed=4))
