"""The HTTP API: `POST /api/detect`, and what describes it.

Streamlit protects only its own routes, by a token against forged requests (XSRF) and by CORS headers. The API needs
neither: no response depends on a cookie or changes anything, so that there is nothing to forge. It sends no CORS
headers either, so that no other site's script can make its visitors' browsers detect here.
"""

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from digit_detector.detect.detector import Detector
from digit_detector.errors import DigitDetectorError, ImageError, ImageTooLargeError
from digit_detector.limits import ClientLimits
from digit_detector.server.api_request import read_picture, read_thresholds
from digit_detector.server.model import identity
from digit_detector.server.rate_limit import ClientLimiter

OPENAPI: Final[dict[str, Any]] = json.loads(Path(__file__).with_name("openapi.json").read_text(encoding="utf-8"))

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
            "model": identity(detector.runtime)._asdict(),
            "milliseconds": round(prediction.milliseconds, 3),
        }

    def model(self, _: Request) -> JSONResponse:
        detector = self._load()
        facts = {"device": detector.device, "runtime": detector.runtime, **asdict(detector.metadata)}
        return JSONResponse({**identity(detector.runtime)._asdict(), **facts})

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
