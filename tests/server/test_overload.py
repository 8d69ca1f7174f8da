"""Twice the strokes that a server can answer, in simulated time: what people wait, whatever the machine's speed."""

import asyncio
import selectors
from itertools import accumulate
from random import Random
from typing import Any

import numpy as np
import pytest
from starlette.types import Message, Receive, Scope, Send

from digit_detector.limits import PAUSE_SECONDS
from digit_detector.server.newest_first import NewestFirst
from digit_detector.server.open_metrics import REGISTRY

RUNS = 3
CAPACITY = 60  # strokes per second
PAGES = 2 * CAPACITY
STROKES = 60  # of each page, one per second on average


class SimulatedTime(asyncio.SelectorEventLoop):
    """An event loop whose clock jumps to the next event, instead of waiting for it."""

    def __init__(self) -> None:
        loop = self
        self.now = 0.0

        class Selector(selectors.SelectSelector):
            def select(self, timeout: float | None = None) -> list[Any]:
                loop.now += timeout or 0
                return super().select(0)

        super().__init__(Selector())

    def time(self) -> float:
        return self.now


async def page(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer each stroke, and read on meanwhile: all runs together share the server's capacity."""
    loop = asyncio.get_running_loop()

    async def answer(number: int) -> None:
        await asyncio.sleep(RUNS / CAPACITY)
        scope["waits"][number] = loop.time() - scope["times"][number]
        await send({"type": "websocket.send", "bytes": b"done"})

    async with asyncio.TaskGroup() as runs:
        while (message := await receive())["type"] == "websocket.receive":
            runs.create_task(answer(int(message["bytes"])))


async def draw(server: NewestFirst, random: Random) -> dict[int, float]:
    """Return the seconds of each answered stroke by its number, in the order of the answers."""
    loop = asyncio.get_running_loop()
    gaps = [random.random(), *(random.uniform(0, 2) for _ in range(STROKES - 1))]
    times = list(accumulate(gaps))
    messages: list[Message] = [{"type": "websocket.receive", "bytes": b"%d" % number} for number in range(STROKES)]
    upcoming = zip([*times, times[-1] + 60], [*messages, {"type": "websocket.disconnect"}], strict=True)
    waits: dict[int, float] = {}

    async def receive() -> Message:
        time, message = next(upcoming)
        await asyncio.sleep(time - loop.time())
        return message

    async def send(_: Message) -> None:
        return

    await server({"type": "websocket", "times": times, "waits": waits}, receive, send)
    return waits


def test_twice_the_saturating_load() -> None:
    async def draw_together() -> list[dict[int, float]]:
        server = NewestFirst(page, RUNS, lambda _: "stroke", lambda data: data == b"done", 60, PAUSE_SECONDS)
        return await asyncio.gather(*(draw(server, Random(number)) for number in range(PAGES)))

    def measured() -> float:
        return REGISTRY.get_sample_value("digit_detector_stroke_seconds_sum") or 0

    before = measured()
    with asyncio.Runner(loop_factory=SimulatedTime) as runner:
        pages = runner.run(draw_together())
    waits = [wait for page_waits in pages for wait in page_waits.values()]
    assert np.percentile(waits, 95) <= 0.4
    assert [list(page_waits)[-1] for page_waits in pages] == [STROKES - 1] * PAGES
    assert len(waits) >= 0.95 * CAPACITY * STROKES
    assert measured() - before == pytest.approx(sum(waits))
