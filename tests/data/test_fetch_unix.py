"""Test fetching on a full disk and on a terminal, which need Unix."""

import os
import pty
import subprocess
import sys
import termios
from pathlib import Path

from support.download_sites import archive_url, files_below, path_of, serve_sites

FULL = """
import resource, sys
from digit_detector.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, resource.RLIM_INFINITY))  # as on a full disk
sys.exit(main(sys.argv[1:]))
"""


def test_full_disk_and_resume(tmp_path: Path) -> None:
    with serve_sites() as sites:
        command = ["data", "fetch", "unipen", "--data-root", str(tmp_path), "--mirror", sites.address]
        full = subprocess.run([sys.executable, "-c", FULL, *command], capture_output=True, text=True, check=False)
        assert full.returncode == 1
        assert "cannot be written" in full.stderr
        assert "free disk space, and run the same command again" in full.stderr
        assert full.stderr.count("\n") == 1
        sites.requests.clear()
        subprocess.run([sys.executable, "-m", "digit_detector", *command], capture_output=True, check=True)
        assert (path_of(archive_url()), "bytes=2000-") in sites.requests
    assert "unipen/unipen_1a.ndjson.gz" in files_below(tmp_path)


def test_progress_bar_only_on_terminal(tmp_path: Path) -> None:
    with serve_sites() as sites:
        command = [sys.executable, "-m", "digit_detector", "data", "fetch", "moniker", "--mirror", sites.address]
        terminal, inside = pty.openpty()
        termios.tcsetwinsize(inside, (24, 100))
        subprocess.run([*command, "--data-root", tmp_path / "a"], stderr=inside, stdout=subprocess.PIPE, check=True)
        shown = os.read(terminal, 100_000).decode()
        os.close(inside)
        os.close(terminal)
        assert "penis-simplified.ndjson: 100%" in shown
        quiet = subprocess.run([*command, "--data-root", tmp_path / "b"], capture_output=True, text=True, check=True)
        assert quiet.stderr == ""
