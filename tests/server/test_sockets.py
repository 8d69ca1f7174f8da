"""Web sockets at people's pace, in front of an app that reads as fast as it can."""

import asyncio

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocket

from digit_detector.limits import ClientLimits
from digit_detector.server.rate_limit import PacedSockets


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
