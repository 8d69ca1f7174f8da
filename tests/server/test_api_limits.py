"""Who may ask the API for how much, by a clock of the test's own, and what happens where something goes wrong."""

import asyncio
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message

from digit_detector.limits import MAX_FILE_BYTES
from digit_detector.server import api, api_request
from digit_detector.server.rate_limit import Throttle


def test_no_picture_that_is_uploaded_touches_the_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))

    async def take(request: Request) -> PlainTextResponse:  # as Streamlit's own route does
        async with request.form() as form:
            picture = form["file"]
            assert isinstance(picture, UploadFile)
            return PlainTextResponse(str(len(await picture.read())))

    client = TestClient(Starlette(routes=[Route("/", take, methods=["PUT"])]))
    assert client.put("/", files={"file": bytes(MAX_FILE_BYTES)}).text == str(MAX_FILE_BYTES)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def request(host: str) -> Request:
    return Request({"type": "http", "client": (host, 80)})


def ask(throttle: Throttle, host: str) -> tuple[int, str] | None:
    """None where the request is admitted, else the status and the seconds to wait."""
    try:
        with throttle.admit(request(host)):
            return None
    except HTTPException as error:
        return error.status_code, (error.headers or {})["Retry-After"]


def test_a_burst_is_admitted_and_then_a_steady_pace() -> None:
    throttle = Throttle(burst=3, per_second=0.5, client_at_once=1, at_once=1, clock=(clock := Clock()))
    assert [ask(throttle, "192.0.2.1") for _ in range(4)] == [None, None, None, (429, "2")]
    assert ask(throttle, "192.0.2.2") is None
    clock.now = 2
    assert [ask(throttle, "192.0.2.1") for _ in range(2)] == [None, (429, "2")]
    clock.now = 1000
    assert [ask(throttle, "192.0.2.1") for _ in range(4)] == [None, None, None, (429, "2")]


@given(st.lists(st.floats(0, 5), max_size=60))
def test_nobody_is_admitted_oftener_than_promised(pauses: list[float]) -> None:
    throttle = Throttle(burst=4, per_second=2, client_at_once=1, at_once=1, clock=(clock := Clock()))
    admitted = 0
    for pause in pauses:
        clock.now += pause
        admitted += ask(throttle, "192.0.2.1") is None
        assert admitted <= 4 + 2 * clock.now + 1e-6


def test_what_runs_at_once_is_bounded_for_each_client_and_for_all() -> None:
    throttle = Throttle(burst=10, per_second=1, client_at_once=2, at_once=3)
    with ExitStack() as running:
        for host in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
            running.enter_context(throttle.admit(request(host)))
        assert ask(throttle, "192.0.2.1") == (429, "1")
        assert ask(throttle, "192.0.2.3") == (503, "1")
    assert ask(throttle, "192.0.2.3") is None


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("2001:db8::1", "2001:db8::2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("unknown", "unknown", True),
    ],
)
def test_a_client_is_an_ipv4_address_or_an_ipv6_network(first: str, second: str, same: bool) -> None:
    throttle = Throttle(burst=1, per_second=1, client_at_once=1, at_once=9, clock=Clock())
    assert ask(throttle, first) is None
    assert (ask(throttle, second) is not None) is same


def test_passers_by_are_forgotten() -> None:
    throttle = Throttle(burst=2, per_second=1, client_at_once=1, at_once=1, clock=(clock := Clock()))
    for number in range(1000):
        clock.now = number
        ask(throttle, f"passer-by {number}")
    assert len(throttle) <= 4


def test_a_fault_of_ours_is_answered_with_the_id_that_the_log_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    fault = RuntimeError("the sky fell")

    def fail(_: str) -> None:
        raise fault

    monkeypatch.setattr(api, "load", fail)
    answer = TestClient(api.API.app, raise_server_exceptions=False).get("/health")
    assert answer.status_code == 500
    words, _, number = answer.json()["error"].rpartition(" ")
    assert words == "internal error: if it happens again, report it with the ID"
    assert fault.__notes__ == [f"answered as fault {number}"]


def test_a_picture_that_does_not_arrive_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_request, "UPLOAD_SECONDS", 0.01)
    scope = {"type": "http", "method": "POST", "headers": [(b"content-type", b"image/png")]}

    async def never() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(HTTPException) as refused:
        asyncio.run(api_request.read_picture(Request(scope, never)))
    assert refused.value.status_code == 408
