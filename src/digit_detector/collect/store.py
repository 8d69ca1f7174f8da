"""Store drawings in SQLite or PostgreSQL, one transaction per drawing."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any, Final, Self

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from digit_detector.collect import database
from digit_detector.collect.database import contributions_table, deletions_table, drawings_table
from digit_detector.drawing import Drawing, from_json, to_json
from digit_detector.errors import StoreError

_PAGE: Final = 100
"""Drawings per query or transaction, when many are read or imported."""

FIELDS: Final = [column for column in drawings_table.c if column.name not in ("number", "rejected")]
"""Columns that form a Drawing."""


class Store:
    """Store contributed drawings; safe to share between threads, and between processes that each open it.

    It connects lazily, so a program can start while the database is down. Every method raises StoreError if the store
    cannot be used; nothing has changed then, and the call can be repeated.
    """

    def __init__(self, address: str) -> None:
        """Take a file's path or `postgresql://USER@HOST/DATABASE`; raise StoreError if it is neither."""
        self.url: Final = database.address_of(address)
        self._engine = database.connect(self.url)
        self._prepared = False
        # SQLite's busy handler polls, which can starve a writer; those who wait for the lock sleep until it is free.
        self._write_lock = Lock() if self._engine.dialect.name == "sqlite" else nullcontext()

    @classmethod
    def existing(cls, address: str) -> Self:
        """Open a store to read from; raise StoreError instead of creating a missing SQLite file."""
        store = cls(address)
        if store.url.get_backend_name() == "sqlite" and not Path(str(store.url.database)).is_file():
            raise StoreError(f"{store.url.database}: no such store; name the file that the page's server uses")
        return store

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def keep(self, drawing: Drawing, receipt: str | None = None) -> bool:
        """Store a drawing durably; return False if its ID was received before, even if it was deleted since.

        Args:
            drawing: to be stored.
            receipt: hash of the code with which the visitor can see and delete it.
        """
        with self.writing() as connection:
            return _insert(connection, drawing, receipt)

    def keep_pending(self, drawing: Drawing, receipt: str) -> bool:
        """Store a drawing that waited in an outbox; return False if it was received before, or is to be deleted.

        The latter is so if the drawings under its receipt were deleted after it was confirmed. A drawing without a time
        counts as confirmed before.
        """
        times = sa.select(deletions_table.c.time).where(deletions_table.c.receipt == receipt)
        with self.writing() as connection:
            database.lock_deletions(connection, shared=True)  # one that has begun may not have seen this drawing
            for deleted in map(datetime.fromisoformat, connection.scalars(times).all()):
                if drawing.time is None or drawing.time <= deleted:
                    return False
            return _insert(connection, drawing, receipt)

    def keep_all(self, drawings: Iterable[Drawing]) -> list[str]:
        """Import drawings, many per transaction; return the IDs of those that were received before."""
        known = []
        remaining = iter(drawings)
        while page := list(islice(remaining, _PAGE)):
            with self.writing() as connection:
                known += [drawing.id for drawing in page if not _insert(connection, drawing, None)]
        return known

    def drawings(self, reviewed: bool | None = None) -> Iterator[Drawing]:
        """Yield all drawings but rejected ones in order of arrival; optionally only reviewed or only other ones.

        It reads a few at a time, and so includes drawings that arrive meanwhile.
        """
        condition = ~drawings_table.c.rejected
        if reviewed is not None:
            condition &= drawings_table.c.reviewed == reviewed
        last = 0
        while True:
            query = sa.select(drawings_table.c.number, *FIELDS).where(condition, drawings_table.c.number > last)
            with self.reading() as connection:
                rows = connection.execute(query.order_by(drawings_table.c.number).limit(_PAGE)).all()
            if not rows:
                return
            yield from map(drawing_of, rows)
            last = rows[-1].number

    def contribution_ids(self, receipt: str) -> list[str]:
        """Return the IDs of the drawings under the receipt with this hash, newest first."""
        with self.reading() as connection:
            return list(connection.scalars(_under_receipt(receipt, drawings_table.c.id)))

    def contributions(self, receipt: str, most: int) -> list[Drawing]:
        """Return the newest drawings under the receipt with this hash, newest first, at most so many."""
        with self.reading() as connection:
            return [drawing_of(row) for row in connection.execute(_under_receipt(receipt, *FIELDS).limit(most))]

    def delete(self, receipt: str, pending: Sequence[str] = ()) -> int:
        """Delete the drawings under the receipt with this hash, with their decisions; return the number of drawings.

        No query finds them afterwards; `purge` also removes them from the files. `keep_pending` will refuse those that
        were confirmed before, and still wait in the outbox of another replica.

        Args:
            receipt: hash of the visitor's code.
            pending: IDs of drawings under it that are known, but have not arrived yet; they are counted, and refused.
        """
        rows = contributions_table.update().where(contributions_table.c.receipt == receipt)
        with self.writing() as connection:
            database.lock_deletions(connection)
            now = datetime.now(UTC).isoformat()
            connection.execute(deletions_table.insert().values(receipt=receipt, time=now))
            for drawing_id in pending:
                _register(connection, drawing_id, receipt)
            # One statement changes the rows and names them: a drawing that arrives meanwhile keeps its receipt.
            changed = rows.values(receipt=None, state="deleted").returning(contributions_table.c.id)
            ids = connection.scalars(changed).all()
            connection.execute(drawings_table.delete().where(drawings_table.c.id.in_(ids)))
            return len(ids)

    def purge(self) -> None:
        """Remove deleted drawings from the store's files, if any are left there.

        A SQLite file is rewritten, and its log emptied. On PostgreSQL the tables are rewritten; its own log and backups
        keep the bytes until the server recycles them.
        """
        deleted = sa.select(contributions_table.c.id).where(contributions_table.c.state == "deleted")
        with self.reading() as connection:
            ids = connection.scalars(deleted).all()
        if ids:
            database.purge(self._engine)
            with self.writing() as connection:
                rows = contributions_table.update().where(contributions_table.c.id.in_(ids))
                connection.execute(rows.values(state="purged"))

    def reading(self) -> AbstractContextManager[sa.Connection]:
        """Provide a transaction for this package's queries."""
        self._prepare()
        return database.reading(self._engine)

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Provide a transaction for this package's changes, committed at the end."""
        self._prepare()
        with self._write_lock, database.writing(self._engine) as connection:
            yield connection

    def _prepare(self) -> None:
        if not self._prepared:
            # Several threads may do this at once. With a lock, they would wait for a silent server one after the other.
            database.create_tables(self._engine)
            self._prepared = True


