"""Test the store in SQLite and PostgreSQL: drawings are complete, stored once, and leave no byte when deleted."""

import socket
import traceback
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import fields, replace
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa
from support.postgres import Postgres
from support.stores import a_drawing, traces_of

from digit_detector.collect import database
from digit_detector.collect.collector import hash_of, new_receipt
from digit_detector.collect.store import Store
from digit_detector.drawing import Drawing, to_json
from digit_detector.errors import StoreError

BARE = Drawing(id="set/one", image=b"JPEG", width=9, height=8, annotations=(), session="hand", source="coco")


def test_drawings_are_complete_and_in_order(store: Store) -> None:
    drawings = [a_drawing(2), BARE, a_drawing(1)]
    assert [store.keep(drawing) for drawing in drawings] == [True] * 3
    assert list(store.drawings()) == drawings


def test_drawings_survive_restart(store: Store, store_address: str) -> None:
    store.keep(a_drawing())
    store.close()
    reopened = Store(store_address)
    assert list(reopened.drawings()) == [a_drawing()]
    reopened.close()


def test_repeated_drawing_is_stored_once(store: Store) -> None:
    assert store.keep(a_drawing())
    assert not store.keep(replace(a_drawing(), session="s2"))
    assert [drawing.session for drawing in store.drawings()] == ["s1"]


def test_concurrent_copies_are_stored_once(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: store.keep(a_drawing()), range(8))) == 1
    assert len(list(store.drawings())) == 1


def test_import_skips_stored_drawings(store: Store) -> None:
    drawings = [replace(BARE, id=f"set/{number}") for number in range(250)]
    store.keep(drawings[3])
    assert store.keep_all(iter(drawings)) == [drawings[3].id]
    assert len(list(store.drawings())) == 250


def test_errors_name_no_values(store: Store) -> None:
    """Whoever logs an error with its causes logs no drawing."""
    drawing = replace(BARE, id="x" * 150, session="secret")
    store.keep(drawing)
    with pytest.raises(StoreError) as caught, store.writing() as connection:
        connection.execute(database.drawings_table.insert().values(to_json(drawing) | {"image": b""}))
    logged = "".join(traceback.format_exception(caught.value))
    assert "INSERT INTO drawings" in logged
    assert "secret" not in logged


def test_filter_by_reviewed(store: Store) -> None:
    store.keep(a_drawing(1))
    store.keep(replace(a_drawing(2), reviewed=True))
    assert [drawing.id for drawing in store.drawings(reviewed=True)] == [a_drawing(2).id]
    assert [drawing.id for drawing in store.drawings(reviewed=False)] == [a_drawing(1).id]


def test_receipt_shows_and_deletes_its_drawings(store: Store) -> None:
    mine, theirs = hash_of(new_receipt()), hash_of(new_receipt())
    for number, receipt in enumerate((mine, theirs, mine)):
        store.keep(a_drawing(number), receipt)
    assert store.contributions(mine, 9) == [a_drawing(2), a_drawing(0)]
    assert store.contributions(mine, 1) == [a_drawing(2)]
    assert store.delete(mine) == 2
    assert store.contributions(mine, 9) == []
    assert list(store.drawings()) == [a_drawing(1)]
    assert store.delete(mine) == 0


def test_deleted_drawing_stays_deleted(store: Store) -> None:
    receipt = hash_of(new_receipt())
    store.keep(a_drawing(1), receipt)
    assert store.delete(receipt, pending=[a_drawing(1).id, a_drawing(2).id]) == 2
    assert not store.keep(a_drawing(1), receipt)
    assert not store.keep(a_drawing(2), receipt)
    assert list(store.drawings()) == []


def test_drawing_kept_during_deletion_keeps_its_code(postgres: Postgres) -> None:
    address, numbers = postgres.create(), count(1)
    with closing(Store(address)) as store, closing(Store(address)) as other:
        store.keep(a_drawing(0), "mine")
        with store.reading() as connection:
            engine = connection.engine

        def keep_another(*_: object) -> None:
            other.keep(a_drawing(next(numbers)), "mine")

        sa.event.listen(engine, "after_cursor_execute", keep_another)
        assert store.delete("mine") >= 1
        sa.event.remove(engine, "after_cursor_execute", keep_another)
        kept = [drawing.id for drawing in store.drawings()]
        assert a_drawing(0).id not in kept
        assert store.contribution_ids("mine") == kept[::-1]
        assert store.delete("mine") == len(kept) >= 1
        assert list(store.drawings()) == []


def test_deletion_waits_for_delivery(postgres: Postgres) -> None:
    """A drawing that waited, and is being delivered when its deletion begins, is deleted."""
    address = postgres.create()
    with closing(Store(address)) as store, closing(Store(address)) as other, ThreadPoolExecutor(1) as pool:
        with store.reading() as connection:
            engine = connection.engine

        def delete_meanwhile(_: object, __: object, statement: str, *___: object) -> None:
            if statement.startswith("INSERT INTO drawings"):
                deletions.append(pool.submit(other.delete, "mine"))
                waiting = sa.text(
                    "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database "
                    "WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted"
                )
                with other.reading() as observer:
                    while not deletions[0].done() and not observer.scalar(waiting):
                        pass

        deletions: list[Future[int]] = []
        sa.event.listen(engine, "before_cursor_execute", delete_meanwhile)
        store.keep_pending(a_drawing(), "mine")
        assert [deletion.result() for deletion in deletions] == [1]
        assert list(store.drawings()) == []


