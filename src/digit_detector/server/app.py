"""The HTTP server without the page, and what it has in common with the page's: routes, middleware, logs, memory."""

import ctypes
import gc
import json
import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route

from digit_detector import limits
from digit_detector.server.api import Api
from digit_detector.server.live import live_routes
from digit_detector.server.model import load
from digit_detector.server.open_metrics import MeasuredRequests, show_metrics
from digit_detector.server.rate_limit import PacedSockets

_M_ARENA_MAX: Final = -8  # of glibc's malloc.h


def routes(base_path: str = "", count_outbox: Callable[[], int] = lambda: 0) -> list[BaseRoute]:
    """Return the API, the metrics and, if it is built, the static page.

    Args:
        base_path: of all of them, such as `digits` or `/digits/`.
        count_outbox: returns the number of contributions that wait for the store.
    """
    prefix = f"/{base_path.strip('/')}".rstrip("/")
    api = Api(lambda: load("auto"), limits.API, limits.UPLOAD_SECONDS)
    metrics = Route(f"{prefix}/metrics", show_metrics(count_outbox))
    return [api.mount(f"{prefix}/api"), metrics, *live_routes(f"{prefix}/live")]


def middleware() -> list[Middleware]:
    """Return the middleware of both servers: metrics, and limits on what browsers open."""
    return [
        Middleware(MeasuredRequests),
        Middleware(
            PacedSockets,
            limits=limits.PAGES,
            messages_burst=limits.MESSAGES_BURST,
            messages_per_second=limits.MESSAGES_PER_SECOND,
        ),
    ]


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


def log_json_lines(*libraries: str) -> None:
    """Have this package and the loggers of these libraries log one JSON object per line on standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(_JsonLines())
    for name in ("digit_detector", *libraries):
        logging.getLogger(name).handlers = [handler]


def settle_memory() -> None:
    """Return to the system what only loading has needed, and keep what was loaded out of garbage collection."""
    gc.collect()
    gc.freeze()
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)  # glibc otherwise keeps some 30 MB
        libc.mallopt(_M_ARENA_MAX, 2)  # each stroke runs in a thread of its own, and would leave a heap behind


def run(host: str, port: int, base_path: str) -> None:
    """Serve the API and the static page until the process is asked to end; raise DigitDetectorError without weights.

    Requests that have begun are answered before the end.
    """
    log_json_lines("uvicorn")
    logging.getLogger("uvicorn").setLevel(logging.INFO)  # it then tells its address, and its end
    load("auto")
    settle_memory()
    app = Starlette(routes=routes(base_path), middleware=middleware())
    # Nothing here has a web socket, and with every one that it refuses uvicorn would log the client's address.
    uvicorn.run(app, host=host, port=port, access_log=False, log_config=None, ws="none")
