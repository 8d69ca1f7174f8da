"""Store drawings under failures, and count how many of the confirmed ones are lost or doubled.

Processes are killed at random moments, PostgreSQL crashes under its writers, and many write at once. The last line is
the total; the exit status is 1 if a confirmed drawing was lost or doubled.
"""

import argparse
import logging
import os
import random
import signal
import sqlite3
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Final, NamedTuple
from uuid import uuid4

from support import postgres

from digit_detector.collect.collector import Collector, Kept, Settings
from digit_detector.drawing import Annotation, Drawing, Stroke

CODE: Final = "fault"
WRITERS: Final = 20
DRAWINGS_PER_WRITER: Final = 25
MAX_LIFETIME: Final = 0.4
"""Seconds from a writer's first confirmed drawing to its end."""


class Tally(NamedTuple):
    """Count confirmed, lost and doubled drawings."""

    confirmed: int
    lost: int
    doubled: int

    def __str__(self) -> str:
        return f"confirmed {self.confirmed} lost {self.lost} doubled {self.doubled}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="number of writers to kill; by default %(default)s")
    kills: int = parser.parse_args().kills
    logging.getLogger("digit_detector").setLevel(logging.ERROR)
    with TemporaryDirectory(prefix="faults-") as name, postgres.serve() as server:
        folder, rng, third = Path(name), random.Random(1), kills // 3
        tallies = [
            kill_writers("SQLite", Settings(str(folder / "kill.db"), folder / "kill-outbox"), kills - 2 * third, rng),
            kill_writers("PostgreSQL", Settings(server.create(), folder / "postgres-outbox"), third, rng),
            kill_outbox_writers(folder, third, rng),
            crash_server(server, folder),
            crowd(folder),
        ]
    total = Tally(*map(sum, zip(*tallies, strict=True)))
    print(f"killed {kills} {total}")
    return int(total.lost + total.doubled > 0)


def confirm(collector: Collector) -> tuple[str, Kept]:
    """Store a new drawing; return its token, by which a copy under another ID is noticed, and where it was stored."""
    drawing = Drawing(
        id=uuid4().hex,
        image=os.urandom(8_000),
        width=400,
        height=400,
        annotations=(Annotation("7", (1.0, 2.0, 30.0, 40.0)),),
        session=uuid4().hex,
        source="page",
        strokes=(Stroke(((1.0, 2.0), (30.0, 40.0)), 14.0),),
    )
    return drawing.session, collector.keep(drawing, CODE)


def deliver_and_count(title: str, settings: Settings, confirmed: list[str]) -> Tally:
    """Deliver the outbox, look for the confirmed drawings, and print the result; a damaged store counts as lost."""
    collector = Collector(settings)
    notes = [f"{collector.deliver()} drawings delivered at the end"]
    stored = Counter(drawing.session for drawing in collector.store.drawings())
    collector.close()
    lost = sum(token not in stored for token in confirmed)
    if "://" not in settings.store:
        with closing(sqlite3.connect(settings.store)) as connection:
            integrity = str(connection.execute("PRAGMA integrity_check").fetchone()[0])
        lost += integrity != "ok"
        notes.append(f"integrity {integrity}")
    tally = Tally(len(confirmed), lost, stored.total() - len(stored))
    print("; ".join((f"{title}: {tally}", *notes)), flush=True)
    return tally


def kill_writers(title: str, settings: Settings, runs: int, rng: random.Random) -> Tally:
    """Kill writers that store drawings."""
    confirmed = [token for _ in range(runs) for token in killed_once(settings, rng)]
    return deliver_and_count(f"kill -9, {title}", settings, confirmed)


def kill_outbox_writers(folder: Path, runs: int, rng: random.Random) -> Tally:
    """Hide the store's folder for every second writer; the next one delivers the outbox while it writes."""
    disk, hidden = folder / "disk", folder / "hidden"
    settings = Settings(str(disk / "kill.db"), folder / "later-outbox")
    disk.mkdir()
    confirmed: list[str] = []
    for run in range(runs):
        if run % 2 == 0:
            disk.rename(hidden)
            confirmed += killed_once(settings, rng)
            hidden.rename(disk)
        else:
            confirmed += killed_once(settings, rng, deliver=True)
    return deliver_and_count("kill -9, outbox", settings, confirmed)


def killed_once(settings: Settings, rng: random.Random, *, deliver: bool = False) -> list[str]:
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
        token, _ = confirm(collector)
        os.write(pipe, token.encode() + b"\n")


def crash_server(server: postgres.Postgres, folder: Path) -> Tally:
    """Crash PostgreSQL three times under eight writers."""
    settings = Settings(server.create(), folder / "crash-outbox")
    collector, stop = Collector(settings).start(seconds=0.2), Event()

    def write() -> list[tuple[str, Kept]]:
        results = []
        while not stop.is_set():
            results.append(confirm(collector))
        return results

    with ThreadPoolExecutor(8) as pool:
        writers = [pool.submit(write) for _ in range(8)]
        for _ in range(3):
            time.sleep(1)
            server.stop("immediate")
            time.sleep(1)
            server.start()
        time.sleep(1)
        stop.set()
        results = [result for writer in writers for result in writer.result()]
    collector.close()
    waited = sum(kept is Kept.OUTBOX for _, kept in results)
    title = f"PostgreSQL crashes 3 times under 8 writers, {waited} drawings waited in the outbox"
    return deliver_and_count(title, settings, [token for token, _ in results])


def crowd(folder: Path) -> Tally:
    """Confirm drawings of many visitors at once on SQLite; "database is locked" would end this program."""
    settings = Settings(str(folder / "crowd.db"), folder / "crowd-outbox")
    collector = Collector(settings)

    def write(_: int) -> tuple[str, Kept, float]:
        start = time.monotonic()
        return *confirm(collector), time.monotonic() - start

    with ThreadPoolExecutor(WRITERS) as pool:
        tokens, kept, seconds = zip(*pool.map(write, range(WRITERS * DRAWINGS_PER_WRITER)), strict=True)
    collector.close()
    waited = f"{kept.count(Kept.OUTBOX)} went through the outbox, the slowest took {max(seconds):.2f} s"
    return deliver_and_count(f"{WRITERS} writers at once on SQLite, {waited}", settings, list(tokens))


if __name__ == "__main__":
    sys.exit(main())
