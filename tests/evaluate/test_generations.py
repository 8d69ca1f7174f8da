"""The comparison with the earlier generations: its table, and that the model card shows the figures that are kept."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.source_samples import write_all

from digit_detector import Detector
from digit_detector.cli import main
from digit_detector.errors import DataError
from digit_detector.evaluate import frozen, generations
from digit_detector.evaluate.baselines.baseline_weights import NAMES
from digit_detector.evaluate.conditions import CONDITIONS
from digit_detector.evaluate.pool import Pool, Review

ROOT = Path(__file__).parents[2]


def of(exact: float, censored: float | None) -> dict[str, Any]:
    """Figures of one who reads this share exactly right."""
    overall = dict.fromkeys(generations.OVERALL.values(), 0.5) | {"exact": exact, "censored_recall": censored}
    return {"overall": overall, "conditions": {"one digit": {"exact": exact}, "doodles": {"exact": exact / 2}}}


def test_the_table_sets_all_beside_one_another() -> None:
    baselines = {"cnn10": of(0.2, None), "cnn12": of(0.4, 0.25), "vit12": of(0.6, 0.5)}
    kept = json.loads(generations.to_text(baselines))
    head, _, *rows = generations.section(of(0.9, 0.95), kept).splitlines()
    assert head == "| exactly right | the detector | CNN, digits alone | CNN, 12 classes | ViT, 12 classes |"
    assert rows[:3] == [
        "| one digit | 0.900 | 0.200 | 0.400 | 0.600 |",
        "| doodles | 0.450 | 0.100 | 0.200 | 0.300 |",
        "| **all** | 0.900 | 0.200 | 0.400 | 0.600 |",
    ]
    assert "| rude doodles censored | 0.950 |  | 0.250 | 0.500 |" in rows


def test_figures_that_are_missing_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"figures\.json.*--generations"):
        generations.load(tmp_path, [])


def test_figures_of_another_suite_are_told() -> None:
    with pytest.raises(DataError, match="without rainbows; make them anew"):
        generations.load(ROOT, ["one digit", "rainbows"])


def test_the_card_shows_the_figures_that_are_kept() -> None:
    baselines = generations.load(ROOT, frozen.load(frozen.LIST)["conditions"])
    assert tuple(baselines) == NAMES
    card = (ROOT / "models/README.md").read_text()
    _, _, rest = card.partition("<!-- generations -->")
    shown, closed, _ = rest.partition("<!-- /generations -->")
    assert closed
    rows = {cells[1]: cells[2:-1] for line in shown.split("\n") if (cells := [c.strip() for c in line.split("|")])[2:]}
    for name, values in rows.items():
        for value, figures in zip(values[1:], baselines.values(), strict=True):
            if name in figures["conditions"]:
                assert value == f"{figures['conditions'][name]['exact']:.3f}"
            elif name in generations.OVERALL:
                figure = figures["overall"][generations.OVERALL[name]]
                assert value == ("" if figure is None else f"{figure:.3f}")
    assert {condition.name for condition in CONDITIONS} <= set(rows)
    assert rows["**all**"][0] == f"{Detector.load(device='cpu').metadata.metrics['suite']['exact']:.3f}"


def test_one_command_measures_all_and_writes_the_card(
    tmp_path: Path, onnx_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = write_all(tmp_path / "data")
    chosen = [replace(one, count=3) for one in CONDITIONS if one.name in ("one digit", "doodles")]
    suite = frozen.to_text(frozen.freeze(Pool.read(root).chooser(Review({}, {})), chosen))
    (tmp_path / "suite.json").write_text(suite)
    (tmp_path / "models/baselines").mkdir(parents=True)
    shutil.copyfile(ROOT / "models/README.md", tmp_path / "models/README.md")
    words = ["--weights", onnx_file, "--data-root", root, "--suite", tmp_path / "suite.json", "--project", tmp_path]
    assert main(["evaluate", "--generations", *map(str, words)]) == 0
    printed = capsys.readouterr().out
    assert [line.split("|")[1].strip() for line in printed.splitlines()[2:4]] == ["one digit", "doodles"]
    assert f"<!-- generations -->\n{printed.strip()}\n<!--" in (tmp_path / "models/README.md").read_text()
    kept = generations.load(tmp_path, [])
    assert {name: figures["overall"]["canvases"] for name, figures in kept.items()} == dict.fromkeys(NAMES, 6)
