"""How the page for the visitor's own browser is served beside the other."""

import gzip
import os
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from digit_detector.server.live import live_routes

SCRIPT = b"export const digits = '0123456789';\n" * 50


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    (tmp_path / "secret").write_text("not part of the page")
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>Draw digits</title>")
    (folder / "assets" / "main-0f.js").write_bytes(SCRIPT)
    (folder / "assets" / "main-0f.js.gz").write_bytes(gzip.compress(SCRIPT, mtime=0))
    (folder / "assets" / "main-0f.js.br").write_bytes(b"brotli")  # the server does not read it
    (folder / "assets" / "network-1e.wasm").write_bytes(b"\0asm")
    return TestClient(Starlette(routes=live_routes(folder=folder)), follow_redirects=False)


def test_where_nothing_is_built_there_is_no_route(tmp_path: Path) -> None:
    assert live_routes(folder=tmp_path) == []


def test_missing_slash_is_added(client: TestClient) -> None:
    answer = client.get("/live")
    assert (answer.status_code, answer.headers["location"]) == (307, "live/")
    assert "Draw digits" in client.get("/live/").text


def test_page_moves_to_another_path(client: TestClient, tmp_path: Path) -> None:
    moved = TestClient(Starlette(routes=live_routes("/digits/live", tmp_path / "dist")), follow_redirects=False)
    assert moved.get("/digits/live").headers["location"] == "live/"
    assert "Draw digits" in moved.get("/digits/live/").text
    assert moved.get("/live/").status_code == 404


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip, deflate, br, zstd", "br"), ("gzip;q=1.0", "gzip"), ("identity", None), ("", None)],
)
def test_compressed_files(client: TestClient, accepted: str, encoding: str | None) -> None:
    with client.stream("GET", "/live/assets/main-0f.js", headers={"accept-encoding": accepted}) as answer:
        body = b"".join(answer.iter_raw())
    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["content-type"].startswith("text/javascript")
    assert body == {"br": b"brotli", "gzip": gzip.compress(SCRIPT, mtime=0), None: SCRIPT}[encoding]
    again = client.get(
        "/live/assets/main-0f.js", headers={"accept-encoding": accepted, "if-none-match": answer.headers["etag"]}
    )
    assert again.status_code == 304


def test_part_of_file_is_not_compressed(client: TestClient) -> None:
    part = client.get("/live/assets/main-0f.js", headers={"range": "bytes=0-5"})
    assert (part.status_code, part.content) == (206, SCRIPT[:6])


def test_headers_of_live(client: TestClient) -> None:
    for path, kept in (("/live/", "no-cache"), ("/live/assets/network-1e.wasm", "public, max-age=31536000, immutable")):
        headers = client.get(path).headers
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-embedder-policy"] == "require-corp"
        assert headers["cache-control"] == kept
        assert client.get(path, headers={"if-none-match": headers["etag"]}).status_code == 304
    assert headers["content-type"] == "application/wasm"


@pytest.mark.parametrize("path", ["/live/nothing", "/live/../secret", "/live/%2e%2e/secret", "/live/assets/"])
def test_nothing_else_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_changed_file_outdates_its_compressed_form(client: TestClient, tmp_path: Path) -> None:
    page = tmp_path / "dist/index.html"
    compressed = tmp_path / "dist/index.html.gz"
    compressed.write_bytes(gzip.compress(page.read_bytes()))
    assert client.get("/live/").text == "<title>Draw digits</title>"
    page.write_text("<title>Draw more digits</title>")
    os.utime(compressed, (0, 0))
    assert client.get("/live/").text == "<title>Draw more digits</title>"
