"""Clients that send garbage, break off or flood the server do not disturb a visitor who draws meanwhile."""

import asyncio
import random
import re
import time
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from support.strokes import strokes
from support.wire import WireVisitor, canvas_state
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from digit_detector.limits import MAX_FILE_BYTES, MESSAGES_BURST, MESSAGES_PER_SECOND, UPLOADS_BURST, VISITS_BURST

Nuisance = Callable[[ClientConnection], Coroutine[None, None, None]]
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


def rerun(**fields: str) -> bytes:
    message = BackMsg()
    message.rerun_script.widget_states.widgets.add(id="no such widget", json_value="{")
    for name, value in fields.items():
        setattr(message.rerun_script, name, value)
    return message.SerializeToString()


async def send_noise(client: ClientConnection) -> None:
    await client.send(random.Random(0).randbytes(5000))


async def send_text(client: ClientConnection) -> None:
    await client.send("draw a 7")


async def send_what_no_page_asks_for(client: ClientConnection) -> None:
    for request in (rerun(), rerun(fragment_id="none"), rerun(page_script_hash="none"), rerun(query_string="%ff=%00")):
        await client.send(request)


async def send_a_drawing_that_is_none(client: ClientConnection) -> None:
    message = BackMsg()
    message.rerun_script.widget_states.widgets.add(id="$$ID-0-canvas", json_value='{"drawing": [1, {"data": 7}]}')
    await client.send(message.SerializeToString())


async def send_too_much(client: ClientConnection) -> None:
    await client.send(bytes(30_000_000))


async def break_off(client: ClientConnection) -> None:
    await client.send(rerun())
    client.transport.abort()


NUISANCES: tuple[Nuisance, ...] = (
    send_noise,
    send_text,
    send_what_no_page_asks_for,
    send_a_drawing_that_is_none,
    send_too_much,
    break_off,
)


async def while_drawing(url: str, nuisance: Callable[[], Awaitable[None]]) -> None:
    """Have a visitor draw before, amid and after the nuisance, and see boxes each time."""
    async with WireVisitor(url) as visitor:
        await visitor.draw(DRAWING)
        await asyncio.gather(visitor.draw(DRAWING), nuisance())
        await visitor.draw(DRAWING)


@pytest.mark.parametrize("nuisance", NUISANCES)
def test_messages_that_no_page_sends(url: str, nuisance: Nuisance) -> None:
    async def repeatedly() -> None:
        for _ in range(3):
            async with socket(url) as client:
                with suppress(ConnectionClosed):  # the server would rather not
                    await nuisance(client)

    asyncio.run(while_drawing(url, repeatedly))


@pytest.mark.parametrize(
    "start",
    [
        b"\x16\x03\x01\x02\x00",  # as for HTTPS
        random.Random(0).randbytes(2000),
        HANDSHAKE[:80].encode(),
        HANDSHAKE.encode() + b"\x82\xff\x00\x00\x00\x00\x00\x00\xff\xff",  # a message of 64 KiB, without it
        HANDSHAKE.encode() + b"\xff\xff\xff\xff\xff",
    ],
    ids=["TLS", "noise", "half a handshake", "a message that breaks off", "a frame that is none"],
)
def test_bytes_that_no_browser_sends(url: str, start: bytes) -> None:
    address = urlsplit(url)

    async def send() -> None:
        for _ in range(10):
            _, writer = await asyncio.open_connection(address.hostname, address.port)
            writer.write(start.replace(b"{host}", address.netloc.encode()))
            writer.close()

    asyncio.run(while_drawing(url, send))


def test_a_flood_of_messages_waits_while_a_visitor_is_served(url: str) -> None:
    async def flood(client: ClientConnection) -> None:
        for _ in range(MESSAGES_BURST + 12):
            await client.send(rerun(query_string="x" * 300_000))  # more than the server reads at once
        await (await client.ping())  # which it answers when it has come so far

    async def draw_meanwhile() -> None:
        async with WireVisitor(url) as visitor, socket(url) as client:
            start = time.monotonic()
            flooding = asyncio.create_task(flood(client))
            await visitor.draw(DRAWING)
            await flooding
            assert time.monotonic() - start >= 10 / MESSAGES_PER_SECOND

    asyncio.run(draw_meanwhile())


