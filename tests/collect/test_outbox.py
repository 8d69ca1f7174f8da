"""What people confirm while the store is down: kept aside, delivered later, once, and not at all when deleted."""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.postgres import Postgres
from support.stores import a_drawing, traces_of

from digit_detector.collect.collector import Collector, Kept
from digit_detector.collect.outbox import Outbox, Waiting
from digit_detector.collect.settings import Settings
from digit_detector.errors import StoreError

CODE = "7K3M-9QXR-0ZVB-1WT8-HJ5N"


@pytest.fixture
def collector(tmp_path: Path) -> Iterator[Collector]:
    """Its store is down as long as the folder `disk` is missing."""
    collector = Collector(Settings(str(tmp_path / "disk/drawings.db"), tmp_path / "outbox"))
    yield collector
    collector.close()


def test_a_drawing_goes_into_a_store_that_is_there(collector: Collector, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    assert collector.keep(a_drawing(), CODE) is Kept.STORE
    assert list(collector.store.records()) == [a_drawing()]
    assert not (tmp_path / "outbox").exists()


def test_what_waits_is_delivered_once_the_store_is_back(collector: Collector, tmp_path: Path) -> None:
    assert [collector.keep(a_drawing(number), CODE) for number in range(3)] == [Kept.OUTBOX] * 3
    with pytest.raises(StoreError, match="unable to open database file"):
        collector.deliver()
    (tmp_path / "disk").mkdir()
    collector.keep(a_drawing(3), CODE)
    assert len(collector.given(CODE)) == 4
    assert (collector.deliver(), collector.deliver()) == (3, 0)
    assert {record.id for record in collector.store.records()} == {a_drawing(number).id for number in range(4)}
    assert list((tmp_path / "outbox").iterdir()) == []


def test_delivery_happens_by_itself(collector: Collector, tmp_path: Path) -> None:
    collector.start(seconds=0.01)
    collector.keep(a_drawing(), CODE)
    (tmp_path / "disk").mkdir()
    deadline = time.monotonic() + 60
    while any((tmp_path / "outbox").iterdir()):
        assert time.monotonic() < deadline
    assert list(collector.store.records()) == [a_drawing()]


def test_what_was_delivered_by_one_who_died_before_removing_it_is_not_doubled(
    collector: Collector, tmp_path: Path
) -> None:
    collector.keep(a_drawing(), CODE)
    (tmp_path / "disk").mkdir()
    (left,) = (tmp_path / "outbox").iterdir()
    content = left.read_bytes()
    collector.deliver()
    left.write_bytes(content)
    collector.deliver()
    assert list(collector.store.records()) == [a_drawing()]


def test_deletion_reaches_what_waits_and_holds_though_it_is_delivered_later(
    collector: Collector, tmp_path: Path
) -> None:
    collector.keep(a_drawing(1), CODE)
    (left,) = (tmp_path / "outbox").iterdir()
    content = left.read_bytes()
    with pytest.raises(StoreError):
        collector.delete(CODE)
    (tmp_path / "disk").mkdir()
    collector.keep(a_drawing(2), CODE)
    assert collector.delete(CODE) == 2
    assert traces_of([a_drawing(1), a_drawing(2)], tmp_path) == []
    left.write_bytes(content)  # one who had read it before the deletion
    collector.deliver()
    assert collector.given(CODE) == []
    assert list(collector.store.records()) == []


def test_postgresql_that_crashes_and_comes_back_loses_nothing(postgres: Postgres, tmp_path: Path) -> None:
    collector = Collector(Settings(postgres.create("crash"), tmp_path / "outbox"))
    assert collector.keep(a_drawing(0), CODE) is Kept.STORE
    postgres.stop("immediate")
    try:
        assert collector.keep(a_drawing(1), CODE) is Kept.OUTBOX
    finally:
        postgres.start()
    assert collector.deliver() == 1
    assert collector.keep(a_drawing(2), CODE) is Kept.STORE
    assert sorted(record.id for record in collector.store.records()) == [a_drawing(number).id for number in range(3)]
    collector.close()


def test_what_cannot_be_read_is_named_and_keeps_no_other_drawing_waiting(
    collector: Collector, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(2):
        collector.keep(a_drawing(number), CODE)
    contents = {
        "a": b"",
        "b": b'{"receipt": "r"',
        "c": b"[]\n",
        "d": b'{"receipt": "r", "record": {}}\n',
        "e": b"\xff\n",
    }
    bad = [tmp_path / f"outbox/{name}.drawing" for name in (*contents, "folder")]
    for path, content in zip(bad, contents.values(), strict=False):
        path.write_bytes(content)
    bad[-1].mkdir()
    (tmp_path / "disk").mkdir()
    assert len(collector.given(CODE)) == 2
    for path in bad:
        assert re.search(rf"{path.name} cannot be read as a drawing \(.+\): look at it", caplog.text)
    assert collector.deliver() == 2
    assert sorted(bad[0].parent.iterdir()) == bad
    assert [path.read_bytes() for path in bad[:-1]] == list(contents.values())
    assert collector.delete(CODE) == 2


def test_what_was_left_unfinished_is_tidied_away(tmp_path: Path) -> None:
    old, young = tmp_path / "a.part", tmp_path / "b.part"
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    outbox = Outbox(tmp_path)
    outbox.put(Waiting(a_drawing(), "receipt"))
    outbox.tidy()
    assert (old.exists(), young.exists()) == (False, True)
    assert [waiting.record for waiting in outbox.waiting()] == [a_drawing()]
