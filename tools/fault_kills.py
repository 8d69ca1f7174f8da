"""Writers that are killed at random moments: on SQLite, on PostgreSQL, and between the outbox and its store."""

import os
import random
import signal
import time
from multiprocessing import get_context
from pathlib import Path
from typing import Final
from uuid import uuid4

from fault_tally import CODE, Tally, a_record, intact, say, settle
from support.postgres import Postgres

from digit_detector.collect.collector import Collector
from digit_detector.collect.settings import Settings

LONGEST_LIFE: Final = 0.4
"""s from a writer's first confirmed drawing to its end."""


def kill(times: int, server: Postgres, place: Path) -> Tally:
    """Kill writers on SQLite, on PostgreSQL, and while the outbox is filled and delivered."""
    chance = random.Random(1)
    share = times // 3
    sqlite = Settings(str(place / "kill.db"), place / "kill-outbox")
    later = Settings(str(place / "disk/kill.db"), place / "later-outbox")
    on_sqlite = kill_on(sqlite, times - 2 * share, chance)
    say("kill -9, SQLite", *on_sqlite, f"integrity {intact(sqlite)}")
    on_postgres = kill_on(Settings(server.create("kill"), place / "postgres-outbox"), share, chance)
    say("kill -9, PostgreSQL", *on_postgres)
    in_outbox = kill_in_outbox(later, share, chance)
    say("kill -9, outbox", *in_outbox, f"integrity {intact(later)}")
    broken = Tally(0, sum(intact(settings) != "ok" for settings in (sqlite, later)), 0)
    return on_sqlite[0].plus(on_postgres[0]).plus(in_outbox[0]).plus(broken)


def kill_on(settings: Settings, runs: int, chance: random.Random) -> tuple[Tally, str]:
    confirmed = [token for _ in range(runs) for token in killed_once(settings, False, chance)]
    tally, _ = settle(settings, confirmed)
    return tally, f"{runs} writers killed"


def kill_in_outbox(settings: Settings, runs: int, chance: random.Random) -> tuple[Tally, str]:
    """The store's folder is away for every second writer, and back for the next, which delivers while it writes."""
    disk = Path(settings.store).parent
    away = disk.with_name("away")
    disk.mkdir()
    confirmed: list[str] = []
    for run in range(runs):
        is_away = run % 2 == 0
        if is_away:
            disk.rename(away)
        confirmed += killed_once(settings, not is_away, chance)
        if is_away:
            away.rename(disk)
    tally, delivered = settle(settings, confirmed)
    return tally, f"{runs} writers killed, {delivered} drawings delivered at the end"


def killed_once(settings: Settings, deliver: bool, chance: random.Random) -> list[str]:
    """Start a writer, kill it at a random moment after its first confirmed drawing; gives what it had confirmed."""
    read, write = os.pipe()
    # Forked, since it then has imported everything: so the moments fall into writing.
    writer = get_context("fork").Process(target=write_on, args=(settings, write, deliver), daemon=True)
    writer.start()
    os.close(write)
    with open(read, "rb") as reports:  # noqa: PTH123 – a pipe has no path
        first = reports.readline()
        time.sleep(chance.uniform(0, LONGEST_LIFE))
        assert writer.pid is not None
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        rest = reports.read()
    return (first + rest).decode().split("\n")[:-1]


def write_on(settings: Settings, report: int, deliver: bool) -> None:
    """Confirm one drawing after the other, and report each by a line; delivers the outbox meanwhile, or between."""
    collector = Collector(settings)
    if deliver:
        collector.start(seconds=0.01)
    while True:
        token = uuid4().hex
        collector.keep(a_record(token), CODE)
        os.write(report, token.encode() + b"\n")