def put(url: str, address: str, session: str, data: bytes, xsrf: str = "", name: str = "any") -> int:
    """The status with which a file is taken."""
    headers = {"X-Forwarded-For": address, "X-Xsrftoken": xsrf, "Cookie": f"_streamlit_xsrf={xsrf}"}
    file = f"{url}/_stcore/upload_file/{session}/{name}"
    return requests.put(file, files={"file": data}, headers=headers, timeout=60).status_code


async def begin_session(client: ClientConnection) -> str:
    """Open the page on a socket, and return the ID of its session."""
    await client.send(rerun())
    begun = ForwardMsg()
    while not (session := begun.new_session.initialize.session_id):
        begun.ParseFromString(await client.recv(decode=False))
    return str(session)


def xsrf_token(url: str) -> str:
    return requests.get(f"{url}/_stcore/health", timeout=60).cookies["_streamlit_xsrf"]


def test_an_upload_is_bounded_whatever_its_sender_thinks(url: str) -> None:
    async def upload() -> list[int]:
        async with socket(url) as client:
            session, token = await begin_session(client), xsrf_token(url)
            return [
                await asyncio.to_thread(put, url, "192.0.2.203", session, bytes(size), token)
                for size in (MAX_FILE_BYTES - 1024, MAX_FILE_BYTES + 1)
            ]

    assert asyncio.run(upload()) == [204, 413]


def test_session_keeps_one_upload_under_any_id(url: str) -> None:
    size = MAX_FILE_BYTES - 1024

    async def upload() -> list[int]:
        async with socket(url) as client:
            session, token = await begin_session(client), xsrf_token(url)
            statuses = [
                await asyncio.to_thread(put, url, "192.0.2.206", session, bytes(size), token, str(number))
                for number in range(6)
            ]
            metrics = (await asyncio.to_thread(requests.get, f"{url}/_stcore/metrics", timeout=60)).text
            kept = re.search(r'cache_type="UploadedFileManager".* (\d+)$', metrics, re.MULTILINE)
            assert kept is not None, metrics
            # Files of visitors who left a while ago may be there too.
            assert size <= int(kept[1]) < 4 * size
            return statuses

    assert asyncio.run(upload()) == [204] * 6


def test_who_uploads_too_much_must_wait_and_others_need_not(url: str) -> None:
    with ThreadPoolExecutor(8) as senders:
        answers = list(senders.map(lambda _: put(url, "192.0.2.204", "none", b""), range(2 * UPLOADS_BURST)))
    assert answers.count(403) >= UPLOADS_BURST  # it is no visitor
    assert answers.count(429) > 0
    assert put(url, "192.0.2.205", "none", b"") == 403


def test_who_opens_too_many_pages_must_wait_and_others_need_not(url: str) -> None:
    async def open_page() -> ClientConnection | InvalidStatus:
        try:
            return await socket(url, "192.0.2.201")
        except InvalidStatus as refusal:
            return refusal

    async def open_pages() -> None:
        # All at once: one after the other, a slow machine would give allowance back meanwhile.
        answers = await asyncio.gather(*(open_page() for _ in range(2 * VISITS_BURST)))
        opened = [answer for answer in answers if isinstance(answer, ClientConnection)]
        refusals = [answer.response for answer in answers if isinstance(answer, InvalidStatus)]
        assert len(opened) >= VISITS_BURST
        assert refusals[0].status_code == 429
        assert b"ask again in" in refusals[0].body
        async with WireVisitor(url) as visitor:
            await visitor.draw(DRAWING)
        await asyncio.gather(*(client.close() for client in opened))

    asyncio.run(open_pages())
