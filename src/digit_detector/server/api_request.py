"""What a request to the API carries: a picture, raw or in a form, and thresholds; each fault with its status."""

import asyncio
import re
from collections.abc import AsyncGenerator
from typing import Final

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from digit_detector.errors import ImageTooLargeError
from digit_detector.limits import MAX_FILE_BYTES, UPLOAD_SECONDS

THRESHOLDS: Final = ("score_threshold", "iou_threshold")
FIELD: Final = "image"
FORM: Final = "multipart/form-data"
# Each kind by how its files begin; the dots of WebP's are the file's length.
KINDS: Final = {"image/png": rb"\x89PNG\r\n\x1a\n", "image/jpeg": rb"\xff\xd8\xff", "image/webp": rb"RIFF....WEBP"}
_PICTURE: Final = re.compile(b"|".join(KINDS.values()), re.DOTALL)

# On the class, so for what is uploaded to the page too: no picture touches the disk. What is read is bounded elsewhere.
MultiPartParser.spool_max_size = 0

_FORM_EXTRA_BYTES: Final = 4096  # what a form may have around its picture
_NUMBER: Final = re.compile(r"\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)


def read_thresholds(request: Request) -> dict[str, float]:
    """The query's thresholds by name, each in [0, 1]; raises HTTPException 422 for anything else in the query."""
    given: dict[str, float] = {}
    for name, text in request.query_params.multi_items():
        if name not in THRESHOLDS:
            known = " or ".join(THRESHOLDS)
            raise HTTPException(422, f"the query has an unknown parameter {name[:40]!r}: use {known}")
        if name in given:
            raise HTTPException(422, f"{name} is given more than once: give it once")
        if not _NUMBER.fullmatch(text) or not 0 <= float(text) <= 1:
            raise HTTPException(422, f"{name} is {text[:40]!r}: give a number from 0 to 1")
        given[name] = float(text)
    return given


async def read_picture(request: Request) -> bytes:
    """The bytes of the one picture sent, which begins as a PNG, JPEG or WebP file does.

    Raises:
        ImageTooLargeError: it has too many bytes.
        HTTPException: 400 where there is no picture, 408 where it does not arrive, 415 where it is of another kind.
    """
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in (FORM, *KINDS):
        raise HTTPException(
            415, f"the Content-Type is {kind[:40]!r}: send a picture as {', '.join(KINDS)}, or a form as {FORM}"
        )
    try:
        async with asyncio.timeout(UPLOAD_SECONDS):
            data = await (_from_form(request) if kind == FORM else _from_body(request))
    except TimeoutError:
        raise HTTPException(408, f"the picture did not arrive within {UPLOAD_SECONDS} s: send it again") from None
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
    body = _bounded(request, MAX_FILE_BYTES + _FORM_EXTRA_BYTES)
    parser = MultiPartParser(request.headers, body, max_files=1, max_fields=0)
    try:
        picture = (await parser.parse()).get(FIELD)
    except MultiPartException as error:
        raise HTTPException(400, f"the form cannot be read: {error.message}") from error
    if not isinstance(picture, UploadFile):
        raise HTTPException(400, f"the form has no picture: send it as a file in the field {FIELD!r}")
    return await picture.read()


async def _bounded(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    """The body's chunks; raises ImageTooLargeError as soon as they are known to be more than `limit` bytes."""
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
