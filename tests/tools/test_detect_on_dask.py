"""A Dask cluster of two real worker processes detects in a folder."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from detect_on_dask import detect_shard
from support.server import ROOT

from digit_detector.evaluate.benchmark import BUNDLED, load

pytestmark = pytest.mark.slow


def test_lost_pictures_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileNotFoundError, match="is no folder of this machine"):
        detect_shard(2, 3, str(tmp_path / "elsewhere"))
    killed = tmp_path / "killed"
    killed.write_text("#!/bin/sh\necho '{\"file\"'\nkill -9 $$\n")
    killed.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(killed))
    with pytest.raises(RuntimeError, match="shard 1 of 3 ended with -9"):
        detect_shard(1, 3, str(tmp_path))


def test_two_workers_answer_every_picture_once(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number, canvas in enumerate(load(BUNDLED)[:5]):
        (folder / f"{number}.png").write_bytes(Path(str(canvas.image)).read_bytes())
    (folder / "bad.png").write_bytes(b"no picture")
    output = tmp_path / "found.ndjson"
    command = [sys.executable, ROOT / "tools/detect_on_dask.py", folder, output, "--workers", "2", "--shards", "3"]
    subprocess.run(command, check=True)
    single = [sys.executable, "-m", "digit_detector", "detect", folder, "--format", "ndjson"]
    alone = subprocess.run(single, capture_output=True, text=True, check=False).stdout
    found = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert sorted(found, key=lambda entry: entry["file"]) == [json.loads(line) for line in alone.splitlines()]
    assert [entry["file"] for entry in found if "error" in entry] == [str(folder / "bad.png")]
