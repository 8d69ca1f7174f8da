"""Web sockets at people's pace: Streamlit reads for as long as a client sends, and would serve no other."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digit_detector.limits import ClientLimits
from digit_detector.server.rate_limit import ClientLimiter, TokenBucket


class PacedSockets:
    """ASGI middleware that limits each client's web sockets and the rate at which each socket is read.

    A faster sender is slowed down by TCP's back-pressure.

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

        await self._limiter.run(self._app, scope, receive_paced, send)
