"""Store confirmed drawings, or keep them in the outbox while the store is down.

The store imports SQLAlchemy, and so is itself imported only where one is named.
"""

import hashlib
import logging
import math
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from threading import Event, Thread
from typing import Final, Self

from digit_detector.collect.outbox import Outbox, PendingDrawing
from digit_detector.drawing import Drawing
from digit_detector.errors import StoreError, how_to_install

STORE: Final = "DIGIT_DETECTOR_STORE"
OUTBOX: Final = "DIGIT_DETECTOR_OUTBOX"

DELIVERY_SECONDS: Final = 15.0
COMPACTION_SECONDS: Final = 3600.0
"""Least time from one removal of deleted drawings from the store's files to the next; it locks the whole store."""

# Crockford's base 32, without letters that resemble digits or other letters.
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES: Final = str.maketrans("OIL", "011")

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """Hold the places for contributed drawings, as the environment names them."""

    store: str
    """Path of a SQLite file, or address of a PostgreSQL database."""
    outbox: Path
    """Folder for drawings while the store is not available."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self | None:
        """Return the settings, or None if no store is named.

        Raises StoreError for PostgreSQL without an outbox, since only the operator knows a persistent folder.
        """
        store = environment.get(STORE, "").strip()
        if not store:
            return None
        if outbox := environment.get(OUTBOX, "").strip():
            return cls(store, Path(outbox))
        if "://" in store and not store.startswith("sqlite:"):
            raise StoreError(
                f"{STORE} names a server, and {OUTBOX} is missing: set it to a folder on a persistent disk, "
                "where confirmed drawings wait while that server is down"
            )
        file = Path(store.removeprefix("sqlite:///"))
        return cls(store, file.with_name(f"{file.name}-outbox"))


class Kept(Enum):
    """Tell where a confirmed drawing is stored durably."""

    STORE = "store"
    OUTBOX = "outbox"


class Collector:
    """Combine a store with an outbox; safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        """Open lazily, so the store may be down; raise StoreError for an invalid address, or without SQLAlchemy."""
        try:
            from digit_detector.collect.store import Store
        except ModuleNotFoundError as error:
            raise StoreError(f"keeping drawings needs {error.name}: {how_to_install('collect')}") from error
        self.store: Final[Store] = Store(settings.store)
        self._outbox = Outbox(settings.outbox)
        self._stop = Event()
        self._thread: Thread | None = None

    def start(self, seconds: float = DELIVERY_SECONDS) -> Self:
        """Deliver the outbox in the background, every `seconds`, and purge the store every COMPACTION_SECONDS."""
        self._thread = Thread(target=self._work, args=(seconds,), name="delivery", daemon=True)
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop the background thread after it has delivered what waits, and close all connections."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self.store.close()

    def keep(self, drawing: Drawing, code: str) -> Kept:
        """Store a confirmed drawing under a receipt's code; return once it is on disk.

        Raises StoreError if neither the store nor the outbox takes it: it is not stored, and the call can be repeated.
        """
        receipt = hash_of(code)
        try:
            self.store.keep(drawing, receipt)
            return Kept.STORE
        except StoreError as store_error:
            try:
                self._outbox.put(PendingDrawing(drawing, receipt))
            except StoreError as outbox_error:
                raise StoreError(
                    f"{store_error}; {outbox_error}: the drawing is not stored, try again later"
                ) from outbox_error
            _log.warning("a drawing waits in the outbox: %s", store_error)
            return Kept.OUTBOX

    def count_waiting(self) -> int:
        """Return the number of drawings in the outbox; raise StoreError if its folder cannot be read."""
        return self._outbox.count()

    def contributions(self, code: str, most: int) -> tuple[int, list[Drawing]]:
        """Return the number of drawings under this code, pending ones included, and the newest, at most so many.

        Raises StoreError if the store is down.
        """
        receipt = hash_of(code)
        waiting = [pending.drawing for pending in self._pending(receipt)]
        # Afterwards: what waits may be delivered meanwhile, and is then found twice.
        ids, stored = self.store.contribution_ids(receipt), self.store.contributions(receipt, most)
        newest = {drawing.id: drawing for drawing in (*waiting, *stored)}
        return len({*ids, *newest}), list(newest.values())[:most]

    def delete(self, code: str) -> int:
        """Delete the drawings under this code, and return their number; raise StoreError if the store is down.

        Those in the outboxes of other replicas are not counted; they are deleted when they would be delivered. The
        background thread removes all from the store's files later, since that locks the whole store.
        """
        receipt = hash_of(code)
        ids = [pending.drawing.id for pending in self._pending(receipt)]
        count = self.store.delete(receipt, ids)
        for drawing_id in ids:
            self._outbox.remove(drawing_id)
        return count

    def deliver(self) -> int:
        """Move the outbox into the store, which refuses deleted drawings; return the number of drawings that left it.

        A drawing that cannot be delivered stays in the outbox, and blocks no other. Raises StoreError if there is one.
        """
        delivered = failed = 0
        cause: Exception | None = None
        for pending in self._outbox.pending():
            if failed and self._stop.is_set():
                break  # the server ends, and the store is down: the outbox keeps the rest
            try:
                self.store.keep_pending(pending.drawing, pending.receipt)
                self._outbox.remove(pending.drawing.id)
                delivered += 1
            except Exception as error:
                if not isinstance(error, StoreError):
                    _log.exception("the drawing %s cannot be delivered", pending.drawing.id)
                failed += 1
                cause = cause or error
        self._outbox.remove_partial_files()
        if cause is not None:
            raise StoreError(f"{failed} of {failed + delivered} drawings stay in the outbox ({cause})") from cause
        return delivered

    def _pending(self, receipt: str) -> Iterator[PendingDrawing]:
        return (pending for pending in self._outbox.pending() if pending.receipt == receipt)

    def _work(self, seconds: float) -> None:
        compacted = -math.inf
        while not self._stop.wait(seconds):
            self._attempt(self.deliver)
            if time.monotonic() - compacted >= COMPACTION_SECONDS:
                compacted = time.monotonic()
                self._attempt(self.store.purge)
        self._attempt(self.deliver)

    def _attempt(self, task: Callable[[], object]) -> None:
        """Run a task of the background thread, which outlives every error and tries again later."""
        try:
            task()
        except StoreError as error:
            _log.warning("%s", error)
        except Exception:
            _log.exception("the background thread of the store failed")


def shared_collector() -> Collector | None:
    """Return the collector of this process, or None if no store is named; raise StoreError for invalid settings."""
    settings = Settings.from_environment()
    return None if settings is None else _collector(settings)


_collector: Final = cache(Collector)


def new_receipt() -> str:
    """Return a code of 100 random bits, such as `7K3M-9QXR-0ZVB-W2T8-HJ5N`."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(5))


def hash_of(receipt: str) -> str:
    """Return the hexadecimal hash of a code, regardless of case, spaces, hyphens and look-alike letters."""
    canonical = "".join(filter(str.isalnum, receipt.upper())).translate(_LOOKALIKES)
    # 100 random bits cannot be guessed, so a fast hash is enough.
    return hashlib.sha256(canonical.encode()).hexdigest()
