"""Where drawings are kept: two environment variables, and nowhere without the first."""

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
    """What the page's server was told about keeping drawings."""

    store: str
    """A file's path for SQLite, or the address of a PostgreSQL database."""
    outbox: Path
    """The folder for drawings that the store cannot take at the moment."""

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> Self | None:
        """The settings of this environment; None where no store is named, so that nothing is kept.

        Raises StoreError for a PostgreSQL database without an outbox: only who runs the server knows a lasting folder.
        """
        store = environment.get(STORE, "").strip()
        if not store:
            return None
        if outbox := environment.get(OUTBOX, "").strip():
            return cls(store, Path(outbox))
        if "://" in store and not store.startswith("sqlite:"):
            raise StoreError(
                f"{STORE} names a server, and {OUTBOX} is missing: set it to a folder on a lasting disk, "
                "where confirmed drawings wait while that server is down"
            )
        file = Path(store.removeprefix("sqlite:///"))
        return cls(store, file.with_name(f"{file.name}-outbox"))
