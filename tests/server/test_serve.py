"""`digit-detector serve`: the page or the API alone, from the start to a graceful end, and its logs."""

import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import IO
from urllib.parse import urlsplit

import numpy as np
import pytest
import requests
from support.server import ROOT

from digit_detector.cli import main
from digit_detector.server.app import log_json_lines
from digit_detector.show.render import to_png

PICTURE = to_png(np.full((60, 60), 255, np.uint8))
ADDRESS = re.compile(r"http://[\w.]+:\d+")


def wait_for(output: IO[str], pattern: re.Pattern[str]) -> str:
    """Return what first matches in a server's output; raise AssertionError if it ends before."""
    lines = []
    for line in output:
        lines.append(line)
        if match := pattern.search(line):
            return match[0]
    raise AssertionError("".join(lines))


@contextmanager
def serve(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a server in a folder outside the checkout; gives its process and address, and ends it."""
    command = [sys.executable, "-u", "-m", "digit_detector", "serve", "--port", "0", *options]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield process, wait_for(process.stdout, ADDRESS)
        finally:
            process.terminate()


@pytest.mark.parametrize(("options", "page"), [((), 200), (("--api-only",), 404)], ids=["page", "API alone"])
def test_serve_answers(tmp_path: Path, options: tuple[str, ...], page: int) -> None:
    with serve(tmp_path, *options) as (process, url):
        answer = requests.post(f"{url}/api/detect", files={"image": PICTURE}, timeout=60)
        assert answer.json()["detections"] == []
        assert requests.get(f"{url}/", timeout=60).status_code == page
        process.terminate()
        assert process.wait(60) in (0, -signal.SIGTERM)


def test_api_and_metrics_move_with_the_page(tmp_path: Path) -> None:
    with serve(tmp_path, "--base-path", "/digits") as (_, url):
        assert requests.get(f"{url}/digits/api/health", timeout=60).json() == {"status": "ok"}
        assert requests.get(f"{url}/digits/metrics", timeout=60).text.endswith("# EOF\n")
        assert requests.get(f"{url}/digits/_stcore/health", timeout=60).text == "ok"


@pytest.mark.parametrize(
    ("setting", "path"),
    [(None, "/_stcore/health"), ("", "/_stcore/health"), ("/digits/", "/digits/_stcore/health")],
)
def test_image_is_healthy_below_its_base_path(setting: str | None, path: str) -> None:
    asked: list[str] = []

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # as http.server calls it
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

    dockerfile = (ROOT / "Dockerfile").read_text().replace("\\\n", "")
    command = json.loads(re.findall(r"^HEALTHCHECK .* CMD (\[.*\])$", dockerfile, re.MULTILINE)[0])
    with HTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.handle_request).start()
        environment = os.environ | {"STREAMLIT_SERVER_PORT": str(server.server_port)}
        environment |= {} if setting is None else {"STREAMLIT_SERVER_BASE_URL_PATH": setting}
        subprocess.run([sys.executable, *command[1:]], env=environment, check=True)
    assert asked == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")
def test_request_that_has_begun_is_answered_at_the_end(tmp_path: Path) -> None:
    with serve(tmp_path, "--api-only") as (process, url):
        address = urlsplit(url)
        lines = ("POST /api/detect HTTP/1.1", "Host: localhost", "Content-Type: image/png", "Connection: close")
        head = "\r\n".join((*lines, f"Content-Length: {len(PICTURE)}", "", "")).encode()
        with socket.create_connection((address.hostname or "", address.port or 0)) as connection:
            connection.sendall(head + PICTURE[:10])
            assert requests.get(f"{url}/api/health", timeout=60).ok  # so that the first request has begun, too
            process.terminate()
            assert process.stdout is not None
            wait_for(process.stdout, re.compile("Shutting down"))
            connection.sendall(PICTURE[10:])
            with connection.makefile("rb") as answer:
                assert answer.readline() == b"HTTP/1.1 200 OK\r\n"
        assert process.wait(60) in (0, -signal.SIGTERM)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")
def test_api_logs_json_without_addresses(tmp_path: Path) -> None:
    with serve(tmp_path, "--api-only") as (process, url):
        key = "dGhlIHNhbXBsZSBub25jZQ=="  # pragma: allowlist secret
        socket_wanted = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
        requests.get(f"{url}/nothing", headers=socket_wanted | {"Sec-WebSocket-Key": key}, timeout=60)
        requests.post(f"{url}/api/detect", files={"image": b"no picture"}, timeout=60)
        process.terminate()
        assert process.stdout is not None
        messages = [json.loads(line)["message"] for line in process.stdout]
    assert "Shutting down" in messages
    assert not any("127.0.0.1" in message for message in messages)


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


def test_api_imports_no_streamlit() -> None:
    code = "import sys, digit_detector.server.app; print('streamlit' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"


def test_misconfigured_store_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DIGIT_DETECTOR_STORE", "mysql://me@localhost/drawings")
    monkeypatch.setenv("DIGIT_DETECTOR_OUTBOX", "outbox")
    assert main(["serve"]) == 1
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == 1
    assert "drawings cannot be stored in mysql://" in errors[0]
