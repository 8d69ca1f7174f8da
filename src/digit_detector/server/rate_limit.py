"""How much of the server one client may have, so that none takes it from the others."""

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
from starlette.types import ASGIApp, Receive, Scope, Send

Clock = Callable[[], float]
"""Seconds, monotonic."""


class Allowance:
    """A token bucket: `burst` things without a pause, and then `per_second`."""

    def __init__(self, burst: int, per_second: float, clock: Clock = time.monotonic) -> None:
        self._burst = burst
        self._per_second = per_second
        self._clock = clock
        self._tokens = float(burst)
        self.asked: float = clock()
        """When it was asked last."""

    def take(self) -> float:
        """Take one and return 0, or return the seconds after which there will be one."""
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self.asked) * self._per_second)
        self.asked = now
        if self._tokens < 1:
            return (1 - self._tokens) / self._per_second
        self._tokens -= 1
        return 0


class Allowances:
    """A token bucket for each network; safe to share between threads."""

    def __init__(self, burst: int, per_second: float, clock: Clock = time.monotonic) -> None:
        self._new_allowance: Callable[[], Allowance] = lambda: Allowance(burst, per_second, clock)
        self._refill_seconds = burst / per_second
        self._by_network: dict[str, Allowance] = {}  # the one that asked longest ago first
        self._lock = Lock()

    def __len__(self) -> int:
        """Return how many networks have less than the full allowance."""
        return len(self._by_network)

    def take(self, network: str) -> float:
        """Take one and return 0, or return the seconds after which there will be one."""
        with self._lock:
            allowance = self._by_network.pop(network, None) or self._new_allowance()
            self._by_network[network] = allowance
            wait = allowance.take()
            self._forget(allowance.asked - self._refill_seconds)
            return wait

    def restore(self, network: str) -> None:
        """Give a network the full allowance again."""
        with self._lock:
            self._by_network.pop(network, None)

    def _forget(self, before: float) -> None:
        """Leave out who has the full allowance again, so that passers-by fill no memory."""
        entries = takewhile(lambda entry: entry[1].asked < before, self._by_network.items())
        for network in [network for network, _ in entries]:
            del self._by_network[network]


class Throttle:
    """An allowance for each client, and a bound on what runs at once, for each and for all; for one event loop.

    Args:
        burst, per_second: a client's allowance.
        client_at_once, at_once: what may run at once for one client, and for all.
        clock: for the allowances.
    """

    def __init__(
        self, burst: int, per_second: float, client_at_once: int, at_once: int, clock: Clock = time.monotonic
    ) -> None:
        self._allowances = Allowances(burst, per_second, clock)
        self._client_at_once = client_at_once
        self._at_once = at_once
        self._running: Counter[str] = Counter()

    def __len__(self) -> int:
        """How many clients it remembers."""
        return len(self._allowances)

    @contextmanager
    def admit(self, connection: HTTPConnection) -> Iterator[None]:
        """Count what a client has begun, until it is done.

        Raises HTTPException: 429 where the client has asked for too much, 503 where all together have, both with the
        seconds after which it may ask again.
        """
        network = network_of(connection.client.host if connection.client else "")
        if wait := self._allowances.take(network):
            raise _later(429, "too many requests from your address", wait)
        if (unfinished := self._running[network]) >= self._client_at_once:
            raise _later(429, f"{unfinished} requests from your address are still unfinished", 1)
        if self._running.total() >= self._at_once:
            raise _later(503, "too many people are asking at once", 1)
        self._running[network] += 1
        try:
            yield
        finally:
            self._running -= Counter([network])  # which leaves out those with none

    async def run(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Have an ASGI app answer a connection that is admitted, and refuse any other."""
        with ExitStack() as admitted:
            try:
                admitted.enter_context(self.admit(HTTPConnection(scope)))
            except HTTPException as refusal:
                app = JSONResponse({"error": refusal.detail}, refusal.status_code, refusal.headers)
            await app(scope, receive, send)


def network_of(host: str) -> str:
    """Return what counts as one client: an IPv4 address, or the IPv6 network that a provider gives to a household."""
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
