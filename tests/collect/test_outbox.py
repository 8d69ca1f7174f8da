"""Test the places for drawings, and the outbox: drawings wait there, are delivered once, and not at all if deleted."""

import os
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from support.postgres import Postgres
from support.stores import a_drawing, traces_of

from digit_detector.collect.collector import Collector, Kept, Settings, hash_of
from digit_detector.collect.outbox import Outbox, PendingDrawing
from digit_detector.drawing import Drawing
from digit_detector.errors import StoreError

CODE = "7K3M-9QXR-0ZVB-1WT8-HJ5N"


@pytest.mark.parametrize(
    ("environment", "settings"),
    [
        ({}, None),
        ({"DIGIT_DETECTOR_STORE": " "}, None),
        ({"DIGIT_DETECTOR_STORE": "a/b.db"}, Settings("a/b.db", Path("a/b.db-outbox"))),
        ({"DIGIT_DETECTOR_STORE": "sqlite:////a/b.db"}, Settings("sqlite:////a/b.db", Path("/a/b.db-outbox"))),
        (
            {"DIGIT_DETECTOR_STORE": "postgresql://host/x", "DIGIT_DETECTOR_OUTBOX": "/disk"},
            Settings("postgresql://host/x", Path("/disk")),
        ),
    ],
)
def test_settings_from_environment(environment: dict[str, str], settings: Settings | None) -> None:
    assert Settings.from_environment(environment) == settings


def test_postgresql_requires_outbox() -> None:
    with pytest.raises(StoreError, match="DIGIT_DETECTOR_OUTBOX is missing"):
        Settings.from_environment({"DIGIT_DETECTOR_STORE": "postgres://host/x"})


@pytest.fixture
def collector(tmp_path: Path) -> Iterator[Collector]:
    """Return a collector whose store is down as long as the folder `disk` is missing."""
    collector = Collector(Settings(str(tmp_path / "disk/drawings.db"), tmp_path / "outbox"))
    yield collector
    collector.close()


