"""Where given drawings are kept: a SQLite file or a PostgreSQL database, one transaction a drawing."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any, Final, Self

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from digit_detector.collect.store import engine as database
from digit_detector.collect.store.fair_lock import Turn
from digit_detector.collect.store.schema import decisions, drawings, given, looks, prepare
from digit_detector.drawing import Drawing, from_json, to_json
from digit_detector.errors import StoreError

_PAGE: Final = 100
"""Drawings that are read, or imported, in one go."""

FIELDS: Final = [column for column in drawings.c if column.name not in ("number", "rejected")]
"""Those columns of `drawings` that a record is made of."""


class Store:
    """The drawings that were given; safe to share between threads, and between processes by opening it in each.

    Nothing is opened before the first use, so that what uses it starts where the store is down. Every method raises
    StoreError where the store cannot be used; then nothing has changed, and the same call may be made again.
    """

    def __init__(self, address: str) -> None:
        """`address`: a file's path for SQLite, or `postgresql://USER@HOST/DATABASE`."""
        self.url: Final = database.address_of(address)
        self._engine = database.connect(self.url)
        self._prepared = False
        self._preparing = Lock()
        # SQLite lets its writers try again and again, of whom some then wait for ever; here they queue.
        self._turn = Turn() if self._engine.dialect.name == "sqlite" else nullcontext()

    @classmethod
    def existing(cls, address: str) -> Self:
        """A store to look into: a SQLite file that is not there is a StoreError, and is not made."""
        store = cls(address)
        if store.url.get_backend_name() == "sqlite" and not Path(str(store.url.database)).is_file():
            raise StoreError(f"{store.url.database}: no such store; name the file that the page's server keeps")
        return store

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()

    def keep(self, record: Drawing, receipt: str | None = None) -> bool:
        """Keep a drawing, and return when it is written down for good; False where it was taken before.

        Args:
            record: the drawing; one whose id was taken before changes nothing, also after it was deleted.
            receipt: the hash of the code with which the visitor can see and delete it.
        """
        with self.writing() as connection:
            return _insert(connection, record, receipt)

    def keep_all(self, records: Iterable[Drawing]) -> int:
        """`keep`, for an import: many drawings a transaction; returns how many are new."""
        count = 0
        source = iter(records)
        while page := list(islice(source, _PAGE)):
            with self.writing() as connection:
                count += sum(_insert(connection, record, None) for record in page)
        return count

    def records(self, reviewed: bool | None = None) -> Iterator[Drawing]:
        """All drawings in the order of their arrival but those rejected; with `reviewed`, only such or only others.

        Reads on as it is asked, a few at a time, and so sees drawings that come meanwhile.
        """
        wanted = ~drawings.c.rejected
        if reviewed is not None:
            wanted &= drawings.c.reviewed == reviewed
        last = 0
        while True:
            query = sa.select(drawings.c.number, *FIELDS).where(wanted, drawings.c.number > last)
            with self.reading() as connection:
                rows = connection.execute(query.order_by(drawings.c.number).limit(_PAGE)).all()
            if not rows:
                return
            yield from map(record_of, rows)
            last = rows[-1].number

    def given(self, receipt: str) -> list[Drawing]:
        """What was given under the receipt with this hash, oldest first."""
        mine = sa.select(given.c.id).where(given.c.receipt == receipt)
        with self.reading() as connection:
            query = sa.select(*FIELDS).where(drawings.c.id.in_(mine)).order_by(drawings.c.number)
            return [record_of(row) for row in connection.execute(query)]

    def delete(self, receipt: str, waiting: Sequence[str] = ()) -> int:
        """Delete what was given under the receipt with this hash, and all that was decided on it; returns how many.

        Args:
            receipt: the hash of the visitor's code.
            waiting: ids of such drawings that are not here yet; they will not be taken any more.

        What no query finds from then on, `purge` wipes out of the files.
        """
        with self.writing() as connection:
            for name in waiting:
                _take(connection, name, receipt)
            mine = connection.scalars(sa.select(given.c.id).where(given.c.receipt == receipt)).all()
            connection.execute(drawings.delete().where(drawings.c.id.in_(mine)))
            connection.execute(given.update().where(given.c.receipt == receipt).values(receipt=None, state="deleted"))
            return len(mine)

    def purge(self) -> None:
        """Wipe what was deleted out of the store's files, if anything is still there.

        A SQLite file is rewritten without it, and the log beside it emptied. On PostgreSQL the tables are rewritten;
        its own log and backups keep the bytes until the server recycles them.
        """
        with self.reading() as connection:
            names = connection.scalars(sa.select(given.c.id).where(given.c.state == "deleted")).all()
        if names:
            database.purge(self._engine, (looks, decisions, drawings))
            with self.writing() as connection:
                connection.execute(given.update().where(given.c.id.in_(names)).values(state="purged"))

    def reading(self) -> AbstractContextManager[sa.Connection]:
        """A transaction for the queries of this package."""
        self._prepare()
        return database.reading(self._engine)

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction for the changes of this package, committed at its end."""
        self._prepare()
        with self._turn, database.writing(self._engine) as connection:
            yield connection

    def _prepare(self) -> None:
        with self._preparing:
            if not self._prepared:
                with database.setting_up(self._engine) as connection:
                    prepare(connection)
                self._prepared = True


def _insert(connection: sa.Connection, record: Drawing, receipt: str | None) -> bool:
    if not _take(connection, record.id, receipt):
        return False
    connection.execute(drawings.insert().values(to_json(record) | {"image": record.read()}))
    return True


def _take(connection: sa.Connection, name: str, receipt: str | None) -> bool:
    """Note that the drawing of this id has come; False where it had come before."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    note = insert(given).values(id=name, receipt=receipt, state="kept").on_conflict_do_nothing()
    return connection.execute(note, execution_options={"preserve_rowcount": True}).rowcount == 1


def record_of(row: Any) -> Drawing:
    """The record of a row of `drawings`; raises StoreError where something else than this program has written it."""
    facts = {column.name: getattr(row, column.name) for column in FIELDS if column.name != "image"}
    try:
        return from_json(facts, row.image)
    except ValueError as error:
        raise StoreError(f"the drawing {row.id} in the store is unfit ({error}): mend or delete its row") from error
