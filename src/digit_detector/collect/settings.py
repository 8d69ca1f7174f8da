"""Read from the environment where drawings are stored; without DIGIT_DETECTOR_STORE nothing is stored."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from digit_detector.errors import StoreError

STORE: Final = "DIGIT_DETECTOR_STORE"
OUTBOX: Final = "DIGIT_DETECTOR_OUTBOX"


@dataclass(frozen=True)
class Settings:
    """Hold the places for contributed drawings."""

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
