"""Bounds on uploads, in front of an app that keeps every file, as Streamlit does."""

import asyncio

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message

from digit_detector.limits import ClientLimits
from digit_detector.server.uploads import BoundedUploads

KB = 100_000  # of a file; more than what counts of each beside its bytes
ROUTE = "/_stcore/upload_file/{session}/{file}"


class Server:
    """An app that keeps what is put, bounded to two files of a network and three of all."""

    def __init__(self, seconds: float = 60, burst: int = 99) -> None:
        self.files: dict[str, int] = {}
        app = Starlette(
            routes=[Route(ROUTE, self._put, methods=["PUT"]), Route(ROUTE, self._delete, methods=["DELETE"])]
        )
        limits = ClientLimits(burst, per_second=0.001, client_concurrency=99, total_concurrency=99)
        self.app = BoundedUploads(app, limits, network_bytes=250_000, total_bytes=350_000, seconds=seconds)

    async def _put(self, request: Request) -> Response:
        if request.path_params["session"] == "unknown":
            return Response(status_code=400)
        self.files[request.url.path.removeprefix("/_stcore/upload_file/")] = len(await request.body())
        return Response(status_code=204)

    async def _delete(self, request: Request) -> Response:
        del self.files[request.url.path.removeprefix("/_stcore/upload_file/")]
        return Response(status_code=204)

    def put(self, file: str, size: int = KB, network: str = "192.0.2.1") -> int:
        client = TestClient(self.app, client=(network, 1))
        return client.put(f"/_stcore/upload_file/{file}", content=bytes(size)).status_code


def test_session_keeps_one_file() -> None:
    server = Server()
    assert [server.put(f"me/{number}", size=10) for number in range(60)] == [204] * 60
    assert server.put("you/0", size=10) == 204
    assert list(server.files) == ["me/59", "you/0"]


def test_file_sent_again_is_kept() -> None:
    server = Server()
    assert [server.put("me/0") for _ in range(9)] == [204] * 9
    assert list(server.files) == ["me/0"]


def test_oldest_files_of_a_network_give_way() -> None:
    server = Server()
    assert server.put("other/0", network="198.51.100.1") == 204
    assert [server.put(f"session {number}/0") for number in range(9)] == [204] * 9
    assert list(server.files) == ["other/0", "session 7/0", "session 8/0"]


def test_oldest_files_of_the_server_give_way() -> None:
    server = Server()
    assert [server.put(f"{number}/0", network=f"192.0.2.{number}") for number in range(9)] == [204] * 9
    assert list(server.files) == ["6/0", "7/0", "8/0"]


def test_refused_upload_deletes_nothing() -> None:
    server = Server()
    assert [server.put(file) for file in ("me/0", "you/0", "unknown/0", "unknown/1")] == [204, 204, 400, 400]
    assert list(server.files) == ["me/0", "you/0"]


def test_file_larger_than_the_bound_is_refused() -> None:
    server = Server()
    assert server.put("me/0", size=3 * KB) == 503
    assert server.put("me/1") == 204
    assert list(server.files) == ["me/1"]


def test_unfinished_uploads_are_bounded() -> None:
    server = Server()

    async def send_and_stall(number: int) -> int:
        """The status with which an upload of many chunks is refused."""
        chunk: Message = {"type": "http.request", "body": bytes(KB // 10), "more_body": True}
        path = f"/_stcore/upload_file/{number}/0"
        scope = {"type": "http", "method": "PUT", "path": path, "headers": [], "client": (f"192.0.2.{number}", 1)}
        statuses = []

        async def receive() -> Message:
            await asyncio.sleep(0)
            return chunk

        async def send(message: Message) -> None:
            statuses.append(message.get("status"))

        await server.app(scope, receive, send)
        return statuses[0]

    async def send_together() -> list[int]:
        return await asyncio.gather(*map(send_and_stall, range(4)))

    assert asyncio.run(send_together()) == [503] * 4
    assert server.put("me/0", 2 * KB) == 204  # what was refused no longer counts


def test_upload_that_does_not_arrive_is_refused() -> None:
    server = Server(seconds=0.01)
    path = "/_stcore/upload_file/me/0"
    scope = {"type": "http", "method": "PUT", "path": path, "headers": [], "client": ("192.0.2.1", 1)}
    answers: list[Message] = []

    async def never() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        answers.append(message)

    asyncio.run(server.app(scope, never, send))
    assert answers[0]["status"] == 408


def test_client_that_uploads_too_much_is_refused() -> None:
    server = Server(burst=2)
    assert [server.put(f"unknown/{number}") for number in range(3)] == [400, 400, 429]
    assert server.put("me/0", network="192.0.2.2") == 204
