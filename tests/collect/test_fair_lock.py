"""Writers take turns in the order of their coming."""

from threading import Thread

from digit_detector.collect.store.fair_lock import Turn


def test_who_comes_first_is_first_and_alone() -> None:
    turn, order, inside = Turn(), [], []

    def take(number: int) -> None:
        with turn:
            inside.append(number)
            order.append((number, len(inside)))
            inside.remove(number)

    threads = [Thread(target=take, args=(number,)) for number in range(20)]
    with turn:
        for number, thread in enumerate(threads, 1):
            thread.start()
            while len(turn._queue) <= number:
                pass
    for thread in threads:
        thread.join()
    assert order == [(number, 1) for number in range(20)]
