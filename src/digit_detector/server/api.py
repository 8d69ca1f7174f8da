"""The HTTP API: `POST /api/detect`, and what describes it.

It needs no token against forged requests (XSRF): no response depends on a cookie or changes anything, so that there is
nothing to forge. It sends no CORS headers, so that no other site's script can make its visitors' browsers detect here.
"""

import asyncio
import json
import os
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from digit_detector.detect.detector import Detector
from digit_detector.errors import DigitDetectorError, ImageError, ImageTooLargeError
from digit_detector.limits import MAX_FILE_BYTES, ClientLimits
from digit_detector.server.model import identity
from digit_detector.server.rate_limit import ClientLimiter

OPENAPI: Final[dict[str, Any]] = json.loads(Path(__file__).with_name("openapi.json").read_text(encoding="utf-8"))

THRESHOLDS: Final = ("score_threshold", "iou_threshold")
FIELD: Final = "image"
FORM: Final = "multipart/form-data"
# Each kind by how its files begin; the dots of WebP's are the file's length.
KINDS: Final = {"image/png": rb"\x89PNG\r\n\x1a\n", "image/jpeg": rb"\xff\xd8\xff", "image/webp": rb"RIFF....WEBP"}
_PICTURE: Final = re.compile(b"|".join(KINDS.values()), re.DOTALL)

