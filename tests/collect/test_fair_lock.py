"""Test that the lock is granted in order of arrival."""

from threading import Thread

from digit_detector.collect.database import FairLock


def test_fair_lock_order() -> None:
    lock, order, inside = FairLock(), [], []

    def take(number: int) -> None:
        with lock:
            inside.append(number)
            order.append((number, len(inside)))
            inside.remove(number)

    threads = [Thread(target=take, args=(number,)) for number in range(20)]
    with lock:
        for number, thread in enumerate(threads, 1):
            thread.start()
            while len(lock._queue) <= number:
                pass
    for thread in threads:
        thread.join()
    assert order == [(number, 1) for number in range(20)]
