"""Test that deleted drawings leave no byte in the store's files."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from support.postgres import Postgres
from support.stores import a_drawing, traces_of

from digit_detector.collect.database import address_of, connect, purge, reading
from digit_detector.collect.store import Store
from digit_detector.errors import StoreError

# Numbers that no other test uses: PostgreSQL has the tables of all tests in one folder.
DRAWINGS = [a_drawing(number) for number in range(7000, 7020)]
MINE, THEIRS = DRAWINGS[::2], DRAWINGS[1::2]


def keep_all(store: Store) -> None:
    for number, drawing in enumerate(DRAWINGS):
        store.keep(drawing, ("mine", "theirs")[number % 2])


def test_purge_sqlite_files(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "drawings.db"))
    keep_all(store)
    assert traces_of(MINE, tmp_path)
    store.delete("mine")
    store.purge()
    # The store is still open, so its log exists.
    assert {path.name for path in tmp_path.iterdir()} == {"drawings.db", "drawings.db-wal", "drawings.db-shm"}
    assert traces_of(MINE, tmp_path) == []
    assert traces_of(THEIRS, tmp_path) == [tmp_path / "drawings.db"]
    assert list(store.drawings()) == THEIRS
    store.close()


def test_purge_postgresql_tables(postgres: Postgres) -> None:
    store = Store(postgres.create("deletion"))
    keep_all(store)
    oid = flush(store)
    tables = postgres.data / "base" / oid
    assert traces_of(MINE, tables)
    store.delete("mine")
    store.purge()
    flush(store)
    assert traces_of(MINE, tables) == []
    assert traces_of(THEIRS, tables)
    assert list(store.drawings()) == THEIRS
    store.close()


def flush(store: Store) -> str:
    """Make the server write its buffers and delete unused files; return the name of the database's folder."""
    with store.writing() as connection:
        connection.execute(sa.text("CHECKPOINT"))
        return str(connection.scalar(sa.text("SELECT oid FROM pg_database WHERE datname = current_database()")))


def test_failed_purge_resets_lock_timeout(postgres: Postgres) -> None:
    engine = connect(address_of(postgres.create("timeout")))
    with pytest.raises(StoreError, match="does not exist"):
        purge(engine)  # the tables do not exist
    with reading(engine) as connection:  # the same connection
        assert connection.scalar(sa.text("SHOW lock_timeout")) == "0"
    engine.dispose()


def test_purge_waits_for_readers(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "drawings.db"))
    keep_all(store)
    with store.reading() as reader:
        reader.execute(sa.text("SELECT count(*) FROM drawings")).all()
        store.delete("mine")
        with pytest.raises(StoreError, match="until the next purge"):
            store.purge()
        assert traces_of(MINE, tmp_path)
    store.purge()
    assert traces_of(MINE, tmp_path) == []
    store.close()