def test_available_store_bypasses_outbox(collector: Collector, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    assert collector.keep(a_drawing(), CODE) is Kept.STORE
    assert list(collector.store.drawings()) == [a_drawing()]
    assert not (tmp_path / "outbox").exists()


def test_deliver_when_store_is_back(collector: Collector, tmp_path: Path) -> None:
    assert [collector.keep(a_drawing(number), CODE) for number in range(3)] == [Kept.OUTBOX] * 3
    with pytest.raises(StoreError, match="unable to open database file"):
        collector.deliver()
    (tmp_path / "disk").mkdir()
    collector.keep(a_drawing(3), CODE)
    assert collector.contributions(CODE, 9)[0] == 4
    assert collector.count_waiting() == 3
    assert (collector.deliver(), collector.deliver()) == (3, 0)
    assert {drawing.id for drawing in collector.store.drawings()} == {a_drawing(number).id for number in range(4)}
    assert list((tmp_path / "outbox").iterdir()) == []


def signal(patch: pytest.MonkeyPatch, owner: object, name: str) -> Event:
    """Return an event that is set when a method of this object next returns without an error."""
    method, done = getattr(owner, name), Event()

    def call() -> None:
        method()
        done.set()

    patch.setattr(owner, name, call)
    return done


def test_background_delivery(collector: Collector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collector.keep(a_drawing(), CODE)
    delivered = signal(monkeypatch, collector, "deliver")
    collector.start(seconds=0.01)
    (tmp_path / "disk").mkdir()
    assert delivered.wait(60)
    assert not any((tmp_path / "outbox").iterdir())
    assert list(collector.store.drawings()) == [a_drawing()]


def test_close_delivers_what_waits(collector: Collector, tmp_path: Path) -> None:
    collector.start(seconds=3600)
    collector.keep(a_drawing(), CODE)
    (tmp_path / "disk").mkdir()
    collector.close()
    assert list(collector.store.drawings()) == [a_drawing()]


def test_delete_leaves_purge_to_background(
    collector: Collector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "disk").mkdir()
    collector.keep(a_drawing(), CODE)
    with monkeypatch.context() as patch:
        patch.setattr(collector.store, "purge", lambda: pytest.fail("the visitor waits for a purge"))
        assert collector.delete(CODE) == 1
    assert collector.contributions(CODE, 9) == (0, [])
    assert traces_of([a_drawing()], tmp_path)
    purged = signal(monkeypatch, collector.store, "purge")
    collector.start(seconds=0.01)
    assert purged.wait(60)
    assert not traces_of([a_drawing()], tmp_path)


def test_background_purges_at_most_hourly(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    delivered = Event()

    def deliver() -> None:
        calls.append("deliver")
        if calls.count("deliver") == 9:
            delivered.set()

    monkeypatch.setattr(collector, "deliver", deliver)
    monkeypatch.setattr(collector.store, "purge", lambda: calls.append("purge"))
    collector.start(seconds=0.001)
    assert delivered.wait(60)
    assert calls.count("purge") == 1


def test_background_outlives_errors(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    failures = iter((RuntimeError("nobody foresaw this"), StoreError("the store is down")))
    recovered = Event()

    def deliver() -> None:
        if failure := next(failures, None):
            raise failure
        recovered.set()

    monkeypatch.setattr(collector, "deliver", deliver)
    collector.start(seconds=0.001)
    assert recovered.wait(60)


def test_refused_drawing_does_not_block_outbox(
    collector: Collector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        collector.keep(a_drawing(number), CODE)
    (tmp_path / "disk").mkdir()
    keep_pending = collector.store.keep_pending

    def refuse_some(drawing: Drawing, receipt: str) -> bool:
        if drawing.id in (a_drawing(1).id, a_drawing(3).id):
            raise RuntimeError("nobody foresaw this")
        return keep_pending(drawing, receipt)

    with monkeypatch.context() as patch:
        patch.setattr(collector.store, "keep_pending", refuse_some)
        with pytest.raises(StoreError, match=r"2 of 5 drawings stay in the outbox \(nobody foresaw this\)"):
            collector.deliver()
    assert {drawing.id for drawing in collector.store.drawings()} == {a_drawing(number).id for number in (0, 2, 4)}
    assert collector.deliver() == 2


def test_repeated_delivery_stores_once(collector: Collector, tmp_path: Path) -> None:
    collector.keep(a_drawing(), CODE)
    (tmp_path / "disk").mkdir()
    (file,) = (tmp_path / "outbox").iterdir()
    content = file.read_bytes()
    collector.deliver()
    file.write_bytes(content)
    collector.deliver()
    assert list(collector.store.drawings()) == [a_drawing()]


def test_delete_covers_outbox(collector: Collector, tmp_path: Path) -> None:
    collector.keep(a_drawing(1), CODE)
    (file,) = (tmp_path / "outbox").iterdir()
    content = file.read_bytes()
    with pytest.raises(StoreError):
        collector.delete(CODE)
    (tmp_path / "disk").mkdir()
    collector.keep(a_drawing(2), CODE)
    assert collector.delete(CODE) == 2
    assert not file.exists()
    collector.store.purge()
    assert traces_of([a_drawing(1), a_drawing(2)], tmp_path) == []
    file.write_bytes(content)  # another process had read it before the deletion
    collector.deliver()
    assert collector.contributions(CODE, 9) == (0, [])
    assert list(collector.store.drawings()) == []


def test_delete_covers_outbox_of_another_replica(store_address: str, tmp_path: Path) -> None:
    one, other = (Collector(Settings(store_address, tmp_path / name)) for name in ("one", "other"))
    with closing(one), closing(other):
        minute, now = timedelta(minutes=1), datetime.now(UTC)
        before, after, later = (replace(a_drawing(n), time=now + (n - 1) * minute) for n in (0, 2, 3))
        outbox = Outbox(tmp_path / "one")
        outbox.put(PendingDrawing(before, hash_of(CODE)))
        other.keep(a_drawing(1), CODE)
        assert other.delete(CODE) == 1
        outbox.put(PendingDrawing(after, hash_of(CODE)))
        outbox.put(PendingDrawing(a_drawing(4), hash_of("another code")))
        assert one.deliver() == 3
        assert one.count_waiting() == 0
        assert one.keep(later, CODE) is Kept.STORE
        assert {drawing.id for drawing in one.store.drawings()} == {after.id, later.id, a_drawing(4).id}
        assert other.contributions(CODE, 9) == (2, [later, after])


def test_contributions_include_what_is_delivered_meanwhile(
    collector: Collector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collector.keep(a_drawing(), CODE)
    (tmp_path / "disk").mkdir()
    contribution_ids = collector.store.contribution_ids

    def ids_before_delivery(receipt: str) -> list[str]:
        found = contribution_ids(receipt)
        collector.deliver()
        return found

    monkeypatch.setattr(collector.store, "contribution_ids", ids_before_delivery)
    assert collector.contributions(CODE, 9) == (1, [a_drawing()])


def test_postgresql_crash_loses_nothing(postgres: Postgres, tmp_path: Path) -> None:
    collector = Collector(Settings(postgres.create(), tmp_path / "outbox"))
    assert collector.keep(a_drawing(0), CODE) is Kept.STORE
    postgres.stop("immediate")
    try:
        assert collector.keep(a_drawing(1), CODE) is Kept.OUTBOX
    finally:
        postgres.start()
    assert collector.deliver() == 1
    assert collector.keep(a_drawing(2), CODE) is Kept.STORE
    assert sorted(drawing.id for drawing in collector.store.drawings()) == [a_drawing(number).id for number in range(3)]
    collector.close()


def test_unreadable_file_does_not_block_outbox(
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
        "ea": b'{"receipt": "r", "record": {"strokes": [{"points": [[1%s, 0]], "width": 1}]}}\n' % (b"0" * 400),
        "eb": b"[" * 100_000 + b"\n",
    }
    bad = [tmp_path / f"outbox/{name}.drawing" for name in (*contents, "folder")]
    for path, content in zip(bad, contents.values(), strict=False):
        path.write_bytes(content)
    bad[-1].mkdir()
    (tmp_path / "disk").mkdir()
    assert collector.contributions(CODE, 9)[0] == 2
    for path in bad:
        assert re.search(rf"{path.name} cannot be read as a drawing \(.+\): inspect it", caplog.text)
    assert collector.deliver() == 2
    assert sorted(bad[0].parent.iterdir()) == bad
    assert [path.read_bytes() for path in bad[:-1]] == list(contents.values())
    assert collector.delete(CODE) == 2


def test_old_partial_files_are_removed(tmp_path: Path) -> None:
    old, young = tmp_path / "a.part", tmp_path / "b.part"
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    outbox = Outbox(tmp_path)
    outbox.put(PendingDrawing(a_drawing(), "receipt"))
    outbox.remove_partial_files()
    assert (old.exists(), young.exists()) == (False, True)
    assert [pending.drawing for pending in outbox.pending()] == [a_drawing()]
