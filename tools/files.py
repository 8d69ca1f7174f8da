"""Refuse files that neither git here nor the Space should get: too large ones, and Git LFS pointers in their place."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

MAX_BYTES: Final = 10_000_000  # above it Hugging Face asks for LFS, and so the bundled weights stay below
POINTER: Final = b"version https://git-lfs.github.com/spec/"


def unfit(paths: Iterable[Path]) -> list[str]:
    """A line for each file that is refused: what it is, and the remedy."""
    lines = []
    for path in paths:
        size = path.stat().st_size
        with path.open("rb") as file:
            pointer = file.read(len(POINTER)) == POINTER
        if pointer:
            lines.append(f"{path} is a Git LFS pointer, not the file itself: commit the file")
        elif size > MAX_BYTES:
            lines.append(f"{path} has {size:,} bytes, more than {MAX_BYTES:,}: make it smaller or keep it elsewhere")
    return lines


if __name__ == "__main__":
    command = ["git", "ls-files", "-z"]
    names = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\0")
    sys.exit("\n".join(unfit(path for path in map(Path, filter(None, names)) if path.is_file())) or None)
