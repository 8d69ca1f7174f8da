"""Define the tables of a store, with durable transactions and thorough deletion on SQLite and PostgreSQL.

Table and column names are part of the stored data: rename Python objects only.
"""

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from digit_detector.errors import StoreError, one_line

BUSY_SECONDS: Final = 30
"""Timeout of a writer that waits for others."""

READERS_SECONDS: Final = 2
"""Timeout of a purge that waits for readers."""

_BEGIN: Final = "sqlite_begin"
# Numbers of PostgreSQL's advisory locks: arbitrary, but the same for all processes.
_SETUP_LOCK: Final = 0x64696769
_DELETION_LOCK: Final = 0x6469676A
_REMEDY: Final = "give a file for SQLite, or postgresql://USER:PASSWORD@HOST/DATABASE"  # pragma: allowlist secret

VERSION: Final = 1

TABLES: Final = sa.MetaData()

version_table = sa.Table("schema", TABLES, sa.Column("version", sa.Integer, nullable=False))

# The ID of every drawing ever received, without content: a repeated drawing is stored once, and a deleted drawing stays
# deleted even if it is delivered again.
contributions_table = sa.Table(
    "given",
    TABLES,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("receipt", sa.Text, index=True, doc="hash of the code that deletes it"),
    sa.Column("state", sa.Text, sa.CheckConstraint("state in ('kept', 'deleted', 'purged')"), nullable=False),
)

# When the drawings under a receipt were deleted: those confirmed before may still wait in another replica's outbox.
# Stores of earlier releases lack this table until this program first uses them; earlier releases ignore it.
deletions_table = sa.Table(
    "deletions",
    TABLES,
    sa.Column("receipt", sa.Text, nullable=False, index=True, doc="hash of the code"),
    sa.Column("time", sa.Text, nullable=False, doc="ISO 8601"),
)

