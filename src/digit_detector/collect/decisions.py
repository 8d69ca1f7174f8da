"""Apply the maintainer's decisions on stored drawings; every decision is logged and can be undone."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal
from uuid import uuid4

import sqlalchemy as sa

from digit_detector.collect.database import decisions_table, drawings_table
from digit_detector.collect.store import Store
from digit_detector.drawing import Annotation

Verdict = Literal["accept", "correct", "reject"]
Action = Verdict | Literal["undo"]
_STATE: Final = ("annotations", "reviewed", "rejected")


@dataclass(frozen=True)
class Decision:
    """Accept a drawing's annotations, correct them, or reject the drawing for training."""

    id: str
    action: Verdict
    annotations: tuple[Annotation, ...] | None = None
    """For `correct`: all objects of the drawing, corrected."""

    def changes(self) -> dict[str, Any]:
        """Return the changed columns; raise ValueError for a correction without annotations."""
        match self.action:
            case "accept":
                return {"reviewed": True, "rejected": False}
            case "reject":
                return {"reviewed": True, "rejected": True}
            case "correct" if self.annotations is not None:
                annotations = [asdict(annotation) for annotation in self.annotations]
                return {"annotations": annotations, "reviewed": True, "rejected": False}
        raise ValueError(f"{self.action} of {self.id}: the corrected annotations are missing")


def decide(store: Store, decisions: Sequence[Decision]) -> int:
    """Apply all decisions or none; return their number without drawings deleted or reviewed meanwhile.

    Raises StoreError if the store cannot be used.
    """
    batch = uuid4().hex
    with store.writing() as connection:
        return sum(_change(connection, item.id, batch, item.action, item.changes(), None) for item in decisions)


def undo(store: Store) -> list[str]:
    """Undo the last batch of decisions that is not undone yet; return the drawings' IDs, or none if there is no batch.

    Raises StoreError if the store cannot be used.
    """
    undone = sa.select(decisions_table.c.undoes).where(decisions_table.c.undoes.is_not(None))
    with store.writing() as connection:
        last = connection.scalar(
            sa.select(decisions_table.c.batch)
            .where(decisions_table.c.undoes.is_(None), decisions_table.c.batch.not_in(undone))
            .order_by(decisions_table.c.number.desc())
            .limit(1)
        )
        if last is None:
            return []
        entries = connection.execute(sa.select(decisions_table).where(decisions_table.c.batch == last)).all()
        batch = uuid4().hex
        for entry in reversed(entries):
            _change(connection, entry.id, batch, "undo", entry.before, last)
        return [entry.id for entry in entries]


def log(store: Store, limit: int | None = None) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    """Return the rows of the decisions, newest first; raise StoreError if the store cannot be used."""
    query = sa.select(decisions_table).order_by(decisions_table.c.number.desc()).limit(limit)
    with store.reading() as connection:
        return connection.execute(query).all()


def _change(
    connection: sa.Connection, drawing_id: str, batch: str, action: Action, changes: dict[str, Any], undoes: str | None
) -> bool:
    condition = drawings_table.c.id == drawing_id
    state = sa.select(*(drawings_table.c[column] for column in _STATE)).where(condition).with_for_update()
    row = connection.execute(state).one_or_none()
    if row is None or (row.reviewed and undoes is None):
        return False
    before, time = row._asdict(), datetime.now(UTC).isoformat()
    connection.execute(drawings_table.update().where(condition).values(changes))
    entry = {"batch": batch, "id": drawing_id, "time": time, "action": action, "undoes": undoes}
    connection.execute(decisions_table.insert().values(**entry, before=before, after=before | changes))
    return True
