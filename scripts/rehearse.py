"""Play the Dockerfile's steps through without Docker, then draw on the page that it starts, in a real browser.

The steps run in their order, in a fresh directory that stands for the image, with the files that `.dockerignore` lets
through, and as an unprivileged user. From the `USER` line on nothing there may be written, as in the image, and at the
end it must be as it was. What it cannot show: that the base image has what the steps need, and that the port is open.
"""

import json
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copy2, copytree, which
from socket import socket
from tempfile import TemporaryDirectory
from typing import Any, Final

from context import build_context, copy_context

ROOT: Final = Path(__file__).parents[1]
# A number, its boxes, and an empty canvas again, by mouse and by touch: the rest is tested on the checkout's own page.
DRAWING: Final = ("tests/browser/test_drawing.py", "-k", "number or box or clear")
START_SECONDS: Final = 60

# Root hands over to the image's user; anyone else is unprivileged already.
USER: Final[dict[str, Any]] = {} if os.getuid() else {"user": 1000, "group": 1000, "extra_groups": []}
# The way to the package index is this machine's own, but which packages come from there is the image's matter.
PASSED: Final = re.compile(r"PIP_(?!CONSTRAINT|NO_CACHE_DIR)\w+|SSL_CERT_FILE|(https?|no)_proxy", re.IGNORECASE)


class Rehearsal:
    """The directory that stands for the image, and what the Dockerfile has said so far."""

    def __init__(self, context: Path, image: Path) -> None:
        self.context = context
        self.image = image
        self.directory = image
        self.health: list[str] = []
        self.command: list[str] = []
        self.home, self.temporary = image / "home", image / "tmp"
        for folder in (image, self.home, self.temporary):
            folder.mkdir()
            self.hand_over(folder)
        self.environment = {name: value for name, value in os.environ.items() if PASSED.fullmatch(name)}
        self.environment |= {"HOME": str(self.home), "TMPDIR": str(self.temporary)}

    def hand_over(self, path: Path) -> None:
        if USER:
            os.chown(path, USER["user"], USER["group"])

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run as the user, in the directory and the environment reached; raises SystemExit with the output."""
        finished = subprocess.run(
            command, cwd=self.directory, env=self.environment, capture_output=True, text=True, check=False, **USER
        )
        if finished.returncode:
            sys.exit(f"{shlex.join(command)}: exit status {finished.returncode}\n{finished.stdout}{finished.stderr}")
        return finished

    def play(self, instruction: str, words: str) -> None:
        """Do what one line of the Dockerfile says; raises SystemExit for one that cannot be played."""
        match instruction:
            case "FROM":
                self._base(words)
            case "ENV":
                self.environment |= dict(setting.split("=", 1) for setting in shlex.split(words))
            case "WORKDIR":
                self.directory = self.image / words.strip("/")
                self.directory.mkdir(parents=True)
                self.hand_over(self.directory)
            case "COPY":
                self._copy(*words.split())
            case "RUN" if words.startswith("useradd "):
                pass  # every machine has its unprivileged user
            case "RUN":
                self.run("/bin/sh", "-c", words)
            case "USER":
                self._protect()
            case "HEALTHCHECK":
                self.health = json.loads(words.split("CMD", 1)[1])
            case "CMD":
                self.command = json.loads(words)
            case "EXPOSE":
                pass
            case _:
                sys.exit(f"the Dockerfile's {instruction} cannot be rehearsed: teach scripts/rehearse.py to")

    def _base(self, image: str) -> None:
        found = re.fullmatch(r"python:(\d+\.\d+)-slim\S*", image)
        if found is None:
            sys.exit(f"{image} is no slim image of a Python: the rehearsal puts an empty environment in its place")
        python = self.image / "python"
        python.mkdir()
        self.hand_over(python)
        self.environment["PATH"] = f"{python}/bin:/usr/local/bin:/usr/bin:/bin"
        self.run(_interpreter(found[1]), "-m", "venv", str(python))

    def _copy(self, *paths: str) -> None:
        *sources, folder = paths
        target = self.directory / folder
        for source in sources:
            if source == ".":
                copytree(self.context, target, dirs_exist_ok=True)
            else:
                target.mkdir(parents=True, exist_ok=True)
                copy2(self.context / source, target)
        for path in (target, *target.rglob("*")):
            self.hand_over(path)

    def _protect(self) -> None:
        for path in self.image.rglob("*"):
            if not path.is_symlink() and path not in (self.home, self.temporary):
                path.chmod(path.stat().st_mode & ~0o222)

    def release(self) -> None:
        """Allow the directory to be deleted."""
        for folder, _, _ in os.walk(self.image):
            Path(folder).chmod(0o755)

    @contextmanager
    def started(self, port: int) -> Iterator[float]:
        """Run the image's command until the block ends; gives the seconds that passed until it was healthy."""
        self.environment["STREAMLIT_SERVER_PORT"] = str(port)
        start = time.monotonic()
        with (self.image.parent / "log").open("w+") as log:
            server = subprocess.Popen(
                self.command, cwd=self.directory, env=self.environment, stdout=log, stderr=subprocess.STDOUT, **USER
            )
            try:
                while not self._healthy():
                    if server.poll() is not None or time.monotonic() > start + START_SECONDS:
                        log.seek(0)
                        sys.exit(f"the page did not start:\n{log.read()}")
                yield time.monotonic() - start
            finally:
                server.terminate()
                server.wait(10)

    def _healthy(self) -> bool:
        asked = subprocess.run(self.health, env=self.environment, capture_output=True, check=False, **USER)
        return asked.returncode == 0


