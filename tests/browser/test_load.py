"""`make load` in small: what it measures means nothing here, but it must go through without an error."""

import os
import re
import subprocess
import sys

import pytest
from support.server import ROOT

pytestmark = pytest.mark.browser

LINES = (
    r"machine: .+, \d+ cores, .+, shared with the visitors",
    r"one visitor in Chromium: p50 \d+ ms from pen up to boxes on the screen",
    r"server with that visitor: \d+ MB resident, torch not loaded",
    r"CPU per stroke: server [\d.]+ ms, one detection on one thread [\d.]+ ms, ratio [\d.]+",
    r"saturation: \d+ strokes per second",
    r"\d+ visitors with a stroke per second: p50 \d+ ms, p95 \d+ ms, \d+ of \d+ strokes answered",
    r"\d+ visitors with a stroke per second: p50 \d+ ms, p95 \d+ ms, \d+ of \d+ strokes answered",
    r"memory: \d+ MB, growth -?[\d.]+ % meanwhile",
)


def test_load_is_measured_without_errors() -> None:
    command = [sys.executable, "tools/load.py", "--seconds", "2", "--browser-strokes", "3"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "tests")}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    lines = run.stdout.splitlines()
    assert len(lines) == len(LINES), run
    for pattern, line in zip(LINES, lines, strict=True):
        assert re.fullmatch(pattern, line)
    assert not re.search("unanswered|errors", run.stderr), run
