"""Files from the web: resumed where they broke off, checked where a checksum is known, with a progress bar."""

import hashlib
import http.client
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypeVar

from tqdm import tqdm

from digit_detector.errors import DataError

TIMEOUT: Final = 60
"""Seconds without a byte after which a connection is taken for broken."""

ATTEMPTS: Final = 4
"""How often a file is asked for without any further byte of it coming."""

_CHUNK: Final = 1 << 18
_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_PASSES: Final = (OSError, http.client.HTTPException)
"""What may be over at the next attempt; HTTP's final answers are DataErrors before."""

_Result = TypeVar("_Result")


class Checksum(NamedTuple):
    """What a file's home says of its bytes."""

    algorithm: Literal["md5", "sha256"]
    digest: str


class Home:
    """The homes on the web, or a mirror that holds `https://HOST/PATH` as `MIRROR/HOST/PATH`."""

    def __init__(self, mirror: str | None = None) -> None:
        """Raises DataError where the mirror's address is not http or https."""
        if mirror is not None and urllib.parse.urlsplit(mirror).scheme not in ("http", "https"):
            raise DataError(f"{mirror}: expected a mirror's address that begins with http:// or https://")
        self._mirror = mirror

    def read(self, url: str) -> bytes:
        """A small file's bytes. Raises DataError where it cannot be had."""

        def whole() -> bytes:
            with self._open(url, {}) as response:
                content = response.read()
                _require_whole(response)
                return content

        return _persistently(url, whole)

    def rows(self, url: str, count: int) -> list[bytes]:
        """The first lines of a file, up to `count`; no more of it is read. Raises DataError where it cannot be had."""

        def first() -> list[bytes]:
            with self._open(url, {}) as response:
                lines = [line for _, line in zip(range(count), response, strict=False)]
                if len(lines) < count or not lines[-1].endswith(b"\n"):
                    _require_whole(response)
                return lines

        return _persistently(url, first)

    def download(self, url: str, target: Path, checksum: Checksum | None = None) -> None:
        """Brings a file; what came before a break stays beside it as `.part`, and is gone on from, also the next day.

        Raises DataError where it cannot be had or written, or its bytes are not those of the checksum.
        """
        part, note = (target.with_name(f"{target.name}.{end}") for end in ("part", "part.version"))
        best, failures = -1, 0
        while True:
            try:
                self._continue(url, part, note, resumable=checksum is not None)
                break
            except _PASSES as error:
                reached = part.stat().st_size if part.exists() else 0
                failures = 0 if reached > best else failures + 1
                best = max(best, reached)
                _wait(url, error, failures)
        if checksum is not None:
            found = digest_of(part, checksum.algorithm)
            if found != checksum.digest:
                part.unlink()
                note.unlink(missing_ok=True)
                raise DataError(
                    f"{url}: expected the {checksum.algorithm} {checksum.digest}, found {found}: run the same command "
                    "again, and if it stays so, the file has changed at its home"
                )
        part.replace(target)
        note.unlink(missing_ok=True)

    def _continue(self, url: str, part: Path, note: Path, *, resumable: bool) -> None:
        """Asks for what is not there yet, and raises ConnectionError where it breaks off."""
        have = part.stat().st_size if part.exists() else 0
        version = note.read_text(errors="replace").strip() if note.exists() else ""
        headers = {}
        if have and (version or resumable):
            # The rest of the same version, or else all of the new one.
            headers = {"Range": f"bytes={have}-"} | ({"If-Range": version} if version else {})
        try:
            with self._open(url, headers) as response:
                begins = response.headers.get("Content-Range", "")
                if response.status != http.client.PARTIAL_CONTENT:
                    have = 0
                    part.unlink(missing_ok=True)  # before the new version is noted
                elif not begins.startswith(f"bytes {have}-"):
                    raise DataError(f"{url}: asked for the bytes from {have}, the answer has {begins or 'no range'}")
                _writing(note, lambda: note.write_text(_version(response)))
                total = None if response.length is None else have + response.length
                _receive(response, part, have, total)
        except urllib.error.HTTPError as error:
            whole = error.headers.get("Content-Range", "").removeprefix("bytes */")
            if error.code != http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
                raise
            if whole != str(have):
                part.unlink()
                raise ConnectionError(f"{have:,} bytes are here, of {whole or 'an unknown number'}") from error

    @contextmanager
    def _open(self, url: str, headers: dict[str, str]) -> Iterator[http.client.HTTPResponse]:
        address = url
        if self._mirror is not None:
            parts = urllib.parse.urlsplit(url)
            address = f"{self._mirror.rstrip('/')}/{parts.netloc}{parts.path}"
        request = urllib.request.Request(
            address, headers={"User-Agent": "digit-detector", "Accept-Encoding": "identity", **headers}
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
                yield response
        except urllib.error.HTTPError as error:
            if error.code in (*_PASSING, http.client.REQUESTED_RANGE_NOT_SATISFIABLE):
                raise
            raise DataError(f"{address}: cannot be had ({error.code} {error.reason})") from error


def digest_of(path: Path, algorithm: str) -> str:
    """The hexadecimal digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()


def _receive(response: http.client.HTTPResponse, part: Path, have: int, total: int | None) -> None:
    progress = tqdm(total=total, initial=have, unit="B", unit_scale=True, desc=part.stem, disable=None)
    # Unbuffered: what could not be written must not be tried once more when the file is closed.
    file = _writing(part, lambda: part.open("r+b" if have else "wb", buffering=0))
    with progress, file:
        file.seek(have)
        while chunk := response.read(_CHUNK):
            rest = memoryview(chunk)
            while rest:
                rest = rest[_writing(part, partial(file.write, rest)) :]
            progress.update(len(chunk))
    _require_whole(response)


def _version(response: http.client.HTTPResponse) -> str:
    """What tells this version of a file from others, if anything does (RFC 9110: If-Range takes no weak tag)."""
    tag = response.headers.get("ETag", "")
    return tag if tag.startswith('"') else response.headers.get("Last-Modified", "")


def _require_whole(response: http.client.HTTPResponse) -> None:
    if response.length:
        raise ConnectionError(f"the connection broke with {response.length:,} bytes to come")


def _persistently(url: str, ask: Callable[[], _Result]) -> _Result:
    failures = 0
    while True:
        try:
            return ask()
        except _PASSES as error:
            failures += 1
            _wait(url, error, failures)


def _wait(url: str, error: Exception, failures: int) -> None:
    """Before the next attempt, and longer each time; DataError when there have been enough."""
    if failures >= ATTEMPTS:
        reason = " ".join(str(getattr(error, "reason", None) or error).split())
        raise DataError(
            f"{url}: cannot be had ({reason}): run the same command again later, which goes on where this one broke off"
        ) from error
    time.sleep(0.25 * (2**failures - 1))


def _writing(path: Path, write: Callable[[], _Result]) -> _Result:
    """A write to the disk; DataError, not another attempt, where that fails."""
    try:
        return write()
    except OSError as error:
        raise DataError(
            f"{path} cannot be written ({error.strerror}): make room, and run the same command again, which goes on "
            "where this one broke off"
        ) from error
