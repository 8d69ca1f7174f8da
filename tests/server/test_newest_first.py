"""Web sockets under overload, in front of an app that ends a run when the test says so."""

import asyncio
from collections.abc import Hashable

import pytest
from starlette.types import Message, Receive, Scope, Send

from digit_detector.server.newest_first import NewestFirst
from digit_detector.server.open_metrics import REGISTRY

pytestmark = pytest.mark.anyio


def key(data: bytes) -> Hashable | None:
    """Strokes have the key of their page, and buttons have none."""
    return data[:1] if data[1:].isdigit() else None


class Page:
    """An app that notes what it is sent, and a client of it."""

    def __init__(self, server: NewestFirst) -> None:
        self.seen: list[str] = []
        self._to_app: asyncio.Queue[Message] = asyncio.Queue()
        self._send: Send | None = None
        self.task = asyncio.create_task(server({"type": "websocket", "page": self}, self._to_app.get, _sink))

    async def serve(self, receive: Receive, send: Send) -> None:
        self._send = send
        while (message := await receive())["type"] == "websocket.receive":
            self.seen.append(message["bytes"].decode())

    async def sends(self, *texts: str) -> None:
        for text in texts:
            self._to_app.put_nowait({"type": "websocket.receive", "bytes": text.encode()})
        await settle()

    async def ends_run(self) -> None:
        assert self._send is not None
        await self._send({"type": "websocket.send", "bytes": b"done"})
        await settle()

    async def leaves(self) -> None:
        self._to_app.put_nowait({"type": "websocket.disconnect"})
        await settle()


def new_server(runs: int = 1, run_seconds: float = 3600, pause_seconds: float = 3600) -> NewestFirst:
    return NewestFirst(_app, runs, key, lambda data: data == b"done", run_seconds, pause_seconds)


async def _app(scope: Scope, receive: Receive, send: Send) -> None:
    await scope["page"].serve(receive, send)


async def _sink(_: Message) -> None:
    return


async def settle() -> None:
    """Let the event loop do all that it can do without a new message."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_newer_stroke_replaces_waiting_one() -> None:
    def count(name: str) -> float:
        return REGISTRY.get_sample_value(f"digit_detector_{name}") or 0

    skipped, answered = count("strokes_skipped_total"), count("stroke_seconds_count")
    page = Page(new_server())
    await page.sends("a1", "a2", "a3", "a4")
    assert page.seen == ["a1"]
    await page.ends_run()
    assert page.seen == ["a1", "a4"]
    assert count("strokes_skipped_total") - skipped == 2
    assert count("stroke_seconds_count") - answered == 1


async def test_newest_page_runs_first() -> None:
    server = new_server()
    pages = [Page(server) for _ in range(4)]
    for page in pages:
        await page.sends("a1")
    assert [page.seen for page in pages] == [["a1"], [], [], []]
    await pages[0].ends_run()
    assert [page.seen for page in pages] == [["a1"], [], [], ["a1"]]
    await pages[1].sends("a2")
    await pages[3].ends_run()
    assert [page.seen for page in pages] == [["a1"], ["a2"], [], ["a1"]]


async def test_last_stroke_of_each_page_runs() -> None:
    server = new_server(runs=2)
    pages = [Page(server) for _ in range(9)]
    for number in range(5):
        for page in pages:
            await page.sends(f"a{number}")
    for _ in range(9):
        for page in pages:
            await page.ends_run()
    assert [page.seen[-1] for page in pages] == ["a4"] * 9


async def test_paused_page_gets_every_fourth_run() -> None:
    server = new_server(pause_seconds=0)
    busy, paused, *others = [Page(server) for _ in range(12)]
    await busy.sends("a0")
    await paused.sends("a0")
    running = busy
    for other in others:
        await other.sends("a0")
        await running.ends_run()
        if paused.seen:
            break
        running = other
    assert other is others[2]  # the fourth run, after that of `busy`


async def test_other_messages_pass_and_keep_their_order() -> None:
    server = new_server()
    busy, page = Page(server), Page(server)
    await busy.sends("a1", "undo")
    assert busy.seen == ["a1", "undo"]
    await page.sends("a1", "a2", "undo", "a3")
    assert page.seen == []
    await busy.ends_run()
    assert page.seen == ["a2", "undo"]


async def test_strokes_of_another_page_are_kept() -> None:
    page = Page(new_server())
    await page.sends("a1", "a2", "b1")
    for _ in range(3):
        await page.ends_run()
    assert page.seen == ["a1", "a2", "b1"]


async def test_pages_that_leave_free_their_run() -> None:
    server = new_server()
    running, waiting, last = [Page(server) for _ in range(3)]
    for page in (running, last, waiting):
        await page.sends("a1")
    await waiting.leaves()
    assert waiting.task.done()
    await running.leaves()
    assert (waiting.seen, last.seen) == ([], ["a1"])


async def test_run_without_an_end_stops_counting() -> None:
    page = Page(new_server(run_seconds=0))
    await page.sends("a1", "a2")
    await settle()
    assert page.seen == ["a1", "a2"]
