"""Metrics: what they count, and who may read them."""

import re

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from digit_detector.server.app import middleware, routes
from digit_detector.server.open_metrics import PUBLIC

APP = Starlette(routes=routes(count_outbox=lambda: 3), middleware=middleware())
LOCAL = ("127.0.0.1", 1)


def metrics() -> dict[str, float]:
    """Read all metrics by name and labels."""
    answer = TestClient(APP, client=LOCAL).get("/metrics")
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")
    return {name: float(value) for name, value in re.findall(r"^(\w\S*) (\S+)$", answer.text, re.MULTILINE)}


def test_requests_detections_and_refusals_are_counted(drawing_png: bytes) -> None:
    before = metrics()
    client = TestClient(APP)
    for picture in (drawing_png, b""):
        client.post("/api/detect", content=picture, headers={"Content-Type": "image/png"})
    after = metrics()

    def grown(name: str) -> float:
        return after[name] - before.get(name, 0)

    assert grown('digit_detector_requests_total{route="api",status="200"}') == 1
    assert grown('digit_detector_requests_total{route="api",status="400"}') == 1
    assert grown('digit_detector_request_seconds_count{route="api"}') == 2
    assert grown("digit_detector_detection_seconds_count") == 1
    assert after["digit_detector_outbox_drawings"] == 3


def test_refused_sockets_and_failures_are_counted() -> None:
    async def fail(_: Request) -> Response:
        raise RuntimeError("the sky fell")

    app = Starlette(routes=[Route("/fails", fail)], middleware=middleware())
    before = metrics()
    client = TestClient(app, raise_server_exceptions=False)
    assert client.get("/fails").status_code == 500
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_stcore/stream"):
        pass
    after = metrics()
    for labels in ('route="page",status="500"', 'route="socket",status="403"'):
        name = f"digit_detector_requests_total{{{labels}}}"
        assert after[name] - before.get(name, 0) == 1


def test_metrics_are_for_this_machine_unless_public(monkeypatch: pytest.MonkeyPatch) -> None:
    assert TestClient(APP, client=LOCAL).get("/metrics").status_code == 200
    assert TestClient(APP, client=("::1", 1)).get("/metrics").status_code == 200
    proxied = TestClient(APP, client=LOCAL, headers={"X-Forwarded-For": "127.0.0.1"})
    others = (TestClient(APP, client=("192.0.2.1", 1)), TestClient(APP, client=("somewhere", 1)), proxied)
    for client in others:
        answer = client.get("/metrics")
        assert answer.status_code == 403
        assert f"set {PUBLIC}=public" in answer.text
    monkeypatch.setenv(PUBLIC, "public")
    assert [client.get("/metrics").status_code for client in others] == [200] * 3
