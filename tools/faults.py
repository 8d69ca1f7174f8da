"""Store drawings under failures, and count how many of the confirmed ones are lost or doubled.

Processes are killed at random moments, disks are full, folders are read-only, PostgreSQL crashes under its writers, and
many write at once. The last line is the total; the exit status is 1 if a confirmed drawing was lost or doubled.
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
from fault_tally import CODE, IMAGE_BYTES, Tally, count_lost, deliver_and_count, integrity, make_drawing, report
from support import postgres

from digit_detector.collect.collector import Collector, Kept, Settings
from digit_detector.errors import StoreError

WRITERS: Final = 20
DRAWINGS_PER_WRITER: Final = 25
SMALL_DISK: Final = "1m"


def crash_server(server: postgres.Postgres, place: Path) -> Tally:
    """Crash PostgreSQL three times under eight writers."""
    collector = Collector(Settings(server.create("crash"), place / "crash-outbox")).start(seconds=0.2)
    stop = threading.Event()
    kept: Counter[Kept] = Counter()

    def write() -> list[str]:
        tokens = []
        while not stop.is_set():
            token = uuid4().hex
            kept[collector.keep(make_drawing(token), CODE)] += 1
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
        stop.set()
        confirmed = [token for writer in writers for token in writer.result()]
    collector.deliver()
    tally = count_lost(collector.store, confirmed)
    collector.close()
    report("PostgreSQL crashes 3 times under 8 writers", tally, f"{kept[Kept.OUTBOX]} waited in the outbox")
    return tally


def fill_disk() -> Tally:
    """Fill the disk of store and outbox; with space again, all confirmed drawings must be stored."""
    with TemporaryDirectory() as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", folder], check=True)
        settings = Settings(f"{folder}/full.db", Path(folder, "outbox"))
        reserve = Path(folder, "reserve")
        reserve.write_bytes(bytes(200_000))
        collector = Collector(settings)
        confirmed = []
        while True:
            token = uuid4().hex
            try:
                collector.keep(make_drawing(token), CODE)
            except StoreError as error:
                message = str(error)
                break
            confirmed.append(token)
        reserve.unlink()
        collector.deliver()
        collector.keep(make_drawing(token), CODE)
        tally = count_lost(collector.store, [*confirmed, token])
        collector.close()
        report("disk full", tally, f"integrity {integrity(settings)}", f"error: {message}")
        subprocess.run(["umount", folder], check=True)
        return tally


def read_only(place: Path) -> Tally:
    """Make the folder of store and outbox read-only."""
    folder = place / "read-only"
    folder.mkdir()
    settings = Settings(str(folder / "drawings.db"), folder / "outbox")
    confirmed = [uuid4().hex for _ in range(5)]
    before = Collector(settings)
    for token in confirmed:
        before.keep(make_drawing(token), CODE)
    before.close()
    for path in (folder, *folder.iterdir()):
        path.chmod(0o555)
    with unprivileged():
        message = "none"
        try:
            Collector(settings).keep(make_drawing(uuid4().hex), CODE)
        except StoreError as error:
            message = str(error)
    for path in (folder, *folder.iterdir()):
        path.chmod(0o755)
    tally, _ = deliver_and_count(settings, confirmed)
    report("read-only folder", tally, f"error: {message}")
    return tally


def crowd(place: Path) -> Tally:
    """Confirm drawings of many visitors at once on SQLite; "database is locked" would end this program."""
    settings = Settings(str(place / "crowd.db"), place / "crowd-outbox")
    collector = Collector(settings)

    def confirm(_: int) -> tuple[list[str], float, int]:
        tokens, slowest, pending = [], 0.0, 0
        for _ in range(DRAWINGS_PER_WRITER):
            token, start = uuid4().hex, time.monotonic()
            pending += collector.keep(make_drawing(token), CODE) is Kept.OUTBOX
            slowest = max(slowest, time.monotonic() - start)
            tokens.append(token)
        return tokens, slowest, pending

    with ThreadPoolExecutor(WRITERS) as pool:
        tokens, slowest, pending = zip(*pool.map(confirm, range(WRITERS)), strict=True)
    collector.close()
    tally, _ = deliver_and_count(settings, [token for batch in tokens for token in batch])
    slow = f"the slowest drawing took {max(slowest):.2f} s"
    report(f"{WRITERS} writers at once on SQLite", tally, f"{sum(pending)} went through the outbox", slow)
    return tally


def delete(place: Path) -> Tally:
    """Delete by receipt, and search all files for pieces of the drawings; a piece that is left counts as lost."""
    folder = place / "deletion"
    folder.mkdir()
    collector = Collector(Settings(str(folder / "drawings.db"), folder / "outbox"))
    drawings = [make_drawing(str(number)) for number in range(40)]
    for number, drawing in enumerate(drawings):
        collector.keep(drawing, ("mine", "theirs")[number % 2])
    collector.delete("mine")
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    pieces = [drawing.read()[at : at + 16] for drawing in drawings[::2] for at in range(0, IMAGE_BYTES, 16)]
    left = sum(piece in content for piece in pieces for content in files)
    tally = count_lost(collector.store, [drawing.session for drawing in drawings[1::2]])
    collector.close()
    report("deletion by receipt", tally, f"{left} of {len(pieces)} pieces of 16 bytes left in the files")
    return tally.plus(Tally(0, left, 0))


@contextmanager
def unprivileged() -> Iterator[None]:
    """Switch to a user without root's permission to write read-only files."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        os.seteuid(user)


def on_small_disk() -> Tally:
    """Run `fill_disk` in a process with its own mounts, which does not need root."""
    root = () if os.getuid() == 0 else ("--map-root-user",)
    command = ["unshare", "--mount", *root, sys.executable, str(Path(__file__).resolve()), "--on-small-disk"]
    finished = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    print(finished.stdout, end="", flush=True)
    match = re.search(r"confirmed (\d+) lost (\d+) doubled (\d+)", finished.stdout)
    assert match is not None
    return Tally(*map(int, match.groups()))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="number of writers to kill; by default %(default)s")
    parser.add_argument("--on-small-disk", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    logging.getLogger("digit_detector").setLevel(logging.ERROR)
    if arguments.on_small_disk:
        fill_disk()
        return 0
    with TemporaryDirectory(prefix="faults-") as folder:
        place = Path(folder)
        place.chmod(0o755)
        with postgres.serve() as server:
            tally = kill(arguments.kills, server, place).plus(crash_server(server, place))
        for result in (crowd(place), delete(place), on_small_disk(), read_only(place)):
            tally = tally.plus(result)
    print(f"killed {arguments.kills} {tally}")
    return int(tally.lost + tally.doubled > 0)


if __name__ == "__main__":
    sys.exit(main())
