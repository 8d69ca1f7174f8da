"""What a request to the API carries: a picture, raw or in a form, and thresholds; each error with its status."""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from digit_detector.errors import ImageTooLargeError
from digit_detector.limits import MAX_FILE_BYTES

THRESHOLDS: Final = ("score_threshold", "iou_threshold")
FIELD: Final = "image"
FORM: Final = "multipart/form-data"
# Each kind by how its files begin; the dots of WebP's are the file's length.
KINDS: Final = {"image/png": rb"\x89PNG\r\n\x1a\n", "image/jpeg": rb"\xff\xd8\xff", "image/webp": rb"RIFF....WEBP"}
_PICTURE: Final = re.compile(b"|".join(KINDS.values()), re.DOTALL)

_FORM_EXTRA_BYTES: Final = 4096  # what a form may have around its picture
_NUMBER: Final = re.compile(r"\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)


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


async def _from_form(request: Request) -> bytes:
    async with aclosing(_bounded(request, MAX_FILE_BYTES + _FORM_EXTRA_BYTES)) as chunks:

        async def receive() -> Message:
            chunk = await anext(chunks, None)
            return {"type": "http.request", "body": chunk or b"", "more_body": chunk is not None}

        try:
            form = await Request(request.scope, receive).form(max_files=1, max_fields=0)
        except HTTPException as error:
            raise HTTPException(400, f"the form cannot be read: {error.detail}") from error
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
