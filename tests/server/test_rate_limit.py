"""Rate limits, by a clock of the test's own, and web sockets in front of an app that reads as fast as it can."""

import asyncio
from contextlib import ExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocket

from digit_detector.limits import ClientLimits
from digit_detector.server.rate_limit import ClientLimiter, PacedSockets, RateLimit


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def request(host: str) -> Request:
    return Request({"type": "http", "client": (host, 80)})


def ask(limiter: ClientLimiter, host: str) -> tuple[int, str] | None:
    """Return None if the request is admitted, otherwise the status and the seconds to wait."""
    try:
        with limiter.admit(request(host)):
            return None
    except HTTPException as error:
        return error.status_code, (error.headers or {})["Retry-After"]


def test_burst_then_steady_rate() -> None:
    limits = ClientLimits(burst=3, per_second=0.5, client_concurrency=1, total_concurrency=1)
    limiter = ClientLimiter(limits, clock := Clock())
    assert [ask(limiter, "192.0.2.1") for _ in range(4)] == [None, None, None, (429, "2")]
    assert ask(limiter, "192.0.2.2") is None
    clock.now = 2
    assert [ask(limiter, "192.0.2.1") for _ in range(2)] == [None, (429, "2")]
    clock.now = 1000
    assert [ask(limiter, "192.0.2.1") for _ in range(4)] == [None, None, None, (429, "2")]


@given(st.lists(st.floats(0, 5), max_size=60))
def test_rate_is_never_exceeded(pauses: list[float]) -> None:
    rate, admitted = RateLimit(burst=4, per_second=2, clock=(clock := Clock())), 0
    for pause in pauses:
        clock.now += pause
        admitted += rate.take("192.0.2.1") == 0
        assert admitted <= 4 + 2 * clock.now + 1e-6


def test_restored_network_has_a_full_bucket() -> None:
    rate = RateLimit(burst=1, per_second=1, clock=Clock())
    assert [rate.take("192.0.2.1"), rate.take("192.0.2.1")] == [0, 1]
    rate.restore("192.0.2.1")
    assert rate.take("192.0.2.1") == 0


def test_concurrency_per_client_and_in_total() -> None:
    limiter = ClientLimiter(ClientLimits(burst=10, per_second=1, client_concurrency=2, total_concurrency=3))
    with ExitStack() as unfinished:
        for host in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
            unfinished.enter_context(limiter.admit(request(host)))
        assert ask(limiter, "192.0.2.1") == (429, "1")
        assert ask(limiter, "192.0.2.3") == (503, "1")
    assert ask(limiter, "192.0.2.3") is None


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("2001:db8::1", "2001:db8::2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("unknown", "unknown", True),
    ],
)
def test_client_is_an_ipv4_address_or_an_ipv6_network(first: str, second: str, same: bool) -> None:
    limits = ClientLimits(burst=1, per_second=1, client_concurrency=1, total_concurrency=9)
    limiter = ClientLimiter(limits, Clock())
    assert ask(limiter, first) is None
    assert (ask(limiter, second) is not None) is same


def test_full_buckets_are_forgotten() -> None:
    rate = RateLimit(burst=2, per_second=1, clock=(clock := Clock()))
    for number in range(1000):
        clock.now = number
        rate.take(f"passer-by {number}")
    assert len(rate._buckets) <= 4


async def echo_times(socket: WebSocket) -> None:
    """Send the time at which each message was read."""
    await socket.accept()
    async for _ in socket.iter_bytes():
        await socket.send_json(asyncio.get_running_loop().time())


def client(limits: ClientLimits) -> TestClient:
    paced = Middleware(PacedSockets, limits=limits, messages_burst=3, messages_per_second=20)
    app = Starlette(routes=[WebSocketRoute("/", echo_times)], middleware=[paced])
    return TestClient(app, client=("192.0.2.1", 1))


def test_messages_beyond_the_burst_are_read_later() -> None:
    with client(ClientLimits(9, 9, 9, 9)).websocket_connect("/") as socket:
        for _ in range(6):
            socket.send_bytes(b"stroke")
        times = [socket.receive_json() for _ in range(6)]
    assert times[5] - times[0] >= 3 / 20 - 0.01  # three tokens, but for what returned before the first message was read


def test_client_with_too_many_sockets_is_refused() -> None:
    eager = client(ClientLimits(burst=9, per_second=9, client_concurrency=2, total_concurrency=9))
    other = TestClient(eager.app, client=("192.0.2.2", 1))
    with eager.websocket_connect("/"), eager.websocket_connect("/"):
        with pytest.raises(WebSocketDenialResponse) as refusal, eager.websocket_connect("/"):
            pass
        assert refusal.value.status_code == 429
        assert "ask again in 1 s" in refusal.value.json()["error"]
        with other.websocket_connect("/") as socket:
            socket.send_bytes(b"stroke")
            assert socket.receive_json() > 0
    with eager.websocket_connect("/"):
        pass


def test_client_that_opens_sockets_too_fast_is_refused() -> None:
    eager = client(ClientLimits(burst=2, per_second=0.001, client_concurrency=9, total_concurrency=9))
    for _ in range(2):
        with eager.websocket_connect("/"):
            pass
    with pytest.raises(WebSocketDenialResponse) as refusal, eager.websocket_connect("/"):
        pass
    assert refusal.value.status_code == 429
