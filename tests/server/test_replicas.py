"""Several processes behind the proxy that docs/deployment.md configures, and on one store."""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from socket import create_server
from threading import Thread

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send
from support.static_host import run_nginx
from support.stores import handwritten_drawings

from digit_detector.collect.collector import Collector, Kept, Settings, new_receipt
from digit_detector.server.app import middleware, routes

DOCUMENT = Path(__file__).parents[2] / "docs/deployment.md"
CLIENTS = [f"127.0.0.{number}" for number in range(1, 13)]


class Replica:
    """The server without the page, and which clients it saw."""

    def __init__(self) -> None:
        self._app = Starlette(routes=routes("digits"), middleware=middleware())
        self.clients: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self.clients.add(scope["client"][0])
        await self._app(scope, receive, send)


@contextmanager
def serve(replica: Replica) -> Iterator[int]:
    """Run a replica as `digit-detector serve` does, on a free port."""
    server = uvicorn.Server(uvicorn.Config(replica, log_level="error", lifespan="off"))
    listener = create_server(("127.0.0.1", 0))  # accepts connections before the server runs
    thread = Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


def documented(ports: list[int]) -> str:
    """Return the document's nginx configuration, for servers on these ports."""
    location, upstream = re.findall(r"```nginx\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    for port, replaced in zip(ports, ("8501", "8502"), strict=True):
        upstream = upstream.replace(f"127.0.0.1:{replaced}", f"127.0.0.1:{port}")
    location = location.replace("http://127.0.0.1:8501", "http://digits")
    return f"{upstream} server {{ listen PORT; {location} }}"


@pytest.mark.skipif(sys.platform != "linux", reason="Debian's nginx, and many addresses on loopback")
def test_network_meets_one_replica(tmp_path: Path) -> None:
    replicas = [Replica(), Replica()]
    with ExitStack() as stack:
        ports = [stack.enter_context(serve(replica)) for replica in replicas]
        host = stack.enter_context(run_nginx(documented(ports), tmp_path)).split("/")[2]
        answers = defaultdict(list)
        for client in CLIENTS * 3:
            connection = HTTPConnection(host, source_address=(client, 0))
            connection.request("GET", "/digits/api/openapi.json")
            answers[client].append(connection.getresponse().status)
            connection.close()
    assert all(statuses == [200] * 3 for statuses in answers.values())
    first, second = (replica.clients for replica in replicas)
    assert first | second == set(CLIENTS)
    assert not first & second
    assert first
    assert second


def test_receipt_works_at_every_replica(store_address: str, tmp_path: Path) -> None:
    one, other = (Collector(Settings(store_address, tmp_path / name)) for name in ("one", "other"))
    code = new_receipt()
    drawings = handwritten_drawings(2)
    assert [one.keep(drawing, code) for drawing in drawings] == [Kept.STORE] * 2
    assert [drawing.id for drawing in other.contributions(code)] == [drawing.id for drawing in drawings]
    assert other.delete(code) == 2
    assert one.contributions(code) == []
    one.close()
    other.close()
