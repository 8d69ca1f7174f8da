"""Write the exact versions for the Space and for CI from pyproject.toml's ranges; `--check` tells whether they fit."""

import argparse
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from typing import Final

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = ROOT / "requirements"

# Not pinned: this project, the pip that installs, and opencv-python, for which packaging/ has a substitute.
NOT_PINNED: Final = ("digit-detector", "opencv-python", "pip")

OPTIONS: Final = {
    # For the Space: what serves, also where drawings are kept, checked against hashes.
    "serve.txt": ("--extra", "page", "--extra", "collect", "--generate-hashes"),
    # For CI, as a constraint: torch may then come from its own index of small CPU builds, which has other hashes.
    "dev.txt": ("--extra", "dev", *chain.from_iterable(("--no-emit-package", name) for name in NOT_PINNED)),
}


def lock(name: str, target: Path, *more: str) -> None:
    """Compile one lock file; the versions that stand in `target` stay where they fit."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "-", *OPTIONS[name], *more]
    command += ["--universal", "--python-version", "3.11", "--custom-compile-command", "make lock"]
    command += ["--no-annotate", "--quiet", "--output-file", str(target)]
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    subprocess.run(command, cwd=ROOT, input="\n".join(build), text=True, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a file no longer fits")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that the ranges allow")
    given = parser.parse_args()
    for name in OPTIONS:
        if not given.check:
            lock(name, FOLDER / name, *(["--upgrade"] if given.upgrade else []))
            continue
        with TemporaryDirectory() as folder:
            copy(FOLDER / name, folder)
            lock(name, Path(folder, name))
            if Path(folder, name).read_text() != (FOLDER / name).read_text():
                sys.exit(f"requirements/{name} no longer fits pyproject.toml: run `make lock`")


if __name__ == "__main__":
    main()
