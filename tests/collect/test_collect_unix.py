"""Test storing drawings on a full disk, and beside other writers, by what Unix alone offers."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from support.stores import a_drawing

from digit_detector.collect.outbox import Outbox, PendingDrawing
from digit_detector.collect.store import Store
from digit_detector.errors import StoreError

WRITER = """
import resource, signal, sys
from digit_detector.collect.collector import Collector, Kept, Settings
from digit_detector.errors import StoreError
from support.stores import a_drawing

def limit(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
collector = Collector(Settings.from_environment({"DIGIT_DETECTOR_STORE": sys.argv[1]}))
limit(200_000)
number, kept = 0, Kept.STORE
while kept is Kept.STORE:
    kept = collector.keep(a_drawing(number), "code")
    number += 1
print(number)
limit(5_000)
try:
    collector.keep(a_drawing(number), "code")
except StoreError as error:
    print(error)
limit(resource.RLIM_INFINITY)
print(collector.deliver())
collector.close()
"""


def test_full_disk_loses_nothing_confirmed(tmp_path: Path) -> None:
    """Limit the size of files as a full disk would: first the database reaches it, then the outbox."""
    command = [sys.executable, "-c", WRITER, str(tmp_path / "drawings.db")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    confirmed, message, delivered = done.stdout.splitlines()
    assert int(confirmed) > 3
    assert "drawings.db cannot be used" in message
    assert "drawings.db-outbox cannot be used (File too large): the drawing is not stored, try again later" in message
    assert delivered == "1"
    store = Store(str(tmp_path / "drawings.db"))
    assert [drawing.id for drawing in store.drawings()] == [a_drawing(number).id for number in range(int(confirmed))]
    store.close()


def test_partial_file_that_another_writer_completes(tmp_path: Path) -> None:
    (tmp_path / "a.part").symlink_to("completed")  # listed, and gone when it is looked at
    outbox = Outbox(tmp_path)
    outbox.put(PendingDrawing(a_drawing(), "receipt"))
    outbox.remove_partial_files()
    assert outbox.count() == 1


@pytest.mark.parametrize("earlier", [False, True])
def test_drawing_whose_name_is_not_durable_is_not_kept(
    earlier: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let a disk fail to write the folder; a drawing that was confirmed before stays."""
    outbox, pending, fsync = Outbox(tmp_path), PendingDrawing(a_drawing(), "receipt"), os.fsync

    def fail_for_folders(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        fsync(descriptor)

    if earlier:
        outbox.put(pending)
    monkeypatch.setattr(os, "fsync", fail_for_folders)
    with pytest.raises(StoreError, match="cannot be used"):
        outbox.put(pending)
    assert len(list(tmp_path.iterdir())) == outbox.count() == earlier
