"""Metrics in the format OpenMetrics, at the address `/metrics`: counts and times, and nothing of a drawing."""

import ipaddress
import os
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PUBLIC: Final = "DIGIT_DETECTOR_METRICS"
"""The environment variable that makes the metrics readable from other machines, if it is `public`."""

_SECONDS: Final = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4)
_ROUTES: Final = {"api": "api", "live": "live", "stream": "socket"}

REGISTRY: Final = CollectorRegistry()
REQUESTS: Final = Counter(
    "digit_detector_requests",
    "Requests by route and status; refusals are 4xx and 5xx",
    ("route", "status"),
    registry=REGISTRY,
)
REQUEST_SECONDS: Final = Histogram(
    "digit_detector_request_seconds", "Requests but for web sockets", ("route",), buckets=_SECONDS, registry=REGISTRY
)
DETECTION_SECONDS: Final = Histogram(
    "digit_detector_detection_seconds", "From a picture to the network's outputs", buckets=_SECONDS, registry=REGISTRY
)
STROKE_SECONDS: Final = Histogram(
    "digit_detector_stroke_seconds", "From a stroke to the end of its run", buckets=_SECONDS, registry=REGISTRY
)
STROKES_SKIPPED: Final = Counter(
    "digit_detector_strokes_skipped", "Strokes that a newer one of the same page replaced", registry=REGISTRY
)
OUTBOX: Final = Gauge("digit_detector_outbox_drawings", "Contributions that wait for the store", registry=REGISTRY)


class MeasuredRequests:
    """ASGI middleware that counts and times requests."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        route = next((_ROUTES[part] for part in scope["path"].split("/") if part in _ROUTES), "page")
        start = time.perf_counter()

        counted = False

        def count(status: int) -> None:
            nonlocal counted
            if not counted:
                REQUESTS.labels(route, status).inc()
            counted = True

        async def send_and_count(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                count(message["status"])
            elif message["type"] == "websocket.accept":
                count(HTTPStatus.SWITCHING_PROTOCOLS.value)
            elif message["type"] == "websocket.close":  # before it is accepted, servers answer with this status
                count(HTTPStatus.FORBIDDEN.value)
            await send(message)

        try:
            await self._app(scope, receive, send_and_count)
        except Exception:
            count(HTTPStatus.INTERNAL_SERVER_ERROR.value)  # the answer is made outside of this
            raise
        finally:
            if scope["type"] == "http":
                REQUEST_SECONDS.labels(route).observe(time.perf_counter() - start)


def show_metrics(count_outbox: Callable[[], int]) -> Callable[[Request], Response]:
    """Return the handler of `/metrics`; `count_outbox` returns how many contributions wait."""

    def show(request: Request) -> Response:
        if os.environ.get(PUBLIC) != "public" and not _is_local(request):
            raise HTTPException(403, f"metrics are for this machine alone: set {PUBLIC}=public to show them to all")
        OUTBOX.set(count_outbox())
        text: bytes = generate_latest(REGISTRY)  # type: ignore[no-untyped-call]
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    return show


def _is_local(request: Request) -> bool:
    """Whether a request comes from this machine, and not from a proxy on it."""
    headers = Headers(scope=request.scope)
    if request.client is None or "x-forwarded-for" in headers or "forwarded" in headers:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:  # a name instead of an address
        return False
