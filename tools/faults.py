"""Keep drawings while everything goes wrong, and count what of the confirmed is lost or doubled.

Processes are killed at random moments, disks are full, folders are read-only, PostgreSQL crashes under its writers, and
many write at once. The last line is the verdict; the exit status is 1 where anything confirmed was lost or doubled.
"""

import argparse
import logging
import os
import pwd
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

from fault_kills import kill
from fault_tally import CODE, IMAGE_BYTES, Tally, a_record, intact, judge, say, settle
from support import postgres

from digit_detector.collect.collector import Collector, Kept
from digit_detector.collect.settings import Settings
from digit_detector.errors import StoreError

WRITERS: Final = 20
EACH: Final = 25
SMALL_DISK: Final = "1m"


def crash_server(server: postgres.Postgres, place: Path) -> Tally:
    """PostgreSQL crashes three times under eight writers."""
    collector = Collector(Settings(server.create("crash"), place / "crash-outbox")).start(seconds=0.2)
    over = threading.Event()
    kept: Counter[Kept] = Counter()

    def write() -> list[str]:
        tokens = []
        while not over.is_set():
            token = uuid4().hex
            kept[collector.keep(a_record(token), CODE)] += 1
            tokens.append(token)
        return tokens

    with ThreadPoolExecutor(8) as pool:
        writers = [pool.submit(write) for _ in range(8)]
        for _ in range(3):
            time.sleep(1)
            server.stop("immediate")
            time.sleep(1)
            server.start()
        time.sleep(1)
        over.set()
        confirmed = [token for writer in writers for token in writer.result()]
    collector.deliver()
    tally = judge(collector.store, confirmed)
    collector.close()
    say("PostgreSQL crashes 3 times under 8 writers", tally, f"{kept[Kept.OUTBOX]} waited in the outbox")
    return tally


def fill_disk() -> Tally:
    """Store and outbox on a disk that is full: said, and all confirmed is there once there is room again."""
    with TemporaryDirectory() as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", folder], check=True)
        settings = Settings(f"{folder}/full.db", Path(folder, "outbox"))
        room = Path(folder, "room")
        room.write_bytes(bytes(200_000))
        collector = Collector(settings)
        confirmed = []
        while True:
            token = uuid4().hex
            try:
                collector.keep(a_record(token), CODE)
            except StoreError as error:
                said = str(error)
                break
            confirmed.append(token)
        room.unlink()
        collector.deliver()
        collector.keep(a_record(token), CODE)
        tally = judge(collector.store, [*confirmed, token])
        collector.close()
        say("disk full", tally, f"integrity {intact(settings)}", f"said: {said}")
        subprocess.run(["umount", folder], check=True)
        return tally


def read_only(place: Path) -> Tally:
    """The folder of store and outbox becomes read-only."""
    folder = place / "read-only"
    folder.mkdir()
    settings = Settings(str(folder / "drawings.db"), folder / "outbox")
    confirmed = [uuid4().hex for _ in range(5)]
    before = Collector(settings)
    for token in confirmed:
        before.keep(a_record(token), CODE)
    before.close()
    for path in (folder, *folder.iterdir()):
        path.chmod(0o555)
    with unprivileged():
        said = "nothing"
        try:
            Collector(settings).keep(a_record(uuid4().hex), CODE)
        except StoreError as error:
            said = str(error)
    for path in (folder, *folder.iterdir()):
        path.chmod(0o755)
    tally, _ = settle(settings, confirmed)
    say("read-only folder", tally, f"said: {said}")
    return tally


def crowd(place: Path) -> Tally:
    """Many visitors of one page confirm at once, on SQLite; a "database is locked" would end this program."""
    settings = Settings(str(place / "crowd.db"), place / "crowd-outbox")
    collector = Collector(settings)

    def confirm_some(_: int) -> tuple[list[str], float, int]:
        tokens, slowest, waiting = [], 0.0, 0
        for _ in range(EACH):
            token, start = uuid4().hex, time.monotonic()
            waiting += collector.keep(a_record(token), CODE) is Kept.OUTBOX
            slowest = max(slowest, time.monotonic() - start)
            tokens.append(token)
        return tokens, slowest, waiting

    with ThreadPoolExecutor(WRITERS) as pool:
        tokens, slowest, waiting = zip(*pool.map(confirm_some, range(WRITERS)), strict=True)
    collector.close()
    tally, _ = settle(settings, [token for some in tokens for token in some])
    slow = f"the slowest drawing took {max(slowest):.2f} s"
    say(f"{WRITERS} writers at once on SQLite", tally, f"{sum(waiting)} went through the outbox", slow)
    return tally


def delete(place: Path) -> Tally:
    """Delete by receipt, and look for every piece of the drawings in all files; a piece that is left counts as lost."""
    folder = place / "deletion"
    folder.mkdir()
    collector = Collector(Settings(str(folder / "drawings.db"), folder / "outbox"))
    records = [a_record(str(number)) for number in range(40)]
    for number, record in enumerate(records):
        collector.keep(record, ("mine", "theirs")[number % 2])
    collector.delete("mine")
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    pieces = [record.read()[at : at + 16] for record in records[::2] for at in range(0, IMAGE_BYTES, 16)]
    left = sum(piece in content for piece in pieces for content in files)
    tally = judge(collector.store, [record.session for record in records[1::2]])
    collector.close()
    say("deletion by receipt", tally, f"{left} of {len(pieces)} pieces of 16 bytes left in the files")
    return tally.plus(Tally(0, left, 0))


@contextmanager
def unprivileged() -> Iterator[None]:
    """Be a user for whom read-only means it, as root is not."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        os.seteuid(user)


def on_small_disk() -> Tally:
    """`fill_disk` in a process with mounts of its own, which need no root."""
    root = () if os.getuid() == 0 else ("--map-root-user",)
    command = ["unshare", "--mount", *root, sys.executable, str(Path(__file__).resolve()), "--on-small-disk"]
    finished = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    print(finished.stdout, end="", flush=True)
    found = re.search(r"confirmed (\d+) lost (\d+) doubled (\d+)", finished.stdout)
    assert found is not None
    return Tally(*map(int, found.groups()))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="how many writers are killed; by default %(default)s")
    parser.add_argument("--on-small-disk", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    logging.getLogger("digit_detector").setLevel(logging.ERROR)
    if given.on_small_disk:
        fill_disk()
        return 0
    with TemporaryDirectory(prefix="faults-") as folder:
        place = Path(folder)
        place.chmod(0o755)
        with postgres.serve() as server:
            tally = kill(given.kills, server, place).plus(crash_server(server, place))
        for more in (crowd(place), delete(place), on_small_disk(), read_only(place)):
            tally = tally.plus(more)
    print(f"killed {given.kills} {tally}")
    return int(tally.lost + tally.doubled > 0)


if __name__ == "__main__":
    sys.exit(main())