_FORM_EXTRA_BYTES: Final = 4096  # what a form may have around its picture
_NUMBER: Final = re.compile(r"\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)

_STATUS: Final[dict[type[Exception], HTTPStatus]] = {
    ImageTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ImageError: HTTPStatus.UNPROCESSABLE_ENTITY,
    DigitDetectorError: HTTPStatus.SERVICE_UNAVAILABLE,
}


class Api:
    """The routes of the API.

    Args:
        load: returns the detector; after a DigitDetectorError the next request tries again.
        limits: of the pictures that clients send.
        upload_seconds: after which an unfinished picture is refused.
    """

    def __init__(self, load: Callable[[], Detector], limits: ClientLimits, upload_seconds: float) -> None:
        self._load = load
        self._limiter = ClientLimiter(limits)
        self._upload_seconds = upload_seconds
        # Large pictures keep a core busy for a while: half of the cores stay with the page.
        self._workers = CapacityLimiter(max(1, (os.cpu_count() or 1) // 2))

    def mount(self, path: str) -> Mount:
        """Return the routes below a path."""
        routes = [
            Route("/detect", self.detect, methods=["POST"]),
            Route("/model", self.model),
            Route("/health", self.health),
            Route("/openapi.json", self.openapi),
        ]
        handlers = {HTTPException: _refuse, DigitDetectorError: _refuse, Exception: _fail}
        return Mount(path, app=Starlette(routes=routes, exception_handlers=handlers))

    async def detect(self, request: Request) -> JSONResponse:
        with self._limiter.admit(request):
            thresholds = read_thresholds(request)
            picture = await read_picture(request, self._upload_seconds)
            return JSONResponse(await to_thread.run_sync(self._detect, picture, thresholds, limiter=self._workers))

    def _detect(self, picture: bytes, thresholds: dict[str, float]) -> dict[str, Any]:
        detector = self._load()
        prediction = detector.predict(picture)
        return {
            **prediction.detections(**thresholds).to_json(),
            "model": asdict(identity(detector.runtime)),
            "milliseconds": round(prediction.milliseconds, 3),
        }

    def model(self, _: Request) -> JSONResponse:
        detector = self._load()
        facts = {"device": detector.device, "runtime": detector.runtime, **asdict(detector.metadata)}
        return JSONResponse({**asdict(identity(detector.runtime)), **facts})

    def health(self, _: Request) -> JSONResponse:
        self._load()
        return JSONResponse({"status": "ok"})

    async def openapi(self, request: Request) -> JSONResponse:
        return JSONResponse({**OPENAPI, "servers": [{"url": request.scope["root_path"]}]})


def _refuse(request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, HTTPException):
        if error.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
            description = f"{request.scope['root_path']}/openapi.json"
            error.detail = f"there is no {request.method} {request.url.path}: see {description}"
        return JSONResponse({"error": error.detail}, error.status_code, error.headers)
    status = next(status for kind, status in _STATUS.items() if isinstance(error, kind))
    headers = {"Retry-After": "60"} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return JSONResponse({"error": str(error)}, status, headers)


def _fail(_: Request, error: Exception) -> JSONResponse:
    error_id = token_hex(4)
    error.add_note(f"answered as error {error_id}")  # the server, to which the error goes on, logs it
    return JSONResponse(
        {"error": f"internal error: if it happens again, report it with the ID {error_id}"},
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )


def read_thresholds(request: Request) -> dict[str, float]:
    """Return the query's thresholds by name, each in [0, 1]; raise HTTPException 422 for anything else in the query."""
    thresholds: dict[str, float] = {}
    for name, text in request.query_params.multi_items():
        if name not in THRESHOLDS:
            known = " or ".join(THRESHOLDS)
            raise HTTPException(422, f"the query has an unknown parameter {name[:40]!r}: use {known}")
        if name in thresholds:
            raise HTTPException(422, f"{name} is given more than once: give it once")
        if not _NUMBER.fullmatch(text) or not 0 <= float(text) <= 1:
            raise HTTPException(422, f"{name} is {text[:40]!r}: give a number from 0 to 1")
        thresholds[name] = float(text)
    return thresholds


async def read_picture(request: Request, seconds: float) -> bytes:
    """Return the bytes of the one picture sent, which begins as a PNG, JPEG or WebP file does.

    Raises:
        ImageTooLargeError: it has too many bytes.
        HTTPException: 400 if there is no picture, 408 if it does not arrive within these seconds, 415 if it is of
            another kind.
    """
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in (FORM, *KINDS):
        raise HTTPException(
            415, f"the Content-Type is {kind[:40]!r}: send a picture as {', '.join(KINDS)}, or a form as {FORM}"
        )
    try:
        async with asyncio.timeout(seconds):
            data = await (_from_form(request) if kind == FORM else _from_body(request))
    except TimeoutError:
        raise HTTPException(408, f"the picture did not arrive within {seconds:g} s: send it again") from None
    except ClientDisconnect:
        raise HTTPException(400, "the connection was closed before the picture had arrived") from None
    if not data:
        raise HTTPException(400, "the picture is empty (0 bytes): send a picture's bytes")
    if not _PICTURE.match(data):
        raise HTTPException(415, f"what was sent is no picture of the kinds read here: send {', '.join(KINDS)}")
    return data


async def _from_body(request: Request) -> bytes:
    return b"".join([chunk async for chunk in _bounded(request, MAX_FILE_BYTES)])


class _MemoryParser(MultiPartParser):
    spool_max_size = 0  # keeps files of any size in memory: no picture touches the disk


async def _from_form(request: Request) -> bytes:
    async with aclosing(_bounded(request, MAX_FILE_BYTES + _FORM_EXTRA_BYTES)) as chunks:
        try:
            form = await _MemoryParser(request.headers, chunks, max_files=1, max_fields=0).parse()
        except (MultiPartException, UnicodeError) as error:  # the latter for a charset such as `undefined`
            raise HTTPException(400, f"the form cannot be read: {error}") from error
    picture = form.get(FIELD)
    if not isinstance(picture, UploadFile):
        raise HTTPException(400, f"the form has no picture: send it as a file in the field {FIELD!r}")
    return await picture.read()


async def _bounded(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    """Yield the body's chunks; raise ImageTooLargeError as soon as they are known to be more than `limit` bytes."""
    too_large = ImageTooLargeError(f"the request has more than {limit:,} bytes: make the picture smaller")
    declared = request.headers.get("Content-Length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise too_large
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > limit:
            raise too_large
        yield chunk
