"""Uploads at a visitor's pace: Streamlit itself would keep in memory as many as a client sends."""

from starlette.types import ASGIApp, Receive, Scope, Send

from digit_detector.limits import UPLOADS_AT_ONCE, UPLOADS_BURST, UPLOADS_CLIENT_AT_ONCE, UPLOADS_PER_SECOND
from digit_detector.page.throttle import Throttle


class PacedUploads:
    """ASGI middleware that takes only so many pictures from a client; `server.maxUploadSize` bounds each of them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._throttle = Throttle(UPLOADS_BURST, UPLOADS_PER_SECOND, UPLOADS_CLIENT_AT_ONCE, UPLOADS_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "PUT":  # nothing else is put
            await self._throttle.run(self._app, scope, receive, send)
        else:
            await self._app(scope, receive, send)
