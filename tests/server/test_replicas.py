"""Several processes behind the proxy that `deploy/` configures, and on one store."""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from ipaddress import ip_address, ip_network
from pathlib import Path
from socket import create_server
from threading import Thread

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send
from support.replicas import COMPOSE, NGINX, PROXY, proxy_configuration
from support.server import ROOT
from support.static_host import run_nginx
from support.stores import handwritten_drawings

from digit_detector.collect.collector import Collector, Kept, Settings, new_receipt
from digit_detector.server.app import middleware, routes

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


@pytest.mark.skipif(sys.platform != "linux", reason="many addresses on loopback")
def test_network_meets_one_replica(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", PROXY)
    replicas = [Replica(), Replica()]
    with ExitStack() as stack:
        ports = [stack.enter_context(serve(replica)) for replica in replicas]
        configuration = proxy_configuration(ports).replace("location /", "location /digits/")
        host = stack.enter_context(run_nginx(configuration, tmp_path)).split("/")[2]
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


def test_compose_fits_proxy() -> None:
    services = COMPOSE["services"]
    subnet = ip_network(COMPOSE["networks"]["default"]["ipam"]["config"][0]["subnet"])
    addresses = {
        name: service["networks"]["default"]["ipv4_address"] for name, service in services.items() if name != "store"
    }
    assert all(ip_address(address) in subnet for address in addresses.values())
    proxy = addresses.pop("proxy")
    assert re.findall(r"server (\S+):8501;", NGINX) == list(addresses.values())
    pages = [services[name] for name in addresses]
    assert all(page["environment"]["FORWARDED_ALLOW_IPS"] == proxy for page in pages)
    assert len({page["volumes"][0] for page in pages}) == len(pages)  # the outboxes
    assert all(page["environment"]["DIGIT_DETECTOR_OUTBOX"].startswith("/home/user/") for page in pages)
    volumes = [volume.split(":") for service in services.values() for volume in service["volumes"]]
    assert {name for name, *_ in volumes if "/" not in name} == set(COMPOSE["volumes"])
    (mounted,) = [name for name, *_ in volumes if "/" in name]
    assert (ROOT / "deploy" / mounted).read_text() == NGINX
    assert "HEALTHCHECK" in (ROOT / "Dockerfile").read_text()  # of the pages
    assert all("healthcheck" in services[name] for name in services.keys() - addresses.keys())


def test_receipt_works_at_every_replica(store_address: str, tmp_path: Path) -> None:
    one, other = (Collector(Settings(store_address, tmp_path / name)) for name in ("one", "other"))
    code = new_receipt()
    drawings = handwritten_drawings(2)
    assert [one.keep(drawing, code) for drawing in drawings] == [Kept.STORE] * 2
    assert [drawing.id for drawing in other.contributions(code, 9)[1]][::-1] == [drawing.id for drawing in drawings]
    assert other.delete(code) == 2
    assert one.contributions(code, 9) == (0, [])
    one.close()
    other.close()
