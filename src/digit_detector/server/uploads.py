"""Bounds on uploads: Streamlit keeps every file that a session sends, under any ID, until the session ends."""

import asyncio
import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digit_detector.limits import ClientLimits
from digit_detector.server.rate_limit import ClientLimiter, network_of

_FILE: Final = re.compile(r"/_stcore/upload_file/(?P<session>[^/]+)/[^/]+")
_OVERHEAD_BYTES: Final = 4096  # of any file, so that many empty ones are bounded too


def keep_uploads_in_memory() -> None:
    """Have Starlette keep the files of all forms in memory: no picture touches the disk. Their bytes are bounded."""
    MultiPartParser.spool_max_size = 0  # the only way to reach the parser that Streamlit's own route makes


@dataclass(eq=False)
class _Upload:
    path: str
    session: str
    network: str
    size: int = 0


class BoundedUploads:
    """ASGI middleware that keeps one file of each session, and bounds the bytes of each network and of the server.

    Where a file does not fit, the oldest files of the network or of the server are deleted for it. The bytes of a file
    count from their arrival until its deletion here. Streamlit deletes the files of a session that ends without a
    notice; these are the oldest soon, so that they give way first.

    Args:
        limits: of the uploads that clients begin.
        network_bytes, total_bytes: of the files that are kept or on their way, of one network and of all.
        seconds: after which an unfinished upload is refused.
    """

    def __init__(
        self, app: ASGIApp, limits: ClientLimits, network_bytes: int, total_bytes: int, seconds: float
    ) -> None:
        self._app = app
        self._limiter = ClientLimiter(limits)
        self._network_bytes = network_bytes
        self._total_bytes = total_bytes
        self._seconds = seconds
        self._kept: dict[str, _Upload] = {}  # by session, oldest first
        self._bytes: Counter[str | None] = Counter()  # by network, and for None of all

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "PUT":  # nothing else is put
            await self._limiter.run(self._take, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _take(self, scope: Scope, receive: Receive, send: Send) -> None:
        match = _FILE.search(scope["path"])
        if match is None:
            await self._app(scope, receive, send)
            return
        client = HTTPConnection(scope).client
        upload = _Upload(scope["path"], match["session"], network_of(client.host if client else ""))
        deadline = asyncio.get_running_loop().time() + self._seconds

        async def receive_counted() -> Message:
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408, f"the file did not arrive within {self._seconds} s: send it again") from None
            self._count(upload, len(message.get("body", b"")))
            await self._make_room(scope, upload.network)
            return message

        async def send_after_replacing(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < 300:
                while before := self._kept.get(upload.session):
                    await self._remove(scope, before, is_replaced=before.path == upload.path)
                self._kept[upload.session] = upload
            await send(message)

        self._count(upload, _OVERHEAD_BYTES)
        try:
            await self._app(scope, receive_counted, send_after_replacing)
        finally:
            if self._kept.get(upload.session) is not upload:
                self._count(upload, -upload.size)

    def _count(self, upload: _Upload, size: int) -> None:
        upload.size += size
        for owner in (upload.network, None):
            self._bytes[owner] += size
            if not self._bytes[owner]:
                del self._bytes[owner]

    async def _make_room(self, scope: Scope, network: str) -> None:
        """Delete the oldest files until the rest fits; raise HTTPException 503 where unfinished ones alone do not."""
        for owner, limit in ((network, self._network_bytes), (None, self._total_bytes)):
            while self._bytes[owner] > limit:
                oldest = next((kept for kept in self._kept.values() if owner in (None, kept.network)), None)
                if oldest is None:
                    raise HTTPException(503, "too many files are being uploaded: try again later")
                await self._remove(scope, oldest)

    async def _remove(self, scope: Scope, upload: _Upload, is_replaced: bool = False) -> None:
        """Delete a kept file as a browser does, with the credentials of the request at hand."""
        del self._kept[upload.session]
        self._count(upload, -upload.size)
        if is_replaced:
            return

        async def receive_nothing() -> Message:
            return {"type": "http.request"}

        async def ignore(_: Message) -> None:
            return

        target = {"method": "DELETE", "path": upload.path, "raw_path": upload.path.encode()}
        await self._app({**scope, **target}, receive_nothing, ignore)