# The columns between `number` and `rejected` are the fields of a Drawing.
drawings_table = sa.Table(
    "drawings",
    TABLES,
    sa.Column("number", sa.Integer, primary_key=True, doc="order of arrival"),
    sa.Column("id", sa.ForeignKey("given.id"), nullable=False, unique=True),
    sa.Column("image", sa.LargeBinary, nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("annotations", sa.JSON, nullable=False),
    sa.Column("session", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("strokes", sa.JSON(none_as_null=True)),
    sa.Column("detections", sa.JSON(none_as_null=True)),
    sa.Column("model", sa.JSON(none_as_null=True)),
    sa.Column("time", sa.Text, doc="ISO 8601"),
    sa.Column("reviewed", sa.Boolean, nullable=False),
    sa.Column("rejected", sa.Boolean, nullable=False, default=False, doc="excluded from training"),
)

# The label-issue score of a drawing by the annotators that ran last, and its group of near duplicates.
label_issues_table = sa.Table(
    "looks",
    TABLES,
    sa.Column("id", sa.ForeignKey("drawings.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("suspicion", sa.Float, nullable=False, index=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("alike", sa.Text, nullable=False, index=True, doc="ID of the first of its near duplicates"),
)

# Append-only: undoing a decision adds another one.
decisions_table = sa.Table(
    "decisions",
    TABLES,
    sa.Column("number", sa.Integer, primary_key=True, doc="order of decisions"),
    sa.Column("batch", sa.Text, nullable=False, index=True, doc="ID of decisions that are made, and undone, together"),
    sa.Column("id", sa.ForeignKey("drawings.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("time", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("before", sa.JSON, nullable=False),
    sa.Column("after", sa.JSON, nullable=False),
    sa.Column("undoes", sa.Text, index=True, doc="the batch that this one undoes"),
    sqlite_autoincrement=True,
)


def address_of(text: str) -> sa.URL:
    """Parse an address: a file's path means SQLite, `postgresql://` and `postgres://` mean PostgreSQL.

    Raises StoreError for other databases, for one in memory, and for an invalid address.
    """
    try:
        url = sa.make_url(text) if "://" in text else sa.URL.create("sqlite", database=text)
    except (sa.exc.ArgumentError, ValueError):
        # Neither the message nor its cause has any of the text, which may hold a password.
        raise StoreError(
            f"what --store or DIGIT_DETECTOR_STORE names is not an address of a database: {_REMEDY}"
        ) from None
    match url.get_backend_name():
        case "sqlite" if url.database and ":memory:" not in url.database:
            return url.set(drivername="sqlite", database=str(Path(url.database).absolute()))
        case "postgresql" | "postgres":
            return url.set(drivername="postgresql+psycopg")
    raise StoreError(f"drawings cannot be stored in {url.render_as_string()}: {_REMEDY}")


def connect(url: sa.URL) -> sa.Engine:
    """Return an engine for this address; it connects lazily. Its errors name no values, which would be drawings."""
    if url.get_backend_name() == "sqlite":
        timeout = {"timeout": BUSY_SECONDS}
        engine = sa.create_engine(url, connect_args=timeout, pool_timeout=BUSY_SECONDS, hide_parameters=True)
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine
    # Short timeouts, since a visitor waits while a host does not answer.
    timeouts = {"connect_timeout": 5, "keepalives_idle": 5, "keepalives_count": 2, "tcp_user_timeout": 15_000}
    return sa.create_engine(
        url, connect_args=timeouts, pool_timeout=BUSY_SECONDS, pool_pre_ping=True, hide_parameters=True
    )


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


def create_tables(engine: sa.Engine) -> None:
    """Create the tables that are missing; raise StoreError for tables of another version."""
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_SETUP_LOCK)))
        if not sa.inspect(connection).has_table(version_table.name):
            TABLES.create_all(connection)
            connection.execute(version_table.insert().values(version=VERSION))
        found = connection.scalar(sa.select(version_table.c.version))
        if found == VERSION:
            deletions_table.create(connection, checkfirst=True)
    if found != VERSION:
        raise StoreError(
            f"the store's tables have version {found} where this program uses {VERSION}: "
            "use the program version that created them, or convert the drawings into a new store"
        )


def lock_deletions(connection: sa.Connection, *, shared: bool = False) -> None:
    """Wait for other transactions that hold this lock, and hold it until this one ends.

    Those that share it wait only for those that do not. SQLite needs no lock: it has one writer at a time.
    """
    if connection.dialect.name == "postgresql":
        lock = sa.func.pg_advisory_xact_lock_shared if shared else sa.func.pg_advisory_xact_lock
        connection.execute(sa.select(lock(_DELETION_LOCK)))


def purge(engine: sa.Engine) -> None:
    """Rewrite the SQLite file, or the PostgreSQL tables, without deleted rows; raise StoreError if that fails."""
    with _convert_errors(engine), engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        complete = _purge_sqlite(driver) if engine.dialect.name == "sqlite" else _purge_postgresql(driver)
    if not complete:
        raise StoreError("an open transaction reads the store: deleted drawings stay in its files until the next purge")


def _purge_sqlite(driver: Any) -> bool:
    # secure_delete overwrites deleted rows, but not the remains of moved rows, nor the log.
    driver.execute("VACUUM")
    # Readers block the checkpoint, and writers wait for it.
    driver.execute(f"PRAGMA busy_timeout = {READERS_SECONDS * 1000}")
    busy = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    driver.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    return not busy


def _purge_postgresql(driver: Any) -> bool:
    details: list[str] = []

    def note(notice: Any) -> None:
        if notice.severity_nonlocalized == "INFO":
            details.append(notice.message_detail or "")

    driver.autocommit = True
    driver.add_notice_handler(note)
    try:
        driver.execute("SET lock_timeout = '10s'")
        for table in (label_issues_table, decisions_table, drawings_table):
            driver.execute(f"VACUUM (FULL, VERBOSE) {table.name}")
    finally:
        driver.remove_notice_handler(note)
        driver.execute("RESET lock_timeout")
        driver.autocommit = False
    # "1 dead row versions cannot be removed yet" if an older transaction may still see one. The server speaks any
    # language; its first number is this one in all.
    return not any(re.match(r"\D*[1-9]", detail) for detail in details)


@contextmanager
def _convert_errors(engine: sa.Engine) -> Iterator[None]:
    try:
        yield
    except (sa.exc.DBAPIError, sa.exc.TimeoutError, engine.dialect.loaded_dbapi.Error) as error:
        cause = getattr(error, "orig", None) or error
        reason = one_line(cause) or type(cause).__name__
        raise StoreError(
            f"the store {engine.url.render_as_string()} cannot be used ({reason}): check its address, server and disk"
        ) from error
