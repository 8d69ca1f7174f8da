"""The API beside the page, in the same process: `POST /api/detect` and what describes it.

Streamlit guards only its own routes, by a token against forged requests (XSRF) and by CORS headers. Here neither is
needed: no answer depends on a cookie or changes anything, so there is nothing that a foreign page could forge. It gets
no CORS headers either, so that no other site's script can make its visitors' browsers do its detecting here.
"""

import os
from dataclasses import asdict
from http import HTTPStatus
from secrets import token_hex
from typing import Any, Final

from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from digit_detector.errors import DigitDetectorError, ImageError, ImageTooLargeError
from digit_detector.limits import API_AT_ONCE, API_BURST, API_CLIENT_AT_ONCE, API_PER_SECOND
from digit_detector.server.api_request import read_picture, read_thresholds
from digit_detector.server.api_schema import OPENAPI
from digit_detector.server.model import identity, load
from digit_detector.server.rate_limit import Throttle

_STATUS: Final[dict[type[Exception], HTTPStatus]] = {
    ImageTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ImageError: HTTPStatus.UNPROCESSABLE_ENTITY,
    DigitDetectorError: HTTPStatus.SERVICE_UNAVAILABLE,
}
_throttle = Throttle(API_BURST, API_PER_SECOND, API_CLIENT_AT_ONCE, API_AT_ONCE)
# Large pictures keep a core busy for a while: half of them stay with the page.
_workers = CapacityLimiter(max(1, (os.cpu_count() or 1) // 2))


async def detect(request: Request) -> JSONResponse:
    with _throttle.admit(request):
        thresholds = read_thresholds(request)
        picture = await read_picture(request)
        return JSONResponse(await to_thread.run_sync(_detect, picture, thresholds, limiter=_workers))


def _detect(picture: bytes, thresholds: dict[str, float]) -> dict[str, Any]:
    detector = load("auto")
    prediction = detector.predict(picture)
    return {
        **prediction.detections(**thresholds).to_json(),
        "model": identity(detector.runtime)._asdict(),
        "milliseconds": round(prediction.milliseconds, 3),
    }


def model(_: Request) -> JSONResponse:
    detector = load("auto")
    facts = {"device": detector.device, "runtime": detector.runtime, **asdict(detector.metadata)}
    return JSONResponse({**identity(detector.runtime)._asdict(), **facts})


def health(_: Request) -> JSONResponse:
    load("auto")
    return JSONResponse({"status": "ok"})


async def openapi(_: Request) -> JSONResponse:
    return JSONResponse(OPENAPI)


def _refuse(request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, HTTPException):
        if error.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
            error.detail = f"there is no {request.method} {request.url.path}: see /api/openapi.json"
        return JSONResponse({"error": error.detail}, error.status_code, error.headers)
    status = next(status for kind, status in _STATUS.items() if isinstance(error, kind))
    return JSONResponse({"error": str(error)}, status)


def _fail(_: Request, error: Exception) -> JSONResponse:
    fault = token_hex(4)
    error.add_note(f"answered as fault {fault}")  # the server, to which the error goes on, logs it
    return JSONResponse(
        {"error": f"internal error: if it happens again, report it with the ID {fault}"},
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )


API: Final = Mount(
    "/api",
    app=Starlette(
        routes=[
            Route("/detect", detect, methods=["POST"]),
            Route("/model", model),
            Route("/health", health),
            Route("/openapi.json", openapi),
        ],
        exception_handlers={HTTPException: _refuse, DigitDetectorError: _refuse, Exception: _fail},
    ),
)
