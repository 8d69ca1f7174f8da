"""The comparison with the baselines: its table, and the figures that are kept."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.benchmark_folder import write_benchmark
from support.promotion import checkout

from digit_detector.cli import main
from digit_detector.errors import DataError
from digit_detector.evaluate.baselines import comparison
from digit_detector.evaluate.baselines.networks import NAMES
from digit_detector.evaluate.benchmark import BUNDLED, load

ROOT = Path(__file__).parents[2]


def figures(exact: float, censored: float | None) -> dict[str, Any]:
    overall = dict.fromkeys(comparison.OVERALL.values(), 0.5) | {"exact": exact, "censored_recall": censored}
    return {"overall": overall, "conditions": {"one digit": {"exact": exact}, "doodles": {"exact": exact / 2}}}


def test_table() -> None:
    baselines = {"cnn10": figures(0.2, None), "cnn12": figures(0.4, 0.25), "vit12": figures(0.6, 0.5)}
    kept = json.loads(comparison.to_text(baselines))
    head, _, *rows = comparison.section(figures(0.9, 0.95), kept).splitlines()
    assert head == "| exactly right | detector | CNN, digits alone | CNN, 12 classes | ViT, 12 classes |"
    assert rows[:3] == [
        "| one digit | 0.900 | 0.200 | 0.400 | 0.600 |",
        "| doodles | 0.450 | 0.100 | 0.200 | 0.300 |",
        "| **all** | 0.900 | 0.200 | 0.400 | 0.600 |",
    ]
    assert "| rude doodles censored | 0.950 |  | 0.250 | 0.500 |" in rows


def test_missing_figures(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"figures\.json.*--compare-baselines"):
        comparison.load(tmp_path, [])


def test_figures_of_another_benchmark() -> None:
    with pytest.raises(DataError, match="without rainbows: make them"):
        comparison.load(ROOT, ["one digit", "rainbows"])


def test_bundled_figures_are_of_the_bundled_benchmark() -> None:
    canvases = load(BUNDLED)
    kept = comparison.load(ROOT, {canvas.condition for canvas in canvases})
    assert tuple(kept) == NAMES
    assert {one["overall"]["canvases"] for one in kept.values()} == {len(canvases)}
    assert {one["overall"]["objects"] for one in kept.values()} == {sum(len(canvas.labels) for canvas in canvases)}


def test_compare_baselines_writes_card(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_benchmark(tmp_path / "benchmark", one_digit=3, doodles=3)
    monkeypatch.setattr("digit_detector.cli.evaluate.BUNDLED", folder)  # in place of thousands of canvases
    project = checkout(tmp_path / "project")
    assert main(["evaluate", "--compare-baselines", "--project", str(project)]) == 0
    printed = capsys.readouterr().out
    assert [line.split("|")[1].strip() for line in printed.splitlines()[2:4]] == ["one digit", "doodles"]
    assert f"<!-- baselines -->\n{printed.strip()}\n<!--" in (project / "models/README.md").read_text()
    kept = comparison.load(project, [])
    assert {name: one["overall"]["canvases"] for name, one in kept.items()} == dict.fromkeys(NAMES, 6)


@pytest.mark.parametrize("words", ["elsewhere", "--weights a.onnx", "--baseline cnn12", "--output figures"])
def test_compare_baselines_refuses_other_measurements(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as caught:
        main(["evaluate", "--compare-baselines", *words.split()])
    assert caught.value.code == 2
    assert "--compare-baselines measures the bundled weights" in capsys.readouterr().err


def test_compare_baselines_outside_checkout(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--compare-baselines", "--project", str(tmp_path)]) == 1
    assert f"{tmp_path / 'models/README.md'} does not exist" in capsys.readouterr().err


def test_metrics_need_output(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["evaluate", str(BUNDLED), "--metrics", "metrics.csv"])
    assert caught.value.code == 2
    assert "--metrics needs --output" in capsys.readouterr().err
