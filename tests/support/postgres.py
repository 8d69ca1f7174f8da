"""A PostgreSQL server of one's own on loopback, for tests; run as a program, it prints where its programs are."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal
from uuid import uuid4

# Debian keeps the server's programs out of the path, and so does Homebrew.
FOLDERS: Final = ("/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt")

Stop = Literal["fast", "immediate"]
"""`fast` ends the connections and writes everything down; `immediate` is a crash, which the next start recovers."""


def find_programs() -> Path:
    """The folder with `initdb` and `pg_ctl`: $PGBIN, the path's, or the newest that the system's packages brought."""
    if "PGBIN" in os.environ:
        return Path(os.environ["PGBIN"])
    if found := shutil.which("pg_ctl"):
        return Path(found).resolve().parent
    packaged = [path.parent for folder in FOLDERS for path in Path(folder).glob("*/bin/pg_ctl")]
    if packaged:
        return max(packaged, key=_version)
    raise FileNotFoundError("no PostgreSQL: `apt-get install postgresql`, or name its programs' folder in $PGBIN")


def _version(folder: Path) -> int:
    return int("".join(filter(str.isdigit, folder.parent.name)) or 0)


class Postgres:
    """A server that may be stopped and started; its address stays."""

    def __init__(self, folder: Path) -> None:
        self._programs = find_programs()
        self._folder = folder
        self.data = folder / "data"
        """The folder with everything that the server has written."""
        self._user: dict[str, Any] = {}
        if hasattr(os, "getuid") and os.getuid() == 0:  # as root, PostgreSQL refuses to run
            import pwd  # which not every system has

            nobody = pwd.getpwnam("nobody")
            self._user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        # Without --no-sync of anything: what is tested is that nothing is lost.
        self._run("initdb", "--auth=trust", "--username=tester", "--encoding=UTF8", "--locale=C", "-D", str(self.data))

    def create(self) -> str:
        """Make an empty schema, which is as good as a database and sooner made; gives the address that leads there."""
        name = f"store_{uuid4().hex}"
        address = f"postgresql://tester@127.0.0.1:{self._port}/postgres"
        self._run("psql", "--no-psqlrc", "--command", f"CREATE SCHEMA {name}", address)
        return f"{address}?options=-csearch_path%3D{name}"

    def start(self) -> None:
        """Start, and wait until connections are taken."""
        # shared_buffers is small since tests write little and a bare container has little shared memory.
        options = f"-c listen_addresses=127.0.0.1 -c port={self._port} -c unix_socket_directories='' "
        options += "-c shared_buffers=16MB -c max_connections=100"
        log = str(self._folder / "log")
        self._run("pg_ctl", "start", "--wait", "--timeout=120", "-D", str(self.data), "-l", log, "-o", options)

    def stop(self, mode: Stop = "fast") -> None:
        """Stop, and wait until the server has ended."""
        self._run("pg_ctl", "stop", "--wait", "--timeout=120", "-D", str(self.data), "-m", mode)

    def _run(self, program: str, *words: str) -> None:
        with (self._folder / f"{program}.out").open("w+") as output:  # a pipe would stay open with the server
            finished = subprocess.run(
                [self._programs / program, *words],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
                **self._user,
            )
            output.seek(0)
            if finished.returncode:
                raise RuntimeError(f"{program} failed:\n{output.read()}")


@contextmanager
def serve() -> Iterator[Postgres]:
    """A fresh server, gone with everything in it at the end."""
    # Not below pytest's own folder, into which the server's user cannot look.
    with TemporaryDirectory(prefix="postgres-") as folder:
        server = Postgres(Path(folder))
        server.start()
        try:
            yield server
        finally:
            if (server.data / "postmaster.pid").exists():
                server.stop("immediate")


if __name__ == "__main__":
    try:
        print(find_programs())
    except FileNotFoundError as error:
        sys.exit(str(error))
