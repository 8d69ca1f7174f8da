"""The command line at a terminal and in a pipe, as Unix has them."""

import json
import os
import pty
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def command(onnx_file: Path, tmp_path: Path, drawing_png: bytes) -> list[str]:
    """The detection in a folder of two pictures."""
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(drawing_png)
    return [sys.executable, "-m", "digit_detector", "detect", str(tmp_path), "--weights", str(onnx_file)]


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let programs hear Ctrl-C also where the tests run in a shell's background, which ignores it for its children."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_a_counter_is_shown_on_a_terminal_only(command: list[str]) -> None:
    terminal, inside = pty.openpty()
    termios.tcsetwinsize(inside, (24, 80))
    out = subprocess.run(command, stdout=subprocess.PIPE, stderr=inside, check=True).stdout
    shown = os.read(terminal, 10_000).decode()
    os.close(inside)
    os.close(terminal)
    assert len(json.loads(out)) == 2
    assert "2/2" in shown
    assert subprocess.run(command, capture_output=True, text=True, check=True).stderr == ""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a device that is full")
def test_a_full_disk_is_one_line(command: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "digit-detector: [Errno 28] No space left on device\n")


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_ends_without_a_traceback(tmp_path: Path, command: list[str]) -> None:
    os.mkfifo(tmp_path / "c.png")
    words = [*command, "--format", "ndjson"]
    words.insert(5, str(tmp_path / "c.png"))  # after the folder: it is read last, and waits
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert ["a.png" in process.stdout.readline(), "b.png" in process.stdout.readline()] == [True, True]
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
    assert (process.returncode, errors) == (130, "")


def test_a_reader_that_stops_early_is_no_error(command: list[str]) -> None:
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == ""
