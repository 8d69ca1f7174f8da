"""What the maintainer decides on kept drawings: all of it logged, and all of it undone as it was done."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal
from uuid import uuid4

import sqlalchemy as sa

from digit_detector.collect.store.schema import decisions, drawings
from digit_detector.collect.store.store import Store
from digit_detector.drawing import Annotation

Verdict = Literal["accept", "correct", "reject"]
Action = Verdict | Literal["undo"]
_STATE: Final = ("annotations", "reviewed", "rejected")


@dataclass(frozen=True)
class Decision:
    """On one drawing: its labels are right, or these are, or it is not to be learnt from."""

    id: str
    action: Verdict
    annotations: tuple[Annotation, ...] | None = None
    """For `correct`: all of the drawing's objects as they should be."""

    def changes(self) -> dict[str, Any]:
        """The columns that change; raises ValueError for a correction without annotations."""
        match self.action:
            case "accept":
                return {"reviewed": True, "rejected": False}
            case "reject":
                return {"reviewed": True, "rejected": True}
            case "correct" if self.annotations is not None:
                plain = [asdict(annotation) for annotation in self.annotations]
                return {"annotations": plain, "reviewed": True, "rejected": False}
        raise ValueError(f"{self.action} of {self.id} without the annotations that are right")


@dataclass(frozen=True)
class Entry:
    """A line of the log."""

    number: int
    batch: str
    id: str
    time: str
    action: Action
    before: dict[str, Any]
    after: dict[str, Any]
    undoes: str | None
    """The batch that this took back."""


def decide(store: Store, some: Sequence[Decision]) -> int:
    """Carry out decisions, all or none; returns how many: what was deleted or decided meanwhile is left out.

    Raises StoreError where the store cannot be used.
    """
    batch = uuid4().hex
    with store.writing() as connection:
        return sum(_change(connection, one.id, batch, one.action, one.changes(), None) for one in some)


def undo(store: Store) -> list[str]:
    """Take back what was decided last and not taken back yet; returns the drawings' ids, none where there is nothing.

    Raises StoreError where the store cannot be used.
    """
    undone = sa.select(decisions.c.undoes).where(decisions.c.undoes.is_not(None))
    with store.writing() as connection:
        last = connection.scalar(
            sa.select(decisions.c.batch)
            .where(decisions.c.undoes.is_(None), decisions.c.batch.not_in(undone))
            .order_by(decisions.c.number.desc())
            .limit(1)
        )
        if last is None:
            return []
        entries = connection.execute(sa.select(decisions).where(decisions.c.batch == last)).all()
        batch = uuid4().hex
        for entry in reversed(entries):
            _change(connection, entry.id, batch, "undo", entry.before, last)
        return [entry.id for entry in entries]


def log(store: Store, limit: int | None = None) -> list[Entry]:
    """What was decided, newest first; raises StoreError where the store cannot be used."""
    with store.reading() as connection:
        query = sa.select(decisions).order_by(decisions.c.number.desc()).limit(limit)
        return [Entry(**row._asdict()) for row in connection.execute(query)]


def _change(
    connection: sa.Connection, name: str, batch: str, action: Action, changes: dict[str, Any], undoes: str | None
) -> bool:
    state = sa.select(*(drawings.c[column] for column in _STATE)).where(drawings.c.id == name).with_for_update()
    row = connection.execute(state).one_or_none()
    if row is None or (row.reviewed and undoes is None):
        return False
    before = row._asdict()
    connection.execute(drawings.update().where(drawings.c.id == name).values(changes))
    connection.execute(
        decisions.insert().values(
            batch=batch,
            id=name,
            time=datetime.now(UTC).isoformat(),
            action=action,
            before=before,
            after=before | changes,
            undoes=undoes,
        )
    )
    return True
