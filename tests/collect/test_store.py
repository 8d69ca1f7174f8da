"""Drawings kept in SQLite and in PostgreSQL: whole, once, and gone when they are deleted."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import sqlalchemy as sa
from support.stores import a_drawing

from digit_detector.collect.receipt import hash_of, new_receipt
from digit_detector.collect.store import schema
from digit_detector.collect.store.store import Store
from digit_detector.drawing import Drawing
from digit_detector.errors import StoreError

BARE = Drawing(id="set/one", image=b"JPEG", width=9, height=8, annotations=(), session="hand", source="coco")


def test_what_was_kept_comes_back_whole_and_in_order(store: Store) -> None:
    records = [a_drawing(2), BARE, a_drawing(1)]
    assert [store.keep(record) for record in records] == [True] * 3
    assert list(store.records()) == records


def test_what_was_kept_is_there_after_a_restart(store: Store, store_address: str) -> None:
    store.keep(a_drawing())
    store.close()
    again = Store(store_address)
    assert list(again.records()) == [a_drawing()]
    again.close()


def test_a_drawing_that_comes_twice_is_kept_once_as_it_came_first(store: Store) -> None:
    assert store.keep(a_drawing())
    assert not store.keep(replace(a_drawing(), session="s2"))
    assert [record.session for record in store.records()] == ["s1"]


def test_a_drawing_that_many_bring_at_once_is_kept_once(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: store.keep(a_drawing()), range(8))) == 1
    assert len(list(store.records())) == 1


def test_an_import_reads_on_where_it_is_interrupted(store: Store) -> None:
    records = [replace(BARE, id=f"set/{number}") for number in range(250)]
    store.keep(records[3])
    assert store.keep_all(iter(records)) == 249
    assert len(list(store.records())) == 250


def test_drawings_are_chosen_by_whether_they_were_reviewed(store: Store) -> None:
    store.keep(a_drawing(1))
    store.keep(replace(a_drawing(2), reviewed=True))
    assert [record.id for record in store.records(reviewed=True)] == [a_drawing(2).id]
    assert [record.id for record in store.records(reviewed=False)] == [a_drawing(1).id]


def test_a_receipt_shows_and_deletes_what_was_given_under_it_and_nothing_else(store: Store) -> None:
    mine, theirs = hash_of(new_receipt()), hash_of(new_receipt())
    for number, receipt in enumerate((mine, theirs, mine)):
        store.keep(a_drawing(number), receipt)
    assert store.given(mine) == [a_drawing(0), a_drawing(2)]
    assert store.delete(mine) == 2
    assert store.given(mine) == []
    assert list(store.records()) == [a_drawing(1)]
    assert store.delete(mine) == 0


def test_a_deleted_drawing_stays_deleted_though_it_comes_again(store: Store) -> None:
    receipt = hash_of(new_receipt())
    store.keep(a_drawing(1), receipt)
    assert store.delete(receipt, waiting=[a_drawing(1).id, a_drawing(2).id]) == 2
    assert not store.keep(a_drawing(1), receipt)
    assert not store.keep(a_drawing(2), receipt)
    assert list(store.records()) == []


def test_the_code_itself_is_not_in_the_store(store: Store) -> None:
    code = new_receipt()
    store.keep(a_drawing(), hash_of(code))
    with store.reading() as connection:
        (kept,) = connection.execute(sa.select(schema.given)).all()
    assert code not in str(kept)
    assert code.replace("-", "") not in str(kept)


def test_codes_forgive_how_people_copy_them() -> None:
    assert hash_of("7K3M-9QXR-0ZVB-1WT8-HJ5N") == hash_of(" 7k3m 9qxr ozvb lwt8 hj5n")
    assert len({new_receipt() for _ in range(1000)}) == 1000


def test_tables_of_another_version_are_refused_and_left_alone(store: Store, store_address: str) -> None:
    store.keep(a_drawing())
    with store.writing() as connection:
        connection.execute(schema.schema.update().values(version=99))
    newcomer = Store(store_address)
    with pytest.raises(StoreError, match="version 99 where this program uses 1: use the program's version"):
        newcomer.keep(a_drawing(1))
    newcomer.close()
    with store.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(schema.drawings)) == 1


def test_many_may_open_a_new_store_at_once(store_address: str) -> None:
    def open_and_keep(number: int) -> bool:
        newcomer = Store(store_address)
        try:
            return newcomer.keep(a_drawing(number))
        finally:
            newcomer.close()

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(open_and_keep, range(8)))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("mysql://me:secret@host/drawings", "mysql://me:.*@host/drawings: give a file"),  # pragma: allowlist secret
        ("sqlite://", "give a file"),
        ("sqlite:///:memory:", "give a file"),
        ("://", "is no address of a database"),
    ],
)
def test_what_is_no_durable_store_is_refused(address: str, said: str) -> None:
    with pytest.raises(StoreError, match=said) as caught:
        Store(address)
    assert "secret" not in str(caught.value)


def test_a_store_that_cannot_be_reached_is_named_without_its_password() -> None:
    store = Store("postgres://me:secret@127.0.0.1:1/drawings")  # pragma: allowlist secret
    with pytest.raises(StoreError, match=r"me:\*\*\*@127.0.0.1:1/drawings cannot be used .*refused") as caught:
        store.keep(a_drawing())
    assert "secret" not in str(caught.value)
