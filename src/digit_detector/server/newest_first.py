"""Overload on web sockets: answer the newest message first, and skip those that a newer one replaces."""

import asyncio
from collections.abc import Callable, Hashable
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digit_detector.server.open_metrics import STROKE_SECONDS, STROKES_SKIPPED

FAIR_EVERY: Final = 4
"""One of so many runs goes to the message that has waited longest, if its sender has paused."""


class NewestFirst:
    """ASGI middleware that limits how many web sockets have a run in progress.

    While no run is free, a socket's message waits; if the next one has the same key, it takes its place. A free run
    goes to the newest message. Under overload most senders then see an answer at once, instead of all of them late.
    A sender who has paused wants to see the last answer: one run in four goes to the oldest such message.

    Args:
        runs: in progress at a time.
        key: returns the key of a message that starts a run, and None for any other; those never wait.
        ends_run: whether a message to the client ends its run.
        run_seconds: after which a run no longer counts, since not every message with a key starts one.
        pause_seconds: after which a sender has paused.
    """

    def __init__(
        self,
        app: ASGIApp,
        runs: int,
        key: Callable[[bytes], Hashable | None],
        ends_run: Callable[[bytes], bool],
        run_seconds: float,
        pause_seconds: float,
    ) -> None:
        self._app = app
        self._scheduler = _Scheduler(runs, pause_seconds)
        self._key = key
        self._ends_run = ends_run
        self._run_seconds = run_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        socket = _Socket(receive, self._key, self._scheduler, self._run_seconds)

        async def send_and_watch(message: Message) -> None:
            if self._ends_run(message.get("bytes") or b""):
                socket.measure_run()
                socket.end_run()
            await send(message)

        try:
            await self._app(scope, socket.receive, send_and_watch)
        finally:
            socket.close()


class _Socket:
    """A web socket whose messages may wait, and which is read on meanwhile."""

    def __init__(
        self,
        receive: Receive,
        key: Callable[[bytes], Hashable | None],
        scheduler: "_Scheduler",
        run_seconds: float,
    ) -> None:
        self._receive = receive
        self._key = key
        self._scheduler = scheduler
        self._run_seconds = run_seconds
        self._reading: asyncio.Future[Message] | None = None
        self._run_end: asyncio.TimerHandle | None = None
        self._sent = 0.0  # time of the message whose run is in progress

    async def receive(self) -> Message:
        """Return the next message; one with a key once a run is free, and then the newest with this key."""
        message = await self._read()
        self._reading = None
        key = self._key_of(message)
        if key is None:
            return message
        run = self._scheduler.request(self)
        while not run.done():
            events: set[asyncio.Future[Any]] = {run, self._read()}
            await asyncio.wait(events, return_when=asyncio.FIRST_COMPLETED)
            if run.done():
                break
            following = self._read().result()
            if following["type"] != "websocket.receive":
                return following  # nobody is left to see an answer
            if self._key_of(following) != key:
                await run
                break
            message, self._reading = following, None
            self._scheduler.renew(self)
            STROKES_SKIPPED.inc()
        self._sent = run.result()
        self._run_end = asyncio.get_running_loop().call_later(self._run_seconds, self.end_run)
        return message

    def measure_run(self) -> None:
        """Note the time from the message to the end of its run."""
        if self._run_end is not None:
            STROKE_SECONDS.observe(asyncio.get_running_loop().time() - self._sent)

    def end_run(self) -> None:
        """Free the run of this socket, if it has one."""
        if self._run_end is not None:
            self._run_end.cancel()
            self._run_end = None
            self._scheduler.free(self)

    def close(self) -> None:
        """Forget what waits, and free the run."""
        self._scheduler.cancel(self)
        self.end_run()
        if self._reading is not None:
            self._reading.cancel()

    def _read(self) -> asyncio.Future[Message]:
        if self._reading is None:
            self._reading = asyncio.ensure_future(self._receive())
        return self._reading

    def _key_of(self, message: Message) -> Hashable | None:
        return self._key(message.get("bytes") or b"")


class _Scheduler:
    """Decide which socket has a run, at most one each."""

    def __init__(self, runs: int, pause_seconds: float) -> None:
        self._runs = runs
        self._pause_seconds = pause_seconds
        self._running: set[_Socket] = set()
        self._waiting: dict[_Socket, tuple[float, asyncio.Future[float]]] = {}  # the newest message last
        self._begun = 0

    def request(self, socket: _Socket) -> asyncio.Future[float]:
        """Return a future of the time of the socket's newest message; it is done once the socket has a run."""
        loop = asyncio.get_running_loop()
        run: asyncio.Future[float] = loop.create_future()
        self._waiting[socket] = loop.time(), run
        self._begin()
        return run

    def renew(self, socket: _Socket) -> None:
        """Note that the socket's message is a new one."""
        _, run = self._waiting.pop(socket)
        self._waiting[socket] = asyncio.get_running_loop().time(), run

    def free(self, socket: _Socket) -> None:
        """End the run of a socket."""
        self._running.discard(socket)
        self._begin()

    def cancel(self, socket: _Socket) -> None:
        """Forget a socket's request, and free the run that it may have got."""
        self._waiting.pop(socket, None)
        self.free(socket)

    def _begin(self) -> None:
        while len(self._running) < self._runs:
            ready = [socket for socket in self._waiting if socket not in self._running]
            if not ready:
                return
            self._begun += 1
            oldest, newest = ready[0], ready[-1]
            paused = self._waiting[oldest][0] <= asyncio.get_running_loop().time() - self._pause_seconds
            chosen = oldest if paused and self._begun % FAIR_EVERY == 0 else newest
            sent, run = self._waiting.pop(chosen)
            self._running.add(chosen)
            run.set_result(sent)
