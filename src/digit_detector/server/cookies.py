"""Cookies in a frame of another site, such as a Space's own page, where browsers block third-party cookies."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class PartitionedCookies:
    """ASGI middleware that marks cookies with `SameSite=None` as `Partitioned`.

    Safari and private windows then keep them, apart for each site that shows the frame: without Streamlit's cookie, it
    refuses uploads. Starlette itself can set the attribute only from Python 3.14 on.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_partitioned(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                cookies = headers.getlist("set-cookie")
                del headers["set-cookie"]
                for cookie in cookies:
                    headers.append("set-cookie", cookie + "; Partitioned" * _needs_partition(cookie))
            await send(message)

        await self._app(scope, receive, send_partitioned if scope["type"] == "http" else send)


def _needs_partition(cookie: str) -> bool:
    attributes = {part.strip().lower() for part in cookie.split(";")}
    return "samesite=none" in attributes and "partitioned" not in attributes
