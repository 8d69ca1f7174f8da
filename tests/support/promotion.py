"""A checkout that `digit-detector promote` may write, and the command on small benchmarks."""

import shutil
from pathlib import Path

from digit_detector.cli import main

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "models"
MARKS = {"README.md": ["figures"], "models/README.md": ["benchmark", "targets", "validation"]}


def checkout(folder: Path, *weights: Path) -> Path:
    """Documents with a head and empty sections in a folder, and weights under the bundled names."""
    for name, marks in MARKS.items():
        _, head, _ = (ROOT / name).read_text().split("---\n", 2)
        sections = "".join(f"<!-- {mark} -->\n<!-- /{mark} -->\n" for mark in marks)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"---\n{head}---\n{sections}")
    (folder / "docs").mkdir()
    for file in weights:
        shutil.copyfile(file, folder / f"models/digit-detector{file.suffix}")
    return folder


def promote(benchmark: Path, project: Path, candidate: Path, *words: str) -> int:
    """Run the command with a benchmark that validates and is reported too; return its exit status."""
    options = ["--project", project, "--validation", benchmark, "--benchmark", benchmark]
    return main(["promote", str(candidate), *map(str, options), *words])
