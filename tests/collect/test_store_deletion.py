"""Who deletes what they gave leaves no byte of it in the store's files."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from support.postgres import Postgres
from support.stores import a_drawing, traces_of

from digit_detector.collect.store.engine import address_of, connect, purge, reading
from digit_detector.collect.store.store import Store
from digit_detector.errors import StoreError

# Numbers that no other test keeps: PostgreSQL has the tables of all tests in one folder.
DRAWINGS = [a_drawing(number) for number in range(7000, 7020)]
MINE, THEIRS = DRAWINGS[::2], DRAWINGS[1::2]


def keep_all(store: Store) -> None:
    for number, drawing in enumerate(DRAWINGS):
        store.keep(drawing, ("mine", "theirs")[number % 2])


def test_no_byte_stays_in_the_files_of_sqlite(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "drawings.db"))
    keep_all(store)
    assert traces_of(MINE, tmp_path)
    store.delete("mine")
    store.purge()
    # The store is still open: its log lies beside it.
    assert {path.name for path in tmp_path.iterdir()} == {"drawings.db", "drawings.db-wal", "drawings.db-shm"}
    assert traces_of(MINE, tmp_path) == []
    assert traces_of(THEIRS, tmp_path) == [tmp_path / "drawings.db"]
    assert list(store.records()) == THEIRS
    store.close()


def test_no_byte_stays_in_the_tables_of_postgresql(postgres: Postgres) -> None:
    store = Store(postgres.create("deletion"))
    keep_all(store)
    oid = write_down(store)
    tables = postgres.data / "base" / oid
    assert traces_of(MINE, tables)
    store.delete("mine")
    store.purge()
    write_down(store)
    assert traces_of(MINE, tables) == []
    assert traces_of(THEIRS, tables)
    assert list(store.records()) == THEIRS
    store.close()


def write_down(store: Store) -> str:
    """Let the server write its memory into the database's files, and delete the unused; gives their folder's name."""
    with store.writing() as connection:
        connection.execute(sa.text("CHECKPOINT"))
        return str(connection.scalar(sa.text("SELECT oid FROM pg_database WHERE datname = current_database()")))


def test_a_purge_that_fails_leaves_later_writers_of_postgresql_their_patience(postgres: Postgres) -> None:
    engine = connect(address_of(postgres.create("patience")))
    with pytest.raises(StoreError, match="does not exist"):
        purge(engine, (sa.Table("missing", sa.MetaData()),))
    with reading(engine) as connection:  # the same one
        assert connection.scalar(sa.text("SHOW lock_timeout")) == "0"
    engine.dispose()


def test_what_is_read_while_it_is_purged_is_wiped_out_by_the_next_purge(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "drawings.db"))
    keep_all(store)
    with store.reading() as reader:
        reader.execute(sa.text("SELECT count(*) FROM drawings")).all()
        store.delete("mine")
        with pytest.raises(StoreError, match="wiped out later"):
            store.purge()
        assert traces_of(MINE, tmp_path)
    store.purge()
    assert traces_of(MINE, tmp_path) == []
    store.close()
