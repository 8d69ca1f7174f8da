"""The timing of the detector: that it runs and compares. How long anything takes is not for tests to say."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from bench import CONFIGURATIONS, drawing

from digit_detector import Detector

TOOLS = Path(__file__).parents[2] / "tools"


def test_configurations_are_compared_with_the_products_own(tmp_path: Path) -> None:
    configurations = ["ONNX Runtime, 1 thread", "ONNX Runtime, 2 threads"]
    words = ["--repetitions", "2", "--output", str(tmp_path / "bench.json"), "--configurations", *configurations]
    # Apart from pytest, since the processes that it starts run the main module again, which Streamlit's tests replace.
    finished = subprocess.run([sys.executable, TOOLS / "bench.py", *words], capture_output=True, text=True, check=True)
    head, table, *rest = finished.stdout.split("\n", 2)
    report = json.loads((tmp_path / "bench.json").read_text())
    assert json.loads(rest[0][rest[0].index("{") :]) == report
    assert head.endswith("2 repetitions")
    assert table.count("ratio") == 3
    assert list(report["configurations"]) == configurations
    first, second = report["configurations"].values()
    assert first["ratio"] == {"detect": 1, "network": 1, "peak_mib": 1}
    for part in ("detect", "network"):
        assert second["ratio"][part] == pytest.approx(second[part]["p50"] / first[part]["p50"])
        assert 0 < second[part]["p50"] <= second[part]["p95"]
    assert second["ratio"]["peak_mib"] == pytest.approx(second["peak_mib"] / first["peak_mib"])
    assert 10 < first["peak_mib"] < 10_000


def test_the_first_configuration_is_what_the_product_does() -> None:
    assert next(iter(CONFIGURATIONS.values())) == ("bundled", "onnx", 2)
    assert Detector.load(device="cpu").runtime == "onnx"


def test_the_drawing_is_a_4_and_a_7() -> None:
    assert Detector.load().detect(drawing()).reading() == "4 7"


def test_memory_of_onnx_runtime_is_not_torchs() -> None:
    code = "import sys, bench; print('torch' in sys.modules)"
    finished = subprocess.run([sys.executable, "-c", code], cwd=TOOLS, capture_output=True, text=True, check=True)
    assert finished.stdout.strip() == "False"
