"""Rate limits per client, so that none takes the server from the others."""

import asyncio
import ipaddress
import math
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import takewhile
from threading import Lock

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digit_detector.limits import ClientLimits

Clock = Callable[[], float]
"""Seconds, monotonic."""


class TokenBucket:
    """Admit a burst without a pause, and then a steady rate.

    Args:
        burst: tokens of the full bucket.
        per_second: tokens that return each second.
        clock: for tests.
    """

    def __init__(self, burst: int, per_second: float, clock: Clock = time.monotonic) -> None:
        self._burst = burst
        self._per_second = per_second
        self._clock = clock
        self._tokens = float(burst)
        self.last_take: float = clock()

    def take(self) -> float:
        """Take a token and return 0, or return the seconds until there is one."""
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self.last_take) * self._per_second)
        self.last_take = now
        if self._tokens < 1:
            return (1 - self._tokens) / self._per_second
        self._tokens -= 1
        return 0


class RateLimit:
    """Keep a token bucket for each network; safe to share between threads. The arguments are those of a bucket."""

    def __init__(self, burst: int, per_second: float, clock: Clock = time.monotonic) -> None:
        self._new_bucket: Callable[[], TokenBucket] = lambda: TokenBucket(burst, per_second, clock)
        self._refill_seconds = burst / per_second
        self._buckets: dict[str, TokenBucket] = {}  # by network, the one that asked longest ago first
        self._lock = Lock()

    def take(self, network: str) -> float:
        """Take a token and return 0, or return the seconds until there is one."""
        with self._lock:
            bucket = self._buckets.pop(network, None) or self._new_bucket()
            self._buckets[network] = bucket
            wait = bucket.take()
            self._forget(bucket.last_take - self._refill_seconds)
            return wait

    def restore(self, network: str) -> None:
        """Fill a network's bucket."""
        with self._lock:
            self._buckets.pop(network, None)

    def _forget(self, before: float) -> None:
        """Delete the buckets that are full again, so that passers-by fill no memory."""
        entries = takewhile(lambda entry: entry[1].last_take < before, self._buckets.items())
        for network in [network for network, _ in entries]:
            del self._buckets[network]


class ClientLimiter:
    """Limit each client's rate and the unfinished requests of each and of all; for one event loop."""

    def __init__(self, limits: ClientLimits, clock: Clock = time.monotonic) -> None:
        self._limits = limits
        self._rate = RateLimit(limits.burst, limits.per_second, clock)
        self._unfinished: Counter[str] = Counter()

    @contextmanager
    def admit(self, connection: HTTPConnection) -> Iterator[None]:
        """Count a request until it is finished.

        Raises:
            HTTPException: 429 if the client asks for too much, 503 if all together do, both with `Retry-After`.
        """
        network = network_of(connection.client.host if connection.client else "")
        if wait := self._rate.take(network):
            raise _later(429, "too many requests from your address", wait)
        if (unfinished := self._unfinished[network]) >= self._limits.client_concurrency:
            raise _later(429, f"{unfinished} requests from your address are still unfinished", 1)
        if self._unfinished.total() >= self._limits.total_concurrency:
            raise _later(503, "too many people are asking at once", 1)
        self._unfinished[network] += 1
        try:
            yield
        finally:
            self._unfinished -= Counter([network])  # which leaves out those with none


class PacedSockets:
    """ASGI middleware that limits each client's web sockets and the rate at which each socket is read.

    Streamlit reads for as long as a client sends, and would serve no other; here, TCP's back-pressure slows it down.

    Args:
        limits: of the sockets that clients open.
        messages_burst, messages_per_second: of each socket.
    """

    def __init__(self, app: ASGIApp, limits: ClientLimits, messages_burst: int, messages_per_second: float) -> None:
        self._app = app
        self._limiter = ClientLimiter(limits)
        self._messages_burst = messages_burst
        self._messages_per_second = messages_per_second

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        bucket = TokenBucket(self._messages_burst, self._messages_per_second)

        async def receive_paced() -> Message:
            message = await receive()
            while message["type"] == "websocket.receive" and (wait := bucket.take()):
                await asyncio.sleep(wait)
            return message

        app = self._app
        with ExitStack() as admitted:
            try:
                admitted.enter_context(self._limiter.admit(HTTPConnection(scope)))
            except HTTPException as refusal:
                app = JSONResponse({"error": refusal.detail}, refusal.status_code, refusal.headers)
            await app(scope, receive_paced, send)


def network_of(host: str) -> str:
    """Return what counts as one client: an IPv4 address, or the IPv6 network (/64) of a household."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:  # a server on all interfaces sees IPv4 clients so
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return host


def _later(status: int, reason: str, seconds: float) -> HTTPException:
    wait = math.ceil(seconds)
    return HTTPException(status, f"{reason}: ask again in {wait} s", {"Retry-After": str(wait)})
