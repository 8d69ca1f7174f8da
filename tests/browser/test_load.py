"""`make load` and `make load-replicas` in small: the figures mean nothing here, but no error may occur."""

import os
import re
import subprocess
import sys

from support.server import ROOT

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


def measure(*words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "tests")}
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_load_is_measured_without_errors() -> None:
    run = measure("tools/load.py", "--seconds", "1", "--browser-strokes", "3")
    lines = run.stdout.splitlines()
    assert len(lines) == len(LINES), run
    for pattern, line in zip(LINES, lines, strict=True):
        assert re.fullmatch(pattern, line)
    assert not re.search("unanswered|errors", run.stderr), run


def test_replicas_are_compared() -> None:
    run = measure("tools/load_replicas.py", "--seconds", "1", "--p95", "60000")
    assert re.findall(r"^(\d) replicas: \d+ visitors", run.stdout, re.MULTILINE) == ["1", "2"], run
    assert re.fullmatch(r"ratio: \d+\.\d\d", run.stdout.splitlines()[-1])
