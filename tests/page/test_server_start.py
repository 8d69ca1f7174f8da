"""The server's start and end, where drawings are to be kept."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.server import ROOT, serve

LIFESPAN = """
import threading
import app
from starlette.testclient import TestClient

def delivers():
    return any(thread.name == "delivery" for thread in threading.enumerate())

with TestClient(app.app):
    print(delivers())
print(delivers())
"""


@pytest.mark.parametrize(
    ("store", "outbox", "reason"),
    [
        ("postgresql://me@localhost/drawings", "", "DIGIT_DETECTOR_OUTBOX is missing"),
        ("mysql://me@localhost/drawings", "outbox", "drawings cannot be stored in mysql://"),
    ],
)
@pytest.mark.slow
def test_unfit_store_stops_the_server_with_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, store: str, outbox: str, reason: str
) -> None:
    monkeypatch.setenv("DIGIT_DETECTOR_STORE", store)
    monkeypatch.setenv("DIGIT_DETECTOR_OUTBOX", outbox)
    with pytest.raises(RuntimeError, match="the page did not start"), serve(ROOT, tmp_path / "log"):
        pass
    lines = (tmp_path / "log").read_text().strip().splitlines()
    assert lines[-1].startswith("The page does not start: ")
    assert reason in lines[-1]
    assert not any("Traceback" in line for line in lines)


@pytest.mark.slow
def test_collector_ends_with_the_server(tmp_path: Path) -> None:
    settings = {"PYTHONPATH": str(ROOT / "src"), "DIGIT_DETECTOR_STORE": str(tmp_path / "drawings.db")}
    command = [sys.executable, "-c", LIFESPAN]
    server = subprocess.run(command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, check=False)
    assert server.stdout.splitlines()[-2:] == ["True", "False"], server.stderr
