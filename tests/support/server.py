"""The page's server as `streamlit run` starts it, on a free port of this machine alone."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).parents[2]
START_SECONDS = 120


@contextmanager
def serve(root: Path, log: Path) -> Iterator[str]:
    """Serve a checkout's `app.py` and the package beside it; gives the page's address once the server is healthy."""
    with run_server(root, log) as (url, _):
        yield url


@contextmanager
def run_server(root: Path, log: Path) -> Iterator[tuple[str, int]]:
    """As `serve`, and gives the server's process too."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    address = ("--server.address=127.0.0.1", f"--server.port={port}")
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", *address],
            cwd=root,
            env=os.environ | {"PYTHONPATH": str(root / "src")},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _healthy(url):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the page did not start:\n{log.read_text()}")
            time.sleep(0.1)
        yield url, process.pid
    finally:
        process.terminate()
        process.wait(30)


def _healthy(url: str) -> bool:
    try:
        with urlopen(f"{url}/_stcore/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
