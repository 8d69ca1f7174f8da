"""A lock that goes to those who wait in the order of their coming, which `threading.Lock` does not promise."""

from collections import deque
from threading import Lock


class Turn:
    """Between `__enter__` and `__exit__` there is one thread; the others queue."""

    def __init__(self) -> None:
        self._changing = Lock()
        self._queue: deque[Lock] = deque()
        """Of the thread whose turn it is, and of those who wait; each waits on its own."""

    def __enter__(self) -> None:
        mine = Lock()
        mine.acquire()
        with self._changing:
            self._queue.append(mine)
            first = len(self._queue) == 1
        if not first:
            mine.acquire()

    def __exit__(self, *_: object) -> None:
        with self._changing:
            self._queue.popleft()
            if self._queue:
                self._queue[0].release()
