"""The page's server as `streamlit run` starts it, on a free port of this machine alone."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

ROOT = Path(__file__).parents[2]
LISTENING = "URL: "
"""Streamlit prints this once its socket takes connections."""


@contextmanager
def serve(root: Path, log: Path, port: int = 0) -> Iterator[str]:
    """Serve a checkout's `app.py` and the package beside it; gives the page's address once the server is healthy."""
    with run_server(root, log, port=port) as (url, _):
        yield url


@contextmanager
def run_server(
    root: Path,
    log: Path,
    command: Sequence[str] = (sys.executable, "-m", "streamlit", "run", "app.py"),
    environment: Mapping[str, str] | None = None,
    port: int = 0,
    **options: Any,
) -> Iterator[tuple[str, int]]:
    """As `serve`, and gives the server's process too; raises RuntimeError with the log if the server ends first.

    options: of `subprocess.Popen`.
    """
    if not port:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    address = ("--server.address=127.0.0.1", f"--server.port={port}")
    process = subprocess.Popen(
        [*command, *address],
        cwd=root,
        env=environment or os.environ | {"PYTHONPATH": str(root / "src"), "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )
    listening = Event()
    logger = Thread(target=_log, args=(process, log, listening))
    logger.start()
    try:
        listening.wait()
        try:
            urlopen(f"{url}/_stcore/health").close()  # answered once everything is loaded
        except HTTPError:
            raise
        except OSError as error:
            process.wait()
            logger.join()
            raise RuntimeError(f"the page did not start:\n{log.read_text()}") from error
        yield url, process.pid
    finally:
        process.terminate()
        process.wait(30)
        logger.join()


def _log(process: subprocess.Popen[str], log: Path, listening: Event) -> None:
    """Copy the server's output into a file, and note when it listens, or has ended."""
    assert process.stdout is not None
    with log.open("w") as file:
        for line in process.stdout:
            file.write(line)
            file.flush()
            if LISTENING in line:
                listening.set()
    listening.set()
