"""A checkout that `digit-detector promote` may write, and the command on small benchmarks."""

import shutil
from pathlib import Path

from digit_detector.cli import main

MODELS = Path(__file__).parents[2] / "models"
MARKS = {"README.md": ["figures"], "models/README.md": ["benchmark", "baselines", "targets", "validation"]}


def checkout(folder: Path, *weights: Path) -> Path:
    """Documents with empty sections and the baselines' figures in a folder, and weights under the bundled names."""
    for name, marks in MARKS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("".join(f"<!-- {mark} -->\n<!-- /{mark} -->\n" for mark in marks))
    (folder / "models/baselines").mkdir()
    shutil.copyfile(MODELS / "baselines/figures.json", folder / "models/baselines/figures.json")
    (folder / "docs").mkdir()
    for file in weights:
        shutil.copyfile(file, folder / f"models/digit-detector{file.suffix}")
    return folder


def promote(benchmark: Path, project: Path, candidate: Path, *words: str) -> int:
    """Run the command with a benchmark that validates and is reported too; return its exit status."""
    options = ["--project", project, "--validation", benchmark, "--benchmark", benchmark]
    return main(["promote", str(candidate), *map(str, options), *words])