def test_store_has_no_codes(store: Store) -> None:
    code = new_receipt()
    store.keep(a_drawing(), hash_of(code))
    with store.reading() as connection:
        (row,) = connection.execute(sa.select(database.contributions_table)).all()
    assert code not in str(row)
    assert code.replace("-", "") not in str(row)


def test_hash_ignores_how_codes_are_written() -> None:
    assert hash_of("7K3M-9QXR-0ZVB-1WT8-HJ5N") == hash_of(" 7k3m 9qxr ozvb lwt8 hj5n")
    assert len({new_receipt() for _ in range(1000)}) == 1000


def test_other_schema_version_is_refused(store: Store, store_address: str) -> None:
    store.keep(a_drawing())
    with store.writing() as connection:
        connection.execute(database.version_table.update().values(version=99))
    other = Store(store_address)
    with pytest.raises(StoreError, match="version 99 where this program uses 1: use the program version"):
        other.keep(a_drawing(1))
    other.close()
    with store.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(database.drawings_table)) == 1


def test_sql_names_are_frozen() -> None:
    """Existing stores have these tables; renaming one needs a new schema version."""
    assert database.VERSION == 1
    assert {table.name: [column.name for column in table.c] for table in database.TABLES.sorted_tables} == {
        "schema": ["version"],
        "given": ["id", "receipt", "state"],
        "deletions": ["receipt", "time"],
        "drawings": ["number", *(field.name for field in fields(Drawing)), "rejected"],
        "looks": ["id", "suspicion", "reason", "alike"],
        "decisions": ["number", "batch", "id", "time", "action", "before", "after", "undoes"],
    }


def test_store_of_earlier_release_gets_missing_table(store: Store, store_address: str) -> None:
    store.keep(a_drawing(), "mine")
    with store.writing() as connection:
        database.deletions_table.drop(connection)
    with closing(Store(store_address)) as reopened:
        assert reopened.delete("mine") == 1
        assert not reopened.keep_pending(replace(a_drawing(1), time=None), "mine")


def test_concurrent_creation(store_address: str) -> None:
    def open_and_keep(number: int) -> bool:
        with closing(Store(store_address)) as other:
            return other.keep(a_drawing(number))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(open_and_keep, range(8)))


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("mysql://me:secret@host/drawings", "mysql://me:.*@host/drawings: give a file"),  # pragma: allowlist secret
        ("sqlite://", "give a file"),
        ("sqlite:///:memory:", "give a file"),
        ("://", "--store or DIGIT_DETECTOR_STORE names is not an address of a database: give a file"),
        ("x y://me:secret@host", "is not an address of a database"),  # pragma: allowlist secret
        ("postgresql://me:secret@host:port/db", "is not an address of a database"),  # pragma: allowlist secret
        ("postgresql://me@host:secret/db", "is not an address of a database"),
        ("postgresql://me:secret@[::1/db", "is not an address of a database"),  # pragma: allowlist secret
    ],
)
def test_invalid_address(address: str, message: str) -> None:
    with pytest.raises(StoreError, match=message) as caught:
        Store(address)
    assert "secret" not in "".join(traceback.format_exception(caught.value))


def test_unreachable_store_hides_password() -> None:
    store = Store("postgres://me:secret@127.0.0.1:1/drawings")  # pragma: allowlist secret
    with pytest.raises(StoreError, match=r"me:\*\*\*@127.0.0.1:1/drawings cannot be used .*refused") as caught:
        store.keep(a_drawing())
    assert "secret" not in str(caught.value)


def test_visitors_wait_for_unreachable_server_side_by_side() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, ThreadPoolExecutor(2) as pool:
        store = Store(f"postgresql://me@127.0.0.1:{silent.getsockname()[1]}/drawings")
        silent.settimeout(60)  # for a client that never comes
        visitors = [pool.submit(store.keep, a_drawing(number)) for number in range(2)]
        connections = [silent.accept()[0] for _ in visitors]
        for connection in connections:
            connection.close()
        for visitor in visitors:
            # A timeout would mean that one connected only after the other had given up.
            with pytest.raises(StoreError, match="closed the connection"):
                visitor.result()
        store.close()


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
    store = Store(postgres.create())
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


def test_purge_postgresql_again_after_older_transaction(postgres: Postgres) -> None:
    store = Store(postgres.create())
    keep_all(store)
    tables = postgres.data / "base" / flush(store)
    with store.reading() as reader:
        reader.execution_options(isolation_level="REPEATABLE READ").execute(sa.text("SELECT 1"))
        store.delete("mine")
        with pytest.raises(StoreError, match="until the next purge"):
            store.purge()
        flush(store)
        assert traces_of(MINE, tables)
    store.purge()
    flush(store)
    assert traces_of(MINE, tables) == []
    assert list(store.drawings()) == THEIRS
    store.close()


def flush(store: Store) -> str:
    """Make the server write its buffers and delete unused files; return the name of the database's folder."""
    with store.writing() as connection:
        connection.execute(sa.text("CHECKPOINT"))
        return str(connection.scalar(sa.text("SELECT oid FROM pg_database WHERE datname = current_database()")))


def test_failed_purge_resets_lock_timeout(postgres: Postgres) -> None:
    engine = database.connect(database.address_of(postgres.create()))
    with pytest.raises(StoreError, match="does not exist"):
        database.purge(engine)  # the tables do not exist
    with database.reading(engine) as connection:  # the same connection
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
