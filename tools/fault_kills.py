"""Kill writers at random moments: on SQLite, on PostgreSQL, and between the outbox and its store."""

import os
import random
import signal
import time
from multiprocessing import get_context
from pathlib import Path
from typing import Final
from uuid import uuid4

from fault_tally import CODE, Tally, deliver_and_count, integrity, make_drawing, report
from support.postgres import Postgres

from digit_detector.collect.collector import Collector, Settings

MAX_LIFETIME: Final = 0.4
"""Seconds from a writer's first confirmed drawing to its end."""


def kill(times: int, server: Postgres, place: Path) -> Tally:
    """Kill writers on SQLite, on PostgreSQL, and while the outbox is filled and delivered."""
    rng = random.Random(1)
    third = times // 3
    sqlite = Settings(str(place / "kill.db"), place / "kill-outbox")
    interrupted = Settings(str(place / "disk/kill.db"), place / "later-outbox")
    on_sqlite = kill_on(sqlite, times - 2 * third, rng)
    report("kill -9, SQLite", *on_sqlite, f"integrity {integrity(sqlite)}")
    on_postgres = kill_on(Settings(server.create("kill"), place / "postgres-outbox"), third, rng)
    report("kill -9, PostgreSQL", *on_postgres)
    in_outbox = kill_in_outbox(interrupted, third, rng)
    report("kill -9, outbox", *in_outbox, f"integrity {integrity(interrupted)}")
    broken = Tally(0, sum(integrity(settings) != "ok" for settings in (sqlite, interrupted)), 0)
    return on_sqlite[0].plus(on_postgres[0]).plus(in_outbox[0]).plus(broken)


def kill_on(settings: Settings, runs: int, rng: random.Random) -> tuple[Tally, str]:
    confirmed = [token for _ in range(runs) for token in killed_once(settings, False, rng)]
    tally, _ = deliver_and_count(settings, confirmed)
    return tally, f"{runs} writers killed"


def kill_in_outbox(settings: Settings, runs: int, rng: random.Random) -> tuple[Tally, str]:
    """Hide the store's folder for every second writer; the next one delivers the outbox while it writes."""
    disk = Path(settings.store).parent
    hiding_place = disk.with_name("hidden")
    disk.mkdir()
    confirmed: list[str] = []
    for run in range(runs):
        hidden = run % 2 == 0
        if hidden:
            disk.rename(hiding_place)
        confirmed += killed_once(settings, not hidden, rng)
        if hidden:
            hiding_place.rename(disk)
    tally, delivered = deliver_and_count(settings, confirmed)
    return tally, f"{runs} writers killed, {delivered} drawings delivered at the end"


def killed_once(settings: Settings, deliver: bool, rng: random.Random) -> list[str]:
    """Kill a writer at a random moment after its first confirmed drawing; return the confirmed tokens."""
    read, write = os.pipe()
    # A forked process has imported everything already, so it is killed while writing.
    writer = get_context("fork").Process(target=write_on, args=(settings, write, deliver), daemon=True)
    writer.start()
    os.close(write)
    with open(read, "rb") as reports:  # noqa: PTH123 – a pipe has no path
        first = reports.readline()
        time.sleep(rng.uniform(0, MAX_LIFETIME))
        assert writer.pid is not None
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        rest = reports.read()
    return (first + rest).decode().split("\n")[:-1]


def write_on(settings: Settings, pipe: int, deliver: bool) -> None:
    """Confirm drawings one after the other, and report each in a line; optionally deliver the outbox meanwhile."""
    collector = Collector(settings)
    if deliver:
        collector.start(seconds=0.01)
    while True:
        token = uuid4().hex
        collector.keep(make_drawing(token), CODE)
        os.write(pipe, token.encode() + b"\n")
