"""The page's server: its start and end, messages that start and end a run, and strokes that come too fast."""

import asyncio
import json
import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient
from starlette.types import Message
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from support.server import ROOT, serve
from support.strokes import strokes
from support.wire import PATIENCE, WireVisitor, canvas_state

from digit_detector.limits import MAX_SENT_BYTES
from digit_detector.page.components.canvas import MAX_POINTS
from digit_detector.page.serving import BoundedState, FirstRunInFull, NoExtras, OwnOrigin, ends_run, stroke_key

LIFESPAN = """
import logging
import threading
import app
from starlette.testclient import TestClient
from streamlit.logger import set_log_level, update_formatter

def delivers():
    return any(thread.name == "delivery" for thread in threading.enumerate())

with TestClient(app.app):
    print(delivers())
    set_log_level("info")  # as Streamlit does when a settings file changes
    update_formatter()
    logging.getLogger("uvicorn.error").info("192.0.2.1 connected")
    logging.getLogger("uvicorn.error").error("a socket failed")
print(delivers())
"""


def request(drawing: str = "{}", fragment: str = "pane", query: str = "", pressed: str = "") -> bytes:
    message = BackMsg()
    message.rerun_script.fragment_id = fragment
    message.rerun_script.query_string = query
    message.rerun_script.widget_states.widgets.add(id="canvas", json_value=drawing)
    if pressed:
        message.rerun_script.widget_states.widgets.add(id="tools", json_trigger_value=pressed)
    return message.SerializeToString()


def test_strokes_of_one_part_replace_each_other() -> None:
    assert stroke_key(request("1")) is not None
    assert stroke_key(request("1")) == stroke_key(request("2"))
    assert stroke_key(request()) != stroke_key(request(fragment="review"))
    assert stroke_key(request()) != stroke_key(request(query="score=0.5"))


@pytest.mark.parametrize(
    "message",
    [request(pressed='{"command": "undo"}'), request(fragment=""), BackMsg().SerializeToString(), b"\xff\xff", b""],
    ids=["a button", "the whole page", "another message", "noise", "nothing"],
)
def test_other_messages_are_never_replaced(message: bytes) -> None:
    assert stroke_key(message) is None


def test_end_of_a_run() -> None:
    finished, delta = ForwardMsg(), ForwardMsg()
    finished.script_finished = ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
    delta.delta.new_element.markdown.body = "7"
    assert ends_run(finished.SerializeToString())
    assert not ends_run(delta.SerializeToString())
    assert not ends_run(b"")


@pytest.mark.parametrize(
    ("origin", "host", "opens"),
    [
        ("http://localhost:8501", "localhost:8501", True),
        ("https://digits.example", "digits.example", True),
        (None, "digits.example", True),
        ("https://other.example", "digits.example", False),
        ("http://localhost:3000", "localhost:8501", False),
        ("null", "digits.example", False),
        ("http://[", "digits.example", False),
    ],
)
def test_only_the_pages_own_origin_opens_sockets(origin: str | None, host: str, opens: bool) -> None:
    async def accept(socket: WebSocket) -> None:
        await socket.accept()

    app = Starlette(routes=[WebSocketRoute("/", accept)], middleware=[Middleware(OwnOrigin)])
    headers = {"host": host} | ({"origin": origin} if origin else {})
    with (
        nullcontext() if opens else pytest.raises(WebSocketDisconnect),
        TestClient(app).websocket_connect("/", headers=headers),
    ):
        pass


async def echo(socket: WebSocket) -> None:
    await socket.accept()
    async for data in socket.iter_bytes():
        await socket.send_bytes(data)


LARGEST_DRAWING = canvas_state([np.full((MAX_POINTS, 2), -399.875)])
LARGEST_PICTURE = f"data:image/vnd.ms-photo;base64,{'+/9=' * (MAX_SENT_BYTES // 3)}"
EMPTY_LISTS = "[],[]," * 200_000


def sent(value: object) -> str:
    return json.dumps([{"event": "sent", "value": value}])