def _under_receipt(receipt: str, *columns: sa.ColumnElement[Any]) -> sa.Select[*tuple[Any, ...]]:
    """Select columns of the drawings under the receipt with this hash, newest first."""
    ids = sa.select(contributions_table.c.id).where(contributions_table.c.receipt == receipt)
    return sa.select(*columns).where(drawings_table.c.id.in_(ids)).order_by(drawings_table.c.number.desc())


def _insert(connection: sa.Connection, drawing: Drawing, receipt: str | None) -> bool:
    if not _register(connection, drawing.id, receipt):
        return False
    connection.execute(drawings_table.insert().values(to_json(drawing) | {"image": drawing.read()}))
    return True


def _register(connection: sa.Connection, drawing_id: str, receipt: str | None) -> bool:
    """Record that the drawing with this ID was received; return False if it was received before."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    row = insert(contributions_table).values(id=drawing_id, receipt=receipt, state="kept").on_conflict_do_nothing()
    return connection.execute(row, execution_options={"preserve_rowcount": True}).rowcount == 1


def drawing_of(row: Any) -> Drawing:
    """Build the drawing of a row with FIELDS; raise StoreError if another program has written an invalid one."""
    values = {column.name: getattr(row, column.name) for column in FIELDS if column.name != "image"}
    try:
        return from_json(values, row.image)
    except ValueError as error:
        raise StoreError(
            f"the drawing {row.id} in the store is invalid ({error}): correct or delete its row"
        ) from error
