"""Cookies for frames of other sites."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from digit_detector.server.cookies import PartitionedCookies


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
