"""Web sockets at a visitor's pace: Streamlit itself would read on for as long as a client sends, and serve no other."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digit_detector.limits import (
    MESSAGES_BURST,
    MESSAGES_PER_SECOND,
    VISITS_AT_ONCE,
    VISITS_BURST,
    VISITS_CLIENT_AT_ONCE,
    VISITS_PER_SECOND,
)
from digit_detector.server.rate_limit import Allowance, Throttle


class PacedSockets:
    """ASGI middleware that lets a client open only so many sockets, and reads from each no faster than people act.

    Who sends faster waits, since the server then leaves the rest in the network's buffers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._throttle = Throttle(VISITS_BURST, VISITS_PER_SECOND, VISITS_CLIENT_AT_ONCE, VISITS_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        allowance = Allowance(MESSAGES_BURST, MESSAGES_PER_SECOND)

        async def paced() -> Message:
            message = await receive()
            while message["type"] == "websocket.receive" and (wait := allowance.take()):
                await asyncio.sleep(wait)
            return message

        await self._throttle.run(self._app, scope, paced, send)
