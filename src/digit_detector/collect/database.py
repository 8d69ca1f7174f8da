"""Connect to a SQLite file or a PostgreSQL database, with durable transactions and thorough deletion on both."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from digit_detector.errors import StoreError

BUSY_SECONDS: Final = 30
"""Timeout of a writer that waits for others."""

READERS_SECONDS: Final = 2
"""Timeout of a purge that waits for readers."""

_BEGIN: Final = "sqlite_begin"
_SETUP_LOCK: Final = 0x64696769  # arbitrary, but the same for all processes that create the tables


def address_of(text: str) -> sa.URL:
    """Parse an address: a file's path means SQLite, `postgresql://` and `postgres://` mean PostgreSQL.

    Raises StoreError for other databases, and for one in memory.
    """
    try:
        url = sa.make_url(text) if "://" in text else sa.URL.create("sqlite", database=text)
    except sa.exc.ArgumentError as error:
        raise StoreError(f"{text!r} is not an address of a database: {_REMEDY}") from error
    match url.get_backend_name():
        case "sqlite" if url.database and ":memory:" not in url.database:
            return url.set(drivername="sqlite", database=str(Path(url.database).absolute()))
        case "postgresql" | "postgres":
            return url.set(drivername="postgresql+psycopg")
    raise StoreError(f"drawings cannot be stored in {url.render_as_string()}: {_REMEDY}")


_REMEDY: Final = "give a file for SQLite, or postgresql://USER:PASSWORD@HOST/DATABASE"  # pragma: allowlist secret


def connect(url: sa.URL) -> sa.Engine:
    """Return an engine for this address; it connects lazily."""
    if url.get_backend_name() == "sqlite":
        engine = sa.create_engine(url, connect_args={"timeout": BUSY_SECONDS}, pool_timeout=BUSY_SECONDS)
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine
    # Short timeouts, since a visitor waits while a host does not answer.
    timeouts = {"connect_timeout": 5, "keepalives_idle": 5, "keepalives_count": 2, "tcp_user_timeout": 15_000}
    return sa.create_engine(url, connect_args=timeouts, pool_timeout=BUSY_SECONDS, pool_pre_ping=True)


def _prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    connection.isolation_level = None  # _begin_sqlite begins the transactions, not the driver
    connection.execute("PRAGMA synchronous = FULL")  # in WAL mode, less could lose commits in a power failure
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA foreign_keys = ON")
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            # SQLite applies no timeout to this statement, and others may open the new file at the same moment.
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _begin_sqlite(connection: sa.Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Provide a transaction for reading; raise StoreError if the store cannot be used."""
    with _convert_errors(engine), engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Provide a transaction for writing, committed at the end; raise StoreError if the store cannot be used."""
    # A SQLite transaction that reads and then writes fails if another one has written in between. IMMEDIATE takes the
    # write lock, and waits for it, at the beginning.
    with _convert_errors(engine), engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"}).begin() as connection:
        yield connection


@contextmanager
def setting_up(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Provide an exclusive transaction for writing, on PostgreSQL too."""
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_SETUP_LOCK)))
        yield connection


def purge(engine: sa.Engine, tables: tuple[sa.Table, ...]) -> None:
    """Rewrite the SQLite file, or these PostgreSQL tables, without deleted rows; raise StoreError if that fails."""
    with _convert_errors(engine), engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        if engine.dialect.name == "sqlite":
            # secure_delete overwrites deleted rows, but not the remains of moved rows, nor the log.
            driver.execute("VACUUM")
            # Readers block the checkpoint, and writers wait for it.
            driver.execute(f"PRAGMA busy_timeout = {READERS_SECONDS * 1000}")
            busy = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            driver.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
            if busy:
                raise StoreError("the store is being read: deleted drawings stay in its files until the next purge")
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
def _convert_errors(engine: sa.Engine) -> Iterator[None]:
    try:
        yield
    except (sa.exc.DBAPIError, sa.exc.TimeoutError, engine.dialect.loaded_dbapi.Error) as error:
        cause = getattr(error, "orig", None) or error
        reason = " ".join(str(cause).split()) or type(cause).__name__
        raise StoreError(
            f"the store {engine.url.render_as_string()} cannot be used ({reason}): check its address, server and disk"
        ) from error