@pytest.mark.parametrize(
    ("message", "passes"),
    [
        (request(LARGEST_DRAWING), True),
        (request(LARGEST_DRAWING, pressed=sent(LARGEST_PICTURE)), True),
        (request(f'{{"drawing": null, "unused": [{EMPTY_LISTS}0]}}'), False),
        (request(f'{{"drawing": "data:,[{EMPTY_LISTS}"}}'), False),
        (request(query='"data:', pressed=f"[{EMPTY_LISTS}0]"), False),
        (request(pressed=sent(LARGEST_PICTURE.split("+"))), False),
        (request(query="x" * 1_000_001), False),
    ],
    ids=["drawing", "picture", "unused key", "no picture", "widgets in a picture", "parts of a picture", "query"],
)
def test_more_than_a_drawing_and_a_picture_closes_the_socket(message: bytes, passes: bool) -> None:
    app = Starlette(routes=[WebSocketRoute("/", echo)], middleware=[Middleware(BoundedState)])
    with TestClient(app).websocket_connect("/") as socket:
        socket.send_bytes(message)
        if passes:
            assert socket.receive_bytes() == message
            return
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_bytes()
        assert closed.value.code == 1009


def test_first_run_of_a_socket_is_in_full() -> None:
    app = Starlette(routes=[WebSocketRoute("/", echo)], middleware=[Middleware(FirstRunInFull)])
    with TestClient(app).websocket_connect("/") as socket:
        for sent, received in (
            (b"\xff\xff", b"\xff\xff"),
            (BackMsg(stop_script=True).SerializeToString(),) * 2,
            (request("1"), request("1", fragment="")),
            (request("2"), request("2")),
        ):
            socket.send_bytes(sent)
            assert socket.receive_bytes() == received


@pytest.mark.anyio
@pytest.mark.parametrize(
    "path", ["/_stcore/upload_file/session/0", "/digits/_stcore/upload_file/session/0", "/digits/_stcore/metrics"]
)
async def test_uploads_and_streamlits_metrics_are_refused_unread(path: str) -> None:
    async def never(*_: object) -> Message:
        raise AssertionError

    answers: list[Message] = []

    async def send(message: Message) -> None:
        answers.append(message)

    scope = {"type": "http", "method": "PUT", "path": path, "headers": []}
    await NoExtras(never)(scope, never, send)
    assert answers[0]["status"] == 404


@pytest.mark.anyio
async def test_last_of_many_strokes_is_answered(url: str) -> None:
    shapes = [strokes(shape, 40 + 180 * index, 60, 200)[0] for index, shape in enumerate(("7", "3"))]
    messages = [canvas_state(shapes[:1])] * 9 + [canvas_state(shapes)]
    readings: list[str] = []
    async with WireVisitor(url) as visitor, asyncio.timeout(PATIENCE):
        for message in messages:
            await visitor.send(message)
        while "7 3" not in readings:
            readings.append(await visitor.next_reading())
    assert len(readings) < len(messages)


@pytest.mark.slow
def test_unfit_store_stops_the_server_with_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DIGIT_DETECTOR_STORE", "postgresql://me@localhost/drawings")
    monkeypatch.delenv("DIGIT_DETECTOR_OUTBOX", raising=False)
    with pytest.raises(RuntimeError, match="the page did not start"), serve(ROOT, tmp_path / "log"):
        pass
    lines = (tmp_path / "log").read_text().strip().splitlines()
    assert lines[-1].startswith("The page does not start: ")
    assert "DIGIT_DETECTOR_OUTBOX is missing" in lines[-1]
    assert not any("Traceback" in line for line in lines)


@pytest.mark.slow
def test_server_ends_its_collector_and_logs_no_address(tmp_path: Path) -> None:
    settings = {"PYTHONPATH": str(ROOT / "src"), "DIGIT_DETECTOR_STORE": str(tmp_path / "drawings.db")}
    command = [sys.executable, "-c", LIFESPAN]
    server = subprocess.run(command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, check=False)
    assert server.stdout.splitlines()[-2:] == ["True", "False"], server.stderr
    assert "a socket failed" in server.stderr
    assert "192.0.2.1" not in server.stderr
