"""Clients that send garbage, break off or flood the server do not disturb a visitor who draws meanwhile."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from support.strokes import strokes
from support.wire import PATIENCE, WireVisitor, canvas_state
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from digit_detector import limits

pytestmark = pytest.mark.anyio

DRAWING = canvas_state(strokes("3", 100, 100, 200))
HANDSHAKE = (
    "GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


def socket(url: str, address: str = "192.0.2.200") -> connect:
    """A web socket to the page, from an address of its own, as a proxy on the server's machine tells it."""
    stream = url.replace("http", "ws", 1) + "/_stcore/stream"
    headers = {"X-Forwarded-For": address}
    # Whatever the server answers is taken in, and left unread.
    options = {"compression": None, "ping_interval": None, "max_queue": None, "max_size": None}
    return connect(stream, additional_headers=headers, open_timeout=60, **options)


def rerun(widget: str = "no such widget", state: str = "{", **fields: str) -> bytes:
    message = BackMsg()
    message.rerun_script.widget_states.widgets.add(id=widget, json_value=state)
    for name, value in fields.items():
        setattr(message.rerun_script, name, value)
    return message.SerializeToString()


MESSAGES: dict[str, Sequence[str | bytes]] = {
    "noise": [random.Random(0).randbytes(5000)],
    "text": ["draw a 7"],
    "what no page asks for": [
        rerun(),
        rerun(fragment_id="none"),
        rerun(page_script_hash="none"),
        rerun(query_string="%ff=%00"),
    ],
    "a drawing that is none": [rerun("$$ID-0-canvas", '{"drawing": [1, {"data": 7}]}')],
    "too much": [bytes(30_000_000)],
}
START_OF_BYTES = {
    "TLS": b"\x16\x03\x01\x02\x00",
    "noise": random.Random(0).randbytes(2000),
    "half a handshake": HANDSHAKE[:80].encode(),
    "a message of 64 KiB, without it": HANDSHAKE.encode() + b"\x82\xff\x00\x00\x00\x00\x00\x00\xff\xff",
    "an invalid frame": HANDSHAKE.encode() + b"\xff\xff\xff\xff\xff",
}


async def send_messages(url: str, messages: Sequence[str | bytes]) -> None:
    async with socket(url) as client:
        with suppress(ConnectionClosed):  # the server would rather not
            for message in messages:
                await client.send(message)


async def break_off(url: str) -> None:
    async with socket(url) as client:
        await client.send(rerun())
        client.transport.abort()


async def send_bytes(url: str, start: bytes) -> None:
    address = urlsplit(url)
    _, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(start.replace(b"{host}", address.netloc.encode()))
    writer.close()


async def test_malformed_input_disturbs_no_visitor(url: str) -> None:
    async with WireVisitor(url) as visitor:
        await visitor.draw(DRAWING)
        sockets = [send_messages(url, messages) for messages in MESSAGES.values()]
        connections = [send_bytes(url, start) for start in START_OF_BYTES.values()]
        await asyncio.gather(visitor.draw(DRAWING), *sockets, break_off(url), *connections)
        await visitor.draw(DRAWING)


async def test_flood_of_messages_disturbs_no_visitor(url: str) -> None:
    async def flood(client: ClientConnection) -> None:
        for _ in range(limits.MESSAGES_BURST + 4):
            await client.send(rerun(query_string="x" * 300_000))  # more than the server reads at once
        await (await client.ping())  # which it answers when it has come so far

    async with WireVisitor(url) as visitor, socket(url) as client:
        await asyncio.gather(flood(client), visitor.draw(DRAWING))


async def begin_session(client: ClientConnection) -> str:
    """Open the page on a socket, and return the ID of its session."""
    await client.send(rerun())
    begun = ForwardMsg()
    while not (session := begun.new_session.initialize.session_id):
        begun.ParseFromString(await client.recv(decode=False))
    return str(session)


async def test_uploads_to_streamlit_are_refused(url: str) -> None:
    async with socket(url) as client:
        address = f"{url}/_stcore/upload_file/{await begin_session(client)}/0"
        for method in ("PUT", "POST", "DELETE", "OPTIONS"):
            file = {"file": bytes(9)}
            answer = await asyncio.to_thread(requests.request, method, address, files=file, timeout=60)
            assert answer.status_code == 404


def test_streamlits_metrics_are_refused(url: str) -> None:
    assert requests.get(f"{url}/_stcore/metrics", timeout=60).status_code == 404


async def test_message_with_more_than_a_drawing_closes_its_socket(url: str) -> None:
    async with socket(url) as client:
        await begin_session(client)
        await client.send(rerun("$$ID-0-canvas", f'{{"unused": [{"[]," * 400_000}0]}}'))
        async with asyncio.timeout(PATIENCE):
            await client.wait_closed()
    assert client.close_code == 1009


def test_page_sets_no_cookie(url: str) -> None:
    visitor = requests.Session()
    for path in ("/", "/_stcore/health", "/_stcore/host-config"):
        assert visitor.get(url + path, timeout=60).ok
    assert not visitor.cookies
