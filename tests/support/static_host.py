"""The built page on a local server that counts transferred bytes."""

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import create_server
from threading import Thread
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette

from digit_detector.server.live import live_routes
from support.serving import serving

NGINX: Final = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


class Host:
    """Serves a folder as the Streamlit page does, and counts the bytes of response bodies."""

    def __init__(self, folder: Path) -> None:
        self._app = Starlette(routes=live_routes(folder=folder))
        self.sent: Counter[str] = Counter()
        """Bytes of the bodies as transferred, by path."""
        self.url = ""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def count(message: Any) -> None:
            self.sent[scope["path"]] += len(message.get("body", b""))
            await send(message)

        await self._app(scope, receive, count if scope["type"] == "http" else send)


@contextmanager
def serve_live(folder: Path) -> Iterator[Host]:
    """Serve with compression and with the headers that allow two threads."""
    host = Host(folder)
    server = uvicorn.Server(uvicorn.Config(host, log_level="error", lifespan="off"))
    listener = create_server(("127.0.0.1", 0))  # accepts connections before the server runs
    host.url = f"http://127.0.0.1:{listener.getsockname()[1]}/live/"
    thread = Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        yield host
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join()


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        pass


@contextmanager
def serve_plainly(folder: Path) -> Iterator[str]:
    """Serve as a plain static server does, without compression or special headers; yields the address."""
    handler = partial(_QuietHandler, directory=str(folder))
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), handler)) as server:
        yield f"http://127.0.0.1:{server.server_port}/"


@contextmanager
def serve_by_nginx(folder: Path, workplace: Path) -> Iterator[str]:
    """Serve with Debian's nginx, which `make test` installs, and the file types that it knows; yields the address."""
    with run_nginx(f"include /etc/nginx/mime.types; server {{ listen PORT; root {folder}; }}", workplace) as url:
        yield url


@contextmanager
def run_nginx(http: str, workplace: Path) -> Iterator[str]:
    """Run Debian's nginx with the content of a block `http`, in which PORT is its address; yields the address."""
    assert NGINX, "no nginx on this machine: install it"
    with create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
    configuration = workplace / "nginx.conf"
    paths = [f"{kind}_temp_path {workplace / kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")]
    configuration.write_text(
        f"""
        pid {workplace / "pid"}; error_log stderr; events {{}}
        http {{ access_log off; {" ".join(paths)} {http.replace("PORT", address)} }}
        """
    )
    if os.geteuid() == 0:  # otherwise its workers would be another user
        configuration.write_text("user root;" + configuration.read_text())
    command = [NGINX, "-c", str(configuration), "-e", "stderr"]
    subprocess.run(command, check=True)  # returns when the server listens
    try:
        yield f"http://{address}/"
    finally:
        subprocess.run([*command, "-s", "quit"], check=True)
