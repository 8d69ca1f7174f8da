"""How much of the API one client may have, so that none takes the page from the others."""

import ipaddress
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile

from starlette.exceptions import HTTPException


@dataclass
class _Client:
    tokens: float
    seen: float
    running: int = 0


class Throttle:
    """A token bucket for each client, and a bound on what runs at once, for each and for all; for one event loop.

    Args:
        burst: requests that a client may send without a pause.
        per_second: and how fast that allowance comes back.
        client_at_once, at_once: unfinished requests of one client, and of all.
        clock: seconds, monotonic.
    """

    def __init__(
        self,
        burst: int,
        per_second: float,
        client_at_once: int,
        at_once: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._burst = burst
        self._per_second = per_second
        self._client_at_once = client_at_once
        self._at_once = at_once
        self._clock = clock
        self._running = 0
        self._clients: dict[str, _Client] = {}  # the one seen longest ago first

    def __len__(self) -> int:
        """How many clients it remembers."""
        return len(self._clients)

    @contextmanager
    def admit(self, host: str) -> Iterator[None]:
        """Count a request of the client at `host` while it runs.

        Raises HTTPException: 429 where the client has asked for too much, 503 where all together have, both with the
        seconds after which it may ask again.
        """
        client = self._seen(host)
        if client.tokens < 1:
            raise _later(429, "too many requests from your address", (1 - client.tokens) / self._per_second)
        if client.running >= self._client_at_once:
            raise _later(429, f"{client.running} requests from your address are still unfinished", 1)
        if self._running >= self._at_once:
            raise _later(503, "too many people are asking at once", 1)
        client.tokens -= 1
        client.running += 1
        self._running += 1
        try:
            yield
        finally:
            client.running -= 1
            self._running -= 1

    def _seen(self, host: str) -> _Client:
        now = self._clock()
        key = _network(host)
        client = self._clients.pop(key, None) or _Client(self._burst, now)
        client.tokens = min(self._burst, client.tokens + (now - client.seen) * self._per_second)
        client.seen = now
        self._clients[key] = client
        self._forget(now - self._burst / self._per_second)
        return client

    def _forget(self, before: float) -> None:
        """Leave out who has the full allowance again, so that passers-by fill no memory."""
        long_ago = takewhile(lambda entry: entry[1].seen < before, self._clients.items())
        for key in [key for key, client in long_ago if not client.running]:
            del self._clients[key]


def _network(host: str) -> str:
    """What one client is: an IPv4 address, or the IPv6 network that a provider gives to a household."""
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
