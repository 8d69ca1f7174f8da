"""The page's server, as `streamlit run app.py` and `digit-detector serve` start it.

Of the messages between browser and page, it knows which start a run, and which end one.
"""

import logging
import os
import re
import tomllib
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import streamlit as st
from google.protobuf.message import DecodeError
from starlette import status
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from digit_detector.collect.collector import shared_collector
from digit_detector.errors import DigitDetectorError
from digit_detector.limits import MAX_STATE_BYTES, PAUSE_SECONDS, RUN_SECONDS
from digit_detector.page import PAGE
from digit_detector.server.app import log_json_lines, middleware, routes, settle_memory
from digit_detector.server.model import load
from digit_detector.server.newest_first import NewestFirst

_FIRST_PAGE: Final = "digit_detector.page.views.draw"  # imported when Streamlit runs, as its components demand

# In the wheel, and in a checkout, where `streamlit run app.py` reads the same file.
_SETTINGS: Final = (Path(__file__).parent / "streamlit/config.toml", PAGE.parents[3] / ".streamlit/config.toml")

_EXTRAS: Final = ("/_stcore/upload_file/", "/_stcore/metrics")
_PICTURE: Final = re.compile(rb'"data:[\w!#$&^.+/;=,-]*"')
"""A picture in a message: a URL in Base64, and nothing else that Streamlit would read."""
_TRIGGERS: Final = frozenset(("trigger_value", "string_trigger_value", "chat_input_value", "json_trigger_value"))
_MAX_END_BYTES: Final = 500  # of the message that ends a run; those with content are longer, and need no parsing


def app_arguments(base_path: str) -> dict[str, Any]:
    """Return the arguments of `st.App` besides the page, for a path such as `digits` that all addresses begin with.

    Raises:
        StoreError: unfit settings of the store.
    """
    kept = shared_collector()
    newest_first = Middleware(
        NewestFirst,
        runs=(os.cpu_count() or 1) + 1,
        key=stroke_key,
        ends_run=ends_run,
        run_seconds=RUN_SECONDS,
        pause_seconds=PAUSE_SECONDS,
    )
    return {
        "lifespan": _lifespan,
        "routes": routes(base_path, kept.count_waiting if kept else lambda: 0),
        "middleware": [
            *middleware(),
            Middleware(NoExtras),
            Middleware(OwnOrigin),
            Middleware(BoundedState),
            Middleware(FirstRunInFull),
            newest_first,
        ],
    }


def run(host: str, port: int, base_path: str) -> None:
    """Serve the page until the process is asked to end; raise StoreError for unfit settings of the store."""
    address = {"server.address": host, "server.port": port, "server.baseUrlPath": base_path}
    settings = next(path for path in _SETTINGS if path.is_file())
    options = _flatten(tomllib.loads(settings.read_text(encoding="utf-8")))
    st.App(PAGE, **app_arguments(base_path)).run(config=options | address)


class NoExtras:
    """ASGI middleware that refuses unread what the page does not need of Streamlit.

    Its uploads: it would keep every file that a session sends, and the page sends pictures over its web socket. Its
    metrics: they tell everybody how much the page is used.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_extra = scope["type"] == "http" and any(extra in scope["path"] for extra in _EXTRAS)
        await (PlainTextResponse("not part of this page", 404) if is_extra else self._app)(scope, receive, send)


class OwnOrigin:
    """ASGI middleware that refuses web sockets which another site's page opens.

    Streamlit refuses them, too, but first asks a host on the internet for this server's address, and all visitors wait.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            headers = Headers(scope=scope)
            origin = headers.get("origin")  # a scheme and a host; only browsers send it
            if origin and origin.partition("://")[2] != headers.get("host"):
                await send({"type": "websocket.close", "code": status.WS_1008_POLICY_VIOLATION})
                return
        await self._app(scope, receive, send)


class BoundedState:
    """ASGI middleware that closes a web socket on which a message has more than a drawing and a picture.

    Streamlit keeps what a component sends as Python's objects, which may take 35 times its bytes.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def receive_bounded() -> Message:
            message = await receive()
            if _state_bytes(message.get("bytes") or b"") <= MAX_STATE_BYTES:
                return message
            await send({"type": "websocket.close", "code": status.WS_1009_MESSAGE_TOO_BIG})
            return {"type": "websocket.disconnect", "code": status.WS_1009_MESSAGE_TOO_BIG}

        await self._app(scope, receive_bounded if scope["type"] == "websocket" else receive, send)


class FirstRunInFull:
    """ASGI middleware that turns the first run on a web socket, if it is of a part of the page, into a full one.

    After a restart of the server, browsers ask for the part that they know of. Streamlit answers nothing where the new
    session has not yet run the whole page.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_first = True

        async def receive_in_full() -> Message:
            nonlocal is_first
            message = await receive()
            if is_first and (request := _rerun_request(message.get("bytes") or b"")):
                is_first = False
                request.rerun_script.fragment_id = ""
                return {**message, "bytes": request.SerializeToString()}
            return message

        await self._app(scope, receive_in_full if scope["type"] == "websocket" else receive, send)


@asynccontextmanager
async def _lifespan(_: st.App) -> AsyncIterator[dict[str, Any] | None]:
    """Load and warm what all visitors share, before the first one comes."""
    log_json_lines()
    # It tells the address of each web socket. Streamlit sets its level again when a settings file changes.
    logging.getLogger("uvicorn.error").addFilter(lambda record: record.levelno >= logging.WARNING)
    import_module(_FIRST_PAGE)
    try:
        load("auto")
    except DigitDetectorError as error:
        # The page shows the same to its visitors, and works without a restart once it is fixed.
        logging.getLogger("digit_detector").error("%s", error)
    kept = shared_collector()
    if kept is not None:
        kept.start()
    settle_memory()
    yield None
    if kept is not None:
        kept.close()


def stroke_key(data: bytes) -> Hashable | None:
    """Return a key that is equal for messages of which the newest replaces the others; None for any other message.

    Such a message has the state of all widgets and asks for one part of the page, as each stroke does. A pressed button
    is in one message only, so that this must not be replaced.
    """
    message = _rerun_request(data)
    if message is None:
        return None
    request = message.rerun_script
    if not request.fragment_id or any(
        widget.WhichOneof("value") in _TRIGGERS for widget in request.widget_states.widgets
    ):
        return None
    return request.fragment_id, request.page_script_hash, request.query_string


def ends_run(data: bytes) -> bool:
    """Whether a message to the browser says that a run of the page is over."""
    return 0 < len(data) <= _MAX_END_BYTES and ForwardMsg.FromString(data).WhichOneof("type") == "script_finished"


def _state_bytes(data: bytes) -> int:
    """Return the size of a message to the server without its picture."""
    picture = _PICTURE.search(data)
    return len(data) - (len(picture[0]) if picture else 0)


def _rerun_request(data: bytes) -> BackMsg | None:
    """Return a message that starts a run; None for any other, and for noise, at which Streamlit closes the socket."""
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:
        return None
    return message if message.HasField("rerun_script") else None


def _flatten(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return a TOML table's values by dotted name, such as `server.port`."""
    flat: dict[str, Any] = {}
    for name, value in table.items():
        flat |= _flatten(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return flat
