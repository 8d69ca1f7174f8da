"""The built page served from loopback, and what it costs to transfer."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import uvicorn
from starlette.applications import Starlette

from digit_detector.page.live import live_routes


class Host:
    """Serves a folder as the Streamlit page's process does, and counts the bytes of the answers' bodies."""

    def __init__(self, folder: Path) -> None:
        self._app = Starlette(routes=live_routes(folder))
        self.sent: Counter[str] = Counter()
        """Bytes of the bodies, compressed as they were, by path."""
        self.url = ""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def count(message: Any) -> None:
            self.sent[scope["path"]] += len(message.get("body", b""))
            await send(message)

        await self._app(scope, receive, count if scope["type"] == "http" else send)


@contextmanager
def serve_live(folder: Path) -> Iterator[Host]:
    """With compression and with the headers that let the page use two threads."""
    host = Host(folder)
    server = uvicorn.Server(uvicorn.Config(host, port=0, log_level="error", lifespan="off"))
    thread = Thread(target=server.run)
    thread.start()
    while not server.started:
        sleep(0.01)
    host.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/live/"
    try:
        yield host
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        pass


@contextmanager
def serve_plainly(folder: Path) -> Iterator[str]:
    """As any static server does: no compression, no headers; gives the page's address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
