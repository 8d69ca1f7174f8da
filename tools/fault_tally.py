"""What was confirmed while everything went wrong, and what became of it."""

import os
import sqlite3
from collections import Counter
from contextlib import closing
from typing import Final, NamedTuple
from uuid import uuid4

from digit_detector.collect.collector import Collector
from digit_detector.collect.settings import Settings
from digit_detector.collect.store.store import Store
from digit_detector.drawing import Annotation, Drawing, Stroke

CODE: Final = "fault"
IMAGE_BYTES: Final = 8_000


class Tally(NamedTuple):
    """Confirmed drawings, and what became of them."""

    confirmed: int
    lost: int
    doubled: int

    def plus(self, other: "Tally") -> "Tally":
        return Tally(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))

    def __str__(self) -> str:
        return f"confirmed {self.confirmed} lost {self.lost} doubled {self.doubled}"


def a_record(token: str) -> Drawing:
    """A drawing that carries its token in its session too, so that one that is kept under two ids is noticed."""
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


def judge(store: Store, confirmed: list[str]) -> Tally:
    """Look for what was confirmed."""
    there = Counter(record.session for record in store.drawings())
    return Tally(
        len(confirmed),
        sum(token not in there for token in confirmed),
        sum(count - 1 for count in there.values()),
    )


def settle(settings: Settings, confirmed: list[str]) -> tuple[Tally, int]:
    """Deliver what waits, and look for what was confirmed; also gives how many were delivered."""
    collector = Collector(settings)
    delivered = collector.deliver()
    tally = judge(collector.store, confirmed)
    collector.close()
    return tally, delivered


def intact(settings: Settings) -> str:
    """What SQLite says of its file: `ok`."""
    with closing(sqlite3.connect(settings.store)) as connection:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])


def say(what: str, tally: Tally, *notes: str) -> None:
    print(f"{what}: {'; '.join((str(tally), *notes))}", flush=True)
