"""Fetching where the disk is full, and on a terminal, as Unix has them."""

import os
import pty
import subprocess
import sys
import termios
from pathlib import Path

from support.download_sites import archive_url, everything_below, path_of, serving

FULL = """
import resource, sys
from digit_detector.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, resource.RLIM_INFINITY))  # as if no more fitted on the disk
sys.exit(main(sys.argv[1:]))
"""


def test_a_full_disk_is_told_and_the_next_run_goes_on(tmp_path: Path) -> None:
    with serving() as homes:
        command = ["data", "fetch", "unipen", "--data-root", str(tmp_path), "--mirror", homes.address]
        full = subprocess.run([sys.executable, "-c", FULL, *command], capture_output=True, text=True, check=False)
        assert full.returncode == 1
        assert "cannot be written" in full.stderr
        assert "make room, and run the same command again" in full.stderr
        assert full.stderr.count("\n") == 1
        homes.asked.clear()
        subprocess.run([sys.executable, "-m", "digit_detector", *command], capture_output=True, check=True)
        assert (path_of(archive_url()), "bytes=2000-") in homes.asked
    assert "unipen/unipen_1a.ndjson.gz" in everything_below(tmp_path)


def test_a_bar_is_shown_on_a_terminal_only(tmp_path: Path) -> None:
    with serving() as homes:
        command = [sys.executable, "-m", "digit_detector", "data", "fetch", "moniker", "--mirror", homes.address]
        terminal, inside = pty.openpty()
        termios.tcsetwinsize(inside, (24, 100))
        subprocess.run([*command, "--data-root", tmp_path / "a"], stderr=inside, stdout=subprocess.PIPE, check=True)
        shown = os.read(terminal, 100_000).decode()
        os.close(inside)
        os.close(terminal)
        assert "penis-simplified.ndjson: 100%" in shown
        quiet = subprocess.run([*command, "--data-root", tmp_path / "b"], capture_output=True, text=True, check=True)
        assert quiet.stderr == ""
