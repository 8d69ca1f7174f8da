"""Count which confirmed drawings were lost or stored twice."""

import os
import sqlite3
from collections import Counter
from contextlib import closing
from typing import Final, NamedTuple
from uuid import uuid4

from digit_detector.collect.collector import Collector, Settings
from digit_detector.collect.store import Store
from digit_detector.drawing import Annotation, Drawing, Stroke

CODE: Final = "fault"
IMAGE_BYTES: Final = 8_000


class Tally(NamedTuple):
    """Count confirmed, lost and doubled drawings."""

    confirmed: int
    lost: int
    doubled: int

    def plus(self, other: "Tally") -> "Tally":
        return Tally(*map(sum, zip(self, other, strict=True)))

    def __str__(self) -> str:
        return f"confirmed {self.confirmed} lost {self.lost} doubled {self.doubled}"


def make_drawing(token: str) -> Drawing:
    """Return a drawing with the token as its session, so that a copy under another ID is noticed."""
    return Drawing(
        id=uuid4().hex,
        image=os.urandom(IMAGE_BYTES),
        width=400,
        height=400,
        annotations=(Annotation("7", (1.0, 2.0, 30.0, 40.0)),),
        session=token,
        source="page",
        strokes=(Stroke(((1.0, 2.0), (30.0, 40.0)), 14.0),),
    )


def count_lost(store: Store, confirmed: list[str]) -> Tally:
    """Look for the confirmed drawings in a store."""
    stored = Counter(drawing.session for drawing in store.drawings())
    return Tally(
        len(confirmed),
        sum(token not in stored for token in confirmed),
        sum(count - 1 for count in stored.values()),
    )


def deliver_and_count(settings: Settings, confirmed: list[str]) -> tuple[Tally, int]:
    """Deliver the outbox, and look for the confirmed drawings; also return how many were delivered."""
    collector = Collector(settings)
    delivered = collector.deliver()
    tally = count_lost(collector.store, confirmed)
    collector.close()
    return tally, delivered


def integrity(settings: Settings) -> str:
    """Return the result of SQLite's integrity check: `ok`."""
    with closing(sqlite3.connect(settings.store)) as connection:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])


def report(title: str, tally: Tally, *notes: str) -> None:
    """Print a line."""
    print(f"{title}: {'; '.join((str(tally), *notes))}", flush=True)
