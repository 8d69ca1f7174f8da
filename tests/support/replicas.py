"""Replicas of the page behind Debian's nginx, both with the settings of `deploy/`."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import yaml

from support.server import ROOT, run_server
from support.static_host import run_nginx

NGINX: Final = (ROOT / "deploy/nginx.conf").read_text()
COMPOSE: Final[dict[str, Any]] = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())
PROXY: Final = "127.0.0.99"
"""From where the proxy asks the replicas: no address that they believe without being told so."""


def proxy_configuration(ports: list[int]) -> str:
    """Return `deploy/nginx.conf` for replicas on these ports of this machine, as `run_nginx` takes it."""
    servers = "".join(f"    server 127.0.0.1:{port};\n" for port in ports)
    configuration, upstreams = re.subn(r"( +server \S+:8501;.*\n)+", servers, NGINX)
    configuration, listeners = re.subn("listen 80;", "listen PORT;", configuration)
    assert (upstreams, listeners) == (1, 1)
    return f"proxy_bind {PROXY}; {configuration}"


class Replica:
    """A process with the page, which may be stopped; `url` and `pid` are its own."""

    def __init__(self, log: Path, environment: Mapping[str, str]) -> None:
        self._stack = ExitStack()
        own = {"PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"}
        started = run_server(ROOT, log, environment=os.environ | own | dict(environment))
        self.url, self.pid = self._stack.enter_context(started)

    def stop(self) -> None:
        """End the process as an operator does, and wait for its end."""
        self._stack.close()


@contextmanager
def run_replicas(count: int, folder: Path, settings: Mapping[str, str]) -> Iterator[tuple[str, list[Replica]]]:
    """Run replicas and the proxy; yield the proxy's address and the replicas.

    Args:
        folder: for logs and outboxes.
        settings: values that differ from the environment in `deploy/compose.yaml`; a name that it lacks is left out.
    """
    with ExitStack() as stack:
        replicas = []
        for number in range(count):
            (folder / f"{number}").mkdir()
            here = {"FORWARDED_ALLOW_IPS": PROXY, "DIGIT_DETECTOR_OUTBOX": str(folder / f"{number}/outbox"), **settings}
            composed = COMPOSE["services"]["page-1"]["environment"]
            environment = {name: here.get(name, value) for name, value in composed.items()}
            replicas.append(Replica(folder / f"{number}/log", environment))
            stack.callback(replicas[-1].stop)
        ports = [int(replica.url.rpartition(":")[2]) for replica in replicas]
        url = stack.enter_context(run_nginx(proxy_configuration(ports), folder))
        yield url.rstrip("/"), replicas
