"""A visitor without a browser: it speaks the page's own protocol, Streamlit's protobuf messages over a web socket."""

import asyncio
import json
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Subprotocol
from websockets.asyncio.client import ClientConnection, connect

Stroke = NDArray[np.float64]  # (N, 2) x, y in px of the drawing

SIDE: Final = 400
PEN: Final = 14
CANVAS: Final = "digit_detector_canvas"  # the component that sends strokes and shows boxes
PATIENCE: Final = 60.0  # seconds after which an answer is given up


def source_address(number: int) -> str:
    """Return the address of this machine that a visitor with this number comes from (on Linux)."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


class Fault(Exception):
    """The page answered with something else than boxes, or not at all."""


def canvas_state(strokes: Sequence[Stroke]) -> str:
    """What the canvas in the browser sends after a stroke: its JSON, for all strokes so far."""
    sent = [{"width": PEN, "points": (np.round(stroke * 8) / 8).ravel().tolist()} for stroke in strokes]
    return json.dumps({"drawing": {"revision": len(sent), "sheet": 0, "strokes": sent}})


class WireVisitor:
    """One open page; a context manager. Raises Fault or an OSError where the page does not do what it should."""

    def __init__(self, url: str, number: int | None = None) -> None:
        """Visit `url`; visitors with different numbers come from different addresses of this machine (on Linux)."""
        self._address = url.replace("http", "ws", 1) + "/_stcore/stream"
        self._source = None if number is None else (source_address(number), 0)
        self._url = url
        self._page = self._canvas = self._fragment = ""

    async def __aenter__(self) -> Self:
        # Compression is for long ways, and would be this side's work more than the server's.
        self._socket: ClientConnection = await connect(
            self._address,
            subprotocols=[Subprotocol("streamlit")],
            compression=None,
            ping_interval=None,  # no browser asks
            max_size=None,
            open_timeout=PATIENCE,
            local_addr=self._source,
        )
        try:
            await self._ask(BackMsg())
            if not self._canvas:
                raise Fault("the page has no canvas")
        except BaseException:
            await self._socket.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._socket.close()

    async def draw(self, state: str) -> float:
        """Send what the canvas shows, as when the pen is lifted; the seconds until the message with the boxes."""
        start = time.perf_counter()
        shown = await self._ask(self._stroke(state))
        if shown is None:
            raise Fault("the page shows no boxes")
        return shown - start

    async def send(self, state: str) -> None:
        """Send what the canvas shows, and do not wait for an answer."""
        await self._send(self._stroke(state))

    async def next_reading(self) -> str:
        """Wait for the next reading that the page shows."""
        while True:
            answer = ForwardMsg.FromString(await self._socket.recv(decode=False))
            if answer.WhichOneof("type") == "delta":
                content = answer.delta.new_element.bidi_component.json
                if content and "reading" in (data := json.loads(content)[0]):
                    return str(data["reading"])

    def _stroke(self, state: str) -> BackMsg:
        message = BackMsg()
        request = message.rerun_script
        request.page_script_hash = self._page
        request.fragment_id = self._fragment
        request.widget_states.widgets.add(id=self._canvas, json_value=state)
        return message

    async def _send(self, message: BackMsg) -> None:
        context = message.rerun_script.context_info
        context.timezone, context.locale, context.url, context.color_scheme = "UTC", "en-US", self._url, "light"
        await self._socket.send(message.SerializeToString())

    async def _ask(self, message: BackMsg) -> float | None:
        """Have the page run until it is done; when the message with boxes came, if one did."""
        await self._send(message)
        shown: float | None = None
        again = False  # the page may ask itself for another run
        async with asyncio.timeout(PATIENCE):
            while True:
                data = await self._socket.recv(decode=False)
                arrived = time.perf_counter()
                answer = ForwardMsg.FromString(data)
                kind = answer.WhichOneof("type")
                if kind == "new_session":
                    self._page = answer.new_session.page_script_hash
                elif kind == "navigation":
                    self._page = answer.navigation.page_script_hash
                elif kind == "delta" and self._has_boxes(answer):
                    shown = shown or arrived
                elif kind == "script_finished":
                    again = answer.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN
                elif kind == "session_status_changed" and not (
                    again or answer.session_status_changed.script_is_running
                ):
                    return shown

    def _has_boxes(self, answer: ForwardMsg) -> bool:
        element = answer.delta.new_element
        if element.WhichOneof("type") == "exception":
            raise Fault(f"the page shows an exception: {element.exception.type} {element.exception.message}")
        component = element.bidi_component
        if component.component_name == CANVAS:
            self._canvas, self._fragment = component.id, answer.delta.fragment_id
        return component.component_name == CANVAS and bool(json.loads(component.json)[0].get("objects"))
