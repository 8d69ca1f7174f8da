"""Takes what visitors confirm: into the store, or into the outbox until the store is back."""

import logging
from collections.abc import Iterator
from enum import Enum
from threading import Event, Thread
from typing import Final, Self

from digit_detector.collect.outbox import Outbox, Waiting
from digit_detector.collect.receipt import hash_of
from digit_detector.collect.settings import Settings
from digit_detector.collect.store.store import Store
from digit_detector.drawing import Drawing
from digit_detector.errors import StoreError

DELIVERY_SECONDS: Final = 15.0

_log = logging.getLogger(__name__)


class Kept(Enum):
    """Where a confirmed drawing is, safe from a crash in either place."""

    STORE = "store"
    OUTBOX = "outbox"


class Collector:
    """A store with its outbox; safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        """Raises StoreError for an address that no store can have; the store itself may be down."""
        self.store: Final = Store(settings.store)
        self._outbox = Outbox(settings.outbox)
        self._ended = Event()
        self._thread = Thread(target=self._deliver_on, name="delivery", daemon=True)

    def start(self, seconds: float = DELIVERY_SECONDS) -> Self:
        """Deliver the outbox from now on every so often, in the background."""
        self._seconds = seconds
        self._thread.start()
        return self

    def close(self) -> None:
        """End the background's work, and give the connections back."""
        self._ended.set()
        if self._thread.ident is not None:
            self._thread.join()
        self.store.close()

    def keep(self, record: Drawing, code: str) -> Kept:
        """Keep a confirmed drawing under a receipt's code; returns once it is written down for good.

        Raises StoreError where neither the store nor the outbox takes it: then it is not kept, and may be given again.
        """
        receipt = hash_of(code)
        try:
            self.store.keep(record, receipt)
            return Kept.STORE
        except StoreError as down:
            try:
                self._outbox.put(Waiting(record, receipt))
            except StoreError as full:
                raise StoreError(f"{down}; {full}: the drawing is not kept, try again later") from full
            _log.warning("a drawing waits in the outbox: %s", down)
            return Kept.OUTBOX

    def given(self, code: str) -> list[Drawing]:
        """What was given under this code, also what still waits; raises StoreError where the store is down."""
        receipt = hash_of(code)
        stored = self.store.given(receipt)
        there = {record.id for record in stored}
        return stored + [waiting.record for waiting in self._mine(receipt) if waiting.record.id not in there]

    def delete(self, code: str) -> int:
        """Delete what was given under this code; returns how many. Raises StoreError where the store is down."""
        receipt = hash_of(code)
        waiting = [waiting.record.id for waiting in self._mine(receipt)]
        count = self.store.delete(receipt, waiting)
        for name in waiting:
            self._outbox.remove(name)
        try:
            self.store.purge()
        except StoreError as error:  # what the background tries anew
            _log.warning("%s", error)
        return count

    def deliver(self) -> int:
        """Bring what waits into the store, and finish deletions; returns how many drawings were brought.

        Raises StoreError where the store is still down.
        """
        count = 0
        for waiting in self._outbox.waiting():
            self.store.keep(waiting.record, waiting.receipt)
            self._outbox.remove(waiting.record.id)
            count += 1
        self._outbox.tidy()
        self.store.purge()
        return count

    def _mine(self, receipt: str) -> Iterator[Waiting]:
        return (waiting for waiting in self._outbox.waiting() if waiting.receipt == receipt)

    def _deliver_on(self) -> None:
        while not self._ended.wait(self._seconds):
            try:
                self.deliver()
            except StoreError as error:
                _log.warning("%s", error)
