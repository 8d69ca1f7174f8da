"""The way to a SQLite file or a PostgreSQL database: addresses, and what makes each of them keep its word."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from digit_detector.errors import StoreError

BUSY_SECONDS: Final = 30
"""How long a writer waits for the others before it gives up."""

READERS_SECONDS: Final = 2
"""How long the end of a deletion waits for those who read."""

_BEGIN: Final = "sqlite_begin"
_SETUP_LOCK: Final = 0x64696769  # any number, the same for all who set up the tables


def address_of(text: str) -> sa.URL:
    """The address that a setting names: a file's path is SQLite's, `postgresql://` and `postgres://` PostgreSQL's.

    Raises StoreError for another database, and for one that ends with the program.
    """
    try:
        url = sa.make_url(text) if "://" in text else sa.URL.create("sqlite", database=text)
    except sa.exc.ArgumentError as error:
        raise StoreError(f"{text!r} is no address of a database: {_REMEDY}") from error
    match url.get_backend_name():
        case "sqlite" if url.database and ":memory:" not in url.database:
            return url.set(drivername="sqlite", database=str(Path(url.database).absolute()))
        case "postgresql" | "postgres":
            return url.set(drivername="postgresql+psycopg")
    raise StoreError(f"drawings cannot be kept in {url.render_as_string()}: {_REMEDY}")


_REMEDY: Final = "give a file for SQLite, or postgresql://USER:PASSWORD@HOST/DATABASE"  # pragma: allowlist secret


def connect(url: sa.URL) -> sa.Engine:
    """An engine on this address; nothing is opened yet."""
    if url.get_backend_name() == "sqlite":
        engine = sa.create_engine(url, connect_args={"timeout": BUSY_SECONDS}, pool_timeout=BUSY_SECONDS)
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine
    # A host that does not answer is soon taken for one that is down: a visitor waits.
    patience = {"connect_timeout": 5, "keepalives_idle": 5, "keepalives_count": 2, "tcp_user_timeout": 15_000}
    return sa.create_engine(url, connect_args=patience, pool_timeout=BUSY_SECONDS, pool_pre_ping=True)


def _prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    connection.isolation_level = None  # transactions begin as _begin_sqlite says, and not as the driver thinks
    connection.execute("PRAGMA synchronous = FULL")  # in WAL mode less would lose commits when the power goes
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA foreign_keys = ON")
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            # The one statement for which SQLite does not wait by itself: others open the fresh file at this moment.
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _begin_sqlite(connection: sa.Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that reads; raises StoreError where the store cannot be used."""
    with _said(engine), engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that writes, committed at the end; raises StoreError where the store cannot be used."""
    # A SQLite transaction that first reads and then writes would fail where another one wrote between: it takes the
    # write lock at its beginning, and waits for it.
    with _said(engine), engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"}).begin() as connection:
        yield connection


@contextmanager
def setting_up(engine: sa.Engine) -> Iterator[sa.Connection]:
    """`writing`, alone: one after the other on PostgreSQL too."""
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_SETUP_LOCK)))
        yield connection


def purge(engine: sa.Engine, tables: tuple[sa.Table, ...]) -> None:
    """Rewrite the store's files, or on PostgreSQL these tables', without what was deleted; raises StoreError."""
    with _said(engine), engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        if engine.dialect.name == "sqlite":
            # secure_delete overwrites a deleted row, but not what moved rows have left in the pages, nor the log.
            driver.execute("VACUUM")
            # Readers hold the log, and a visitor waits.
            driver.execute(f"PRAGMA busy_timeout = {READERS_SECONDS * 1000}")
            busy = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            driver.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
            if busy:
                raise StoreError("the store is read at this moment: what was deleted is wiped out later")
            return
        driver.autocommit = True
        try:
            driver.execute("SET lock_timeout = '10s'")
            for table in tables:
                driver.execute(f"VACUUM (FULL) {table.name}")
        finally:
            driver.execute("RESET lock_timeout")
            driver.autocommit = False


@contextmanager
def _said(engine: sa.Engine) -> Iterator[None]:
    try:
        yield
    except (sa.exc.DBAPIError, sa.exc.TimeoutError, engine.dialect.loaded_dbapi.Error) as error:
        cause = getattr(error, "orig", None) or error
        reason = " ".join(str(cause).split()) or type(cause).__name__
        raise StoreError(
            f"the store {engine.url.render_as_string()} cannot be used ({reason}): check its address, server and disk"
        ) from error
