"""Strokes drawn while a message to the server is under way, and what is sent without a connection: nothing is lost."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest
from playwright.sync_api import Page, WebSocketRoute, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from support.page import pen_strokes
from support.visitor import NewPage, Visitor, arrive

from digit_detector.page.components.canvas import rasterize
from digit_detector.show.render import to_png


@dataclass
class Line:
    """The web socket from the page to its server; it can be cut, and messages to the server held back."""

    requests: set[bytes] = field(default_factory=set)
    """What runs of the page were asked for so far; a drawing is sent again as long as it is unanswered."""
    _sockets: list[WebSocketRoute] = field(default_factory=list)
    _cut: bool = False
    _held: bool = False
    _waiting: list[Callable[[], None]] = field(default_factory=list)

    def connect(self, socket: WebSocketRoute) -> None:
        if self._cut:
            socket.close()
            return
        server = socket.connect_to_server()
        self._sockets += [socket, server]

        def forward(message: str | bytes) -> None:
            assert isinstance(message, bytes)
            request = BackMsg.FromString(message)
            if request.WhichOneof("type") == "rerun_script":
                self.requests.add(request.rerun_script.widget_states.SerializeToString(deterministic=True))
            if self._held:
                self._waiting.append(lambda: server.send(message))
            else:
                server.send(message)

        socket.on_message(forward)

    def cut(self, page: Page) -> None:
        """Lose the server, until `reconnect()`."""
        self._cut = True
        page.route("**/_stcore/h*", lambda route: route.abort())
        for socket in self._sockets:
            socket.close()
        self._sockets.clear()

    def reconnect(self, page: Page) -> None:
        self._cut = False
        page.unroute_all()

    def hold(self) -> None:
        self._held = True

    def release(self) -> None:
        self._held = False
        for send in self._waiting:
            send()
        self._waiting.clear()


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def guest(new_page: NewPage, url: str, line: Line) -> Visitor:
    page = new_page()
    page.route_web_socket("**/_stcore/stream", line.connect)
    return arrive(page, url)


def test_stroke_during_clear(guest: Visitor, line: Line) -> None:
    guest.draw("3")
    guest.expect_reading("3")
    line.hold()
    guest.press("Clear")
    guest.draw("7")
    line.release()
    guest.expect_reading("7")
    guest.press("Undo")
    guest.expect_reading("")
    guest.press("Undo")
    guest.expect_reading("3")


def test_stroke_during_undo_of_an_opened_drawing(guest: Visitor, line: Line) -> None:
    guest.draw("3", x=20, y=100, height=180)
    guest.draw("7", x=150, y=100, height=180)
    guest.expect_reading("3 7")
    guest.press("Clear")
    guest.press("Open again: 3 7")
    guest.expect_reading("3 7")
    line.hold()
    guest.press("Undo")
    guest.draw("1", x=280, y=100, height=180)
    line.release()
    guest.expect_reading("3 1")


def test_stroke_right_after_the_pen_slider(guest: Visitor, line: Line) -> None:
    line.hold()
    guest.page.get_by_role("slider", name="Pen width").press("End")
    guest.stroke(np.array([[100.0, 200.0], [200.0, 200.0], [300.0, 200.0]]))
    assert (guest.ink()[:, 200] > 127).sum() == pytest.approx(40, abs=1)


def test_one_run_per_stroke(guest: Visitor, line: Line) -> None:
    guest.draw("3")
    guest.expect_reading("3")  # after it, the buttons around the canvas change once
    guest.expect_boxes("3")
    before = len(line.requests)
    guest.draw("1", x=300, y=100, height=180)
    guest.expect_reading("3 1")
    guest.draw("5 in one", x=20, y=100, height=180)
    guest.expect_reading("5 3 1")
    assert len(line.requests) - before == 2


def test_lost_connection_is_told_and_the_drawing_answered(guest: Visitor, line: Line) -> None:
    guest.draw("3", x=20, y=100, height=180)
    guest.expect_reading("3")
    line.cut(guest.page)
    guest.draw("7", x=220, y=100, height=180)
    notice = guest.page.get_by_role("dialog", name="Connection error")
    expect(notice).to_be_visible()
    line.reconnect(guest.page)
    guest.expect_reading("3 7")
    expect(notice).to_have_count(0)


def test_picture_chosen_without_a_connection(guest: Visitor, line: Line) -> None:
    guest.press("Picture", "link")
    files = guest.page.locator("input[type=file]:not([capture])")
    files.wait_for(state="attached")
    line.cut(guest.page)
    expect(guest.page.get_by_role("dialog", name="Connection error")).to_be_visible()
    picture = to_png(rasterize(pen_strokes("3")))
    files.set_input_files([{"name": "three.png", "mimeType": "image/png", "buffer": picture}])
    expect(guest.page.get_by_text("Reading the picture")).to_be_visible()
    line.reconnect(guest.page)
    guest.expect_reading("3")
    expect(guest.page.get_by_text("Reading the picture")).to_have_count(0)
