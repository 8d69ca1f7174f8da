"""Which files a build of the Docker image is given: those of the checkout that `.dockerignore` lets through."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from shutil import copy2


def build_context(root: Path) -> list[Path]:
    """The files, relative to `root`, sorted; what git ignores or has never seen is left out as in a fresh clone.

    Raises CalledProcessError where `root` is no checkout.
    """
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    rules = (root / ".dockerignore").read_text().splitlines()
    names = sorted(set(filter(None, listed.split("\0"))))
    return [Path(name) for name in names if passes(name, rules) and (root / name).is_file()]


def copy_context(root: Path, target: Path) -> None:
    """Copy `build_context(root)` into a folder."""
    for path in build_context(root):
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        copy2(root / path, target / path)


def passes(name: str, rules: Sequence[str]) -> bool:
    """Whether the lines of a `.dockerignore` let a file through, its name relative and with slashes.

    The last line that names the file, or a folder above it, decides; `!` lets through what an earlier line kept out.
    See https://docs.docker.com/build/concepts/context/#dockerignore-files.
    """
    decision = True
    for line in map(str.strip, rules):
        pattern = line.removeprefix("!").strip("/")
        if pattern and not line.startswith("#") and re.fullmatch(f"{_regex(pattern)}(/.*)?", name):
            decision = line.startswith("!")
    return decision


def _regex(pattern: str) -> str:
    translated = {"**/": "(.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    return "".join(translated.get(part, re.escape(part)) for part in parts)
