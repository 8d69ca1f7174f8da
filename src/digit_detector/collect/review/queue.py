"""The review's queue: drawings that no one has looked at, the most suspicious first, near-duplicates together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from digit_detector.collect.review.annotators import Opinion
from digit_detector.collect.review.label_issue_score import Suspicion, suspicion
from digit_detector.collect.review.near_duplicates import groups
from digit_detector.collect.store.schema import drawings, looks
from digit_detector.collect.store.store import FIELDS, Store, record_of
from digit_detector.drawing import Drawing


@dataclass(frozen=True)
class Queued:
    """A drawing that waits for the maintainer."""

    record: Drawing
    suspicion: Suspicion | None
    """None where it came after the readers were asked."""
    group: str
    """The id of the first of its near-duplicates."""


def ordered(records: Sequence[Drawing], opinions: Mapping[str, Opinion]) -> list[tuple[Drawing, Suspicion]]:
    """The most suspicious first."""
    counts = Counter(annotation.label for record in records for annotation in record.annotations)
    judged = [(record, suspicion(record, opinions, counts)) for record in records]
    return sorted(judged, key=lambda pair: -pair[1].score)


def prepare(store: Store, opinions: Mapping[str, Opinion]) -> int:
    """Ask the readers about all drawings that no one has looked at, and note what they say; returns how many."""
    counts: Counter[str] = Counter()
    for record in store.records():
        counts.update(annotation.label for annotation in record.annotations)
    group_of = groups(store.records(reviewed=False))
    done = 0
    for record in store.records(reviewed=False):
        judged = suspicion(record, opinions, counts)
        facts = {"suspicion": judged.score, "reason": judged.reason, "alike": group_of.get(record.id, record.id)}
        with store.writing() as connection:
            connection.execute(looks.delete().where(looks.c.id == record.id))
            there = sa.select(sa.literal(record.id), *map(sa.literal, facts.values())).where(
                sa.exists().where(drawings.c.id == record.id)  # it may have been deleted meanwhile
            )
            connection.execute(looks.insert().from_select(["id", *facts], there))
        done += 1
    return done


def queue(store: Store, limit: int, least: bool = False) -> list[Queued]:
    """The next drawings to look at, and how they are grouped; those that no reader was asked about come first.

    With `least`, the least suspicious of those that readers were asked about, which may be accepted at a glance.

    Raises StoreError where the store cannot be used.
    """
    order = (looks.c.suspicion,) if least else (looks.c.suspicion.is_not(None), looks.c.suspicion.desc())
    query = (
        sa.select(*FIELDS, looks.c.suspicion, looks.c.reason, looks.c.alike)
        .join(looks, looks.c.id == drawings.c.id, isouter=not least)
        .where(~drawings.c.reviewed, ~drawings.c.rejected)
        .order_by(*order, drawings.c.number)
        .limit(limit)
    )
    with store.reading() as connection:
        rows = connection.execute(query).all()
    return [_queued(row) for row in rows]


def group(store: Store, name: str) -> list[Drawing]:
    """The drawings of a group that no one has looked at; raises StoreError where the store cannot be used."""
    query = (
        sa.select(*FIELDS)
        .join(looks, looks.c.id == drawings.c.id)
        .where(looks.c.alike == name, ~drawings.c.reviewed, ~drawings.c.rejected)
        .order_by(drawings.c.number)
    )
    with store.reading() as connection:
        return [record_of(row) for row in connection.execute(query)]


def _queued(row: sa.Row[*tuple[Any, ...]]) -> Queued:
    judged = None if row.suspicion is None else Suspicion(row.suspicion, row.reason)
    return Queued(record_of(row), judged, row.alike or row.id)
