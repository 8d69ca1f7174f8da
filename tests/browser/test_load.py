"""`make load` in small: what it measures means nothing here, but it must go through and say so in its last line."""

import os
import re
import subprocess
import sys

import pytest
from support.server import ROOT

pytestmark = pytest.mark.browser


def test_the_load_is_measured_without_errors() -> None:
    small = ("--clients", "3", "--seconds", "3", "--warm-up", "1", "--browser-strokes", "7")
    folders = os.pathsep.join(str(ROOT / folder) for folder in ("tests", "tests/browser"))
    run = subprocess.run(
        [sys.executable, "tools/load.py", *small],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": folders},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = run.stdout.splitlines()
    assert re.fullmatch(r"clients 3 p50 \d+ ms p95 \d+ ms errors 0 growth -?\d+\.\d %", lines[-1]), run
    assert re.fullmatch(r"one visitor in Chromium: p50 \d+ ms from pen up to boxes on the screen", lines[0])
    assert re.fullmatch(r"server with that visitor: \d+ MB resident, torch not loaded", lines[1])
