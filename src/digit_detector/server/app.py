"""The HTTP server without the page, and what it has in common with the page's: routes, middleware, memory."""

import ctypes
import gc
import sys
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from digit_detector import limits
from digit_detector.server.api import Api
from digit_detector.server.live import live_routes
from digit_detector.server.model import load
from digit_detector.server.sockets import PacedSockets
from digit_detector.server.uploads import BoundedUploads, keep_uploads_in_memory

_M_ARENA_MAX: Final = -8  # of glibc's malloc.h


def routes(base_path: str = "") -> list[BaseRoute]:
    """Return the API and, if it is built, the static page, below a path such as `/digits`."""
    keep_uploads_in_memory()
    api = Api(lambda: load("auto"), limits.API, limits.UPLOAD_SECONDS)
    return [api.mount(f"{base_path}/api"), *live_routes(f"{base_path}/live")]


def middleware() -> list[Middleware]:
    """Return the limits on what browsers open and upload."""
    return [
        Middleware(
            PacedSockets,
            limits=limits.PAGES,
            messages_burst=limits.MESSAGES_BURST,
            messages_per_second=limits.MESSAGES_PER_SECOND,
        ),
        Middleware(
            BoundedUploads,
            limits=limits.UPLOADS,
            network_bytes=limits.UPLOADS_NETWORK_BYTES,
            total_bytes=limits.UPLOADS_TOTAL_BYTES,
            seconds=limits.UPLOAD_SECONDS,
        ),
    ]


def settle_memory() -> None:
    """Return to the system what only loading has needed, and keep what was loaded out of garbage collection."""
    gc.collect()
    gc.freeze()
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)  # glibc otherwise keeps some 30 MB
        libc.mallopt(_M_ARENA_MAX, 2)  # each stroke runs in a thread of its own, and would leave a heap behind


def run(host: str, port: int) -> None:
    """Serve the API and the static page until the process is asked to end; raise DigitDetectorError without weights.

    Requests that have begun are answered before the end.
    """
    load("auto")
    settle_memory()
    uvicorn.run(Starlette(routes=routes()), host=host, port=port, access_log=False)
