"""The comparison of sizes for real: a training of seconds, a benchmark, and the clock."""

import json
from pathlib import Path

import pytest
from PIL import Image
from sizes import main
from support.benchmark_folder import write_benchmark
from support.promotion import checkout

SMOKE = Path(__file__).parents[2] / "configs/smoke.yaml"


@pytest.mark.slow
def test_sizes_are_trained_measured_and_drawn(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sizes.PROBE", 4)
    project = checkout(tmp_path / "project")
    benchmark = write_benchmark(tmp_path / "benchmark", one_digit=2, doodles=2)
    options = {"--data-root": root, "--project": project, "--runs": tmp_path / "runs"}
    options |= {"--validation": benchmark, "--benchmark": benchmark}
    words = [str(word) for option in options.items() for word in option]
    main([*words, "--config", str(SMOKE), "--minutes", "0.01", "--widths", "0.125", "--repetitions=2"])
    report = json.loads((project / "models/sizes.json").read_text())
    (small,) = report["sizes"]
    assert small["parameters"] < 1e6
    assert small["scenes"] >= 16  # four steps of four
    assert small["scenes"] % 4 == 0
    assert small["minutes"] > 0
    for one in (small, report["bundled"], report["baseline"]):
        assert 0 <= one["exact"] <= 1
        assert one["milliseconds"] > 0
    assert report["bundled"]["AP50"] > small["AP50"]
    with Image.open(project / "docs/sizes.png") as picture:
        assert min(picture.size) > 500