def instructions(dockerfile: str) -> Iterator[tuple[str, str]]:
    """The lines of a Dockerfile, each as instruction and rest, without comments and with broken lines joined."""
    lines = "\n".join(line for line in dockerfile.splitlines() if not line.startswith("#"))
    for line in lines.replace("\\\n", " ").splitlines():
        if line.strip():
            instruction, words = line.split(maxsplit=1)
            yield instruction, words


def _interpreter(version: str) -> str:
    """A Python of this version that the user can run, with which an environment can be made."""
    name = f"python{version}"
    folders = [f"{sys.base_prefix}/bin", *os.get_exec_path(), "/usr/local/bin", "/usr/bin"]
    for path in filter(None, (which(name, path=folder) for folder in folders)):
        try:
            tried = subprocess.run([path, "-c", "import ensurepip"], cwd="/", capture_output=True, check=False, **USER)
        except PermissionError:
            continue
        if tried.returncode == 0:
            return path
    sys.exit(f"the image has {name}: install it here too, with its venv module, where every user can run it")


def _state(folder: Path) -> dict[Path, tuple[int, int]]:
    stats = ((path, path.lstat()) for path in folder.rglob("*"))
    return {path.relative_to(folder): (stat.st_mtime_ns, stat.st_size) for path, stat in stats}


def _free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    with TemporaryDirectory(prefix="rehearsal-") as place:
        Path(place).chmod(0o755)
        context = Path(place, "context")
        copy_context(ROOT, context)
        print(f"context: {len(build_context(ROOT))} files")
        rehearsal = Rehearsal(context, Path(place, "image"))
        try:
            for instruction, words in instructions((ROOT / "Dockerfile").read_text()):
                start = time.monotonic()
                rehearsal.play(instruction, words)
                print(f"{time.monotonic() - start:5.1f} s  {instruction} {' '.join(words.split())[:90]}", flush=True)
            print("version:", rehearsal.run("digit-detector", "--version").stdout.strip())
            before = _state(rehearsal.image)
            port = _free_port()
            with rehearsal.started(port) as seconds:
                print(f"healthy after {seconds:.1f} s; drawing", flush=True)
                environment = os.environ | {"PAGE_URL": f"http://127.0.0.1:{port}"}
                subprocess.run([sys.executable, "-m", "pytest", "-q", *DRAWING], cwd=ROOT, env=environment, check=True)
            if changed := {path for path, _ in before.items() ^ _state(rehearsal.image).items()}:
                sys.exit(f"the running page wrote {', '.join(map(str, sorted(changed)))}")
        finally:
            rehearsal.release()


if __name__ == "__main__":
    main()
