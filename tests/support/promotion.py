"""A checkout that `digit-detector promote` may write, and the command on a small suite."""

import shutil
from dataclasses import replace
from pathlib import Path

from digit_detector.cli import main
from digit_detector.evaluate import frozen
from digit_detector.evaluate.conditions import CONDITIONS
from digit_detector.evaluate.pool import Pool, Review

MODELS = Path(__file__).parents[2] / "models"
KINDS = ("one digit", "doodles", "rude doodles", "empty or dots")


def checkout(folder: Path, *weights: Path) -> Path:
    """The documents of this checkout in a folder, and weights under the bundled ones' names."""
    for name in ("README.md", "models/README.md", "models/baselines/figures.json"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(MODELS.parent / name, folder / name)
    (folder / "docs").mkdir()
    for file in weights:
        shutil.copyfile(file, folder / f"models/digit-detector{file.suffix}")
    return folder


def promote(root: Path, project: Path, candidate: Path, *words: str) -> int:
    """The command's exit status, with a suite of 6 canvases of each of the KINDS from the data root."""
    chosen = [replace(one, count=6) for one in CONDITIONS if one.name in KINDS]
    suite = project / "suite.json"
    suite.write_text(frozen.to_text(frozen.freeze(Pool.read(root).chooser(Review({}, {})), chosen)))
    options = ["--project", project, "--data-root", root, "--suite", suite, "--scenes", 12]
    return main(["promote", str(candidate), *map(str, options), *words])
