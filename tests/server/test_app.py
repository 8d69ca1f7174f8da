"""What both servers have in common: cookies for frames of other sites, and logs as a program reads them."""

import json
import logging

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from digit_detector.server.app import PartitionedCookies, log_json_lines


@pytest.mark.parametrize(
    ("cookie", "sent"),
    [
        ("token=1; Path=/; SameSite=None; Secure", "token=1; Path=/; SameSite=None; Secure; Partitioned"),
        ("token=1; SameSite=None; Secure; Partitioned", "token=1; SameSite=None; Secure; Partitioned"),
        ("token=1; Path=/; SameSite=Lax", "token=1; Path=/; SameSite=Lax"),
    ],
)
def test_cookie_of_a_frame_is_partitioned(cookie: str, sent: str) -> None:
    async def answer(_: Request) -> Response:
        response = Response("7", headers={"Set-Cookie": "other=2; SameSite=Lax"})
        response.headers.append("Set-Cookie", cookie)
        return response

    app = Starlette(routes=[Route("/", answer)], middleware=[Middleware(PartitionedCookies)])
    answered = TestClient(app).get("/")
    assert answered.headers.get_list("set-cookie") == ["other=2; SameSite=Lax", sent]
    assert answered.text == "7"


def test_each_record_is_one_json_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    logger = logging.getLogger("digit_detector")
    monkeypatch.setattr(logger, "handlers", [])
    log_json_lines()
    log_json_lines()
    logger.warning("%d drawings wait\nfor the store", 3)
    try:
        raise RuntimeError("the sky fell")
    except RuntimeError:
        logging.getLogger("digit_detector.page").exception("error %s", "1f")
    warning, error = map(json.loads, capsys.readouterr().err.splitlines())
    assert warning["message"] == "3 drawings wait\nfor the store"
    assert (warning["level"], warning["logger"]) == ("warning", "digit_detector")
    assert (error["level"], error["logger"], error["message"]) == ("error", "digit_detector.page", "error 1f")
    assert error["traceback"].endswith("RuntimeError: the sky fell")
