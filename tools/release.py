"""Complete dist/ for a release: the weights, the checksums, the tag, and what CHANGELOG.md says of the version."""

import re
import sys
import tomllib
from hashlib import sha256
from pathlib import Path
from shutil import copy

from files import unfit

DIST = Path("dist")


def notes(changelog: str, version: str) -> str:
    """The changelog's section of a version, without its heading; raises SystemExit when there is none."""
    found = re.search(rf"^## \[{re.escape(version)}\].*?\n(.*?)(?=^## |^\[|\Z)", changelog, re.MULTILINE | re.DOTALL)
    if found is None:
        sys.exit(f"CHANGELOG.md has no section [{version}]: give Unreleased this heading, and a date")
    return found[1].strip() + "\n"


def main() -> None:
    version = tomllib.loads(Path("pyproject.toml").read_text())["project"]["version"]
    weights = [Path("models", f"digit-detector.{kind}") for kind in ("onnx", "safetensors")]
    if refused := unfit(weights):
        sys.exit("\n".join(refused))
    (DIST / "NOTES.md").write_text(notes(Path("CHANGELOG.md").read_text(), version))
    (DIST / "VERSION").write_text(f"v{version}\n")
    for path in weights:
        copy(path, DIST)
    attached = sorted([*DIST.glob("*.whl"), *DIST.glob("*.tar.gz"), *DIST.glob("digit-detector.*")])
    lines = [f"{sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in attached]
    (DIST / "SHA256SUMS").write_text("".join(lines))


if __name__ == "__main__":
    main()
