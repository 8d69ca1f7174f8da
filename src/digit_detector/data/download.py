"""Download files: resume interrupted ones, verify MD5 checksums, retry, and show a progress bar."""

import hashlib
import http.client
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

from tqdm import tqdm

from digit_detector.errors import DataError, one_line

TIMEOUT: Final = 60
"""Seconds without a byte after which a connection counts as broken."""

ATTEMPTS: Final = 4
"""Consecutive retries without progress before giving up."""

_CHUNK: Final = 1 << 18
_RANGE_ERROR: Final = http.client.REQUESTED_RANGE_NOT_SATISFIABLE
_NOT_FINAL: Final = frozenset({408, 425, 429, 500, 502, 503, 504, _RANGE_ERROR})
"""Statuses after which another request may succeed."""

_Result = TypeVar("_Result")


class Downloader:
    """Download from the original sites, or from a mirror that has `https://HOST/PATH` as `MIRROR/HOST/PATH`."""

    def __init__(self, mirror: str | None = None) -> None:
        """Take the mirror's address; raise DataError unless it is http or https."""
        if mirror is not None and urllib.parse.urlsplit(mirror).scheme not in ("http", "https"):
            raise DataError(f"{mirror}: expected a mirror's address that begins with http:// or https://")
        self._mirror = mirror

    def read(self, url: str, lines: int | None = None) -> bytes:
        """Return the bytes of a small file, or of a file's first lines without reading on.

        Raises DataError if the file is not available.
        """

        def attempt() -> bytes:
            with self._open(url, {}) as response:
                content = b"".join(islice(response, lines))
                if lines is None or content.count(b"\n") < lines:
                    _require_complete(response)
                return content

        return _retry(url, attempt)

    def download(self, url: str, target: Path, md5: str | None = None) -> None:
        """Download a file, unless it exists.

        With a checksum, an interrupted download stays beside it as `.part`, and the next attempt or call resumes it.
        Raises DataError if the file is not available, cannot be written, or does not match the checksum.
        """
        if target.exists():
            return
        part = target.with_name(f"{target.name}.part")
        if md5 is None:  # the rest of another version would go unnoticed
            part.unlink(missing_ok=True)
        _retry(url, lambda: self._resume(url, part, restart=md5 is None), lambda: _size(part))
        if md5 is not None:
            with part.open("rb") as file:
                found = hashlib.file_digest(file, "md5").hexdigest()
            if found != md5:
                part.unlink()
                raise DataError(
                    f"{url}: expected the MD5 {md5}, found {found}: run the same command "
                    "again; if the error persists, the published file has changed"
                )
        part.replace(target)

    def _resume(self, url: str, part: Path, *, restart: bool) -> None:
        """Request the missing bytes; raise ConnectionError if the connection breaks."""
        size = 0 if restart else _size(part)
        try:
            with self._open(url, {"Range": f"bytes={size}-"} if size else {}) as response:
                sent = response.headers.get("Content-Range", "")
                if response.status != http.client.PARTIAL_CONTENT:
                    size = 0
                elif not sent.startswith(f"bytes {size}-"):
                    raise DataError(f"{url}: requested the bytes from {size}, the answer has {sent or 'no range'}")
                _receive(response, part, size)
        except urllib.error.HTTPError as error:
            length = error.headers.get("Content-Range", "").removeprefix("bytes */")
            if error.code != _RANGE_ERROR:
                raise
            if length != str(size):
                part.unlink()
                raise ConnectionError(f"have {size:,} bytes, of {length or 'an unknown number'}") from error

    @contextmanager
    def _open(self, url: str, headers: dict[str, str]) -> Iterator[http.client.HTTPResponse]:
        """Send a request; raise DataError for a status that another request would get too."""
        address = url
        if self._mirror is not None:
            parts = urllib.parse.urlsplit(url)
            address = f"{self._mirror.rstrip('/')}/{parts.netloc}{parts.path}"
        headers = {"User-Agent": "digit-detector", "Accept-Encoding": "identity", **headers}
        try:
            with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=TIMEOUT) as response:
                yield response
        except urllib.error.HTTPError as error:
            if error.code in _NOT_FINAL:
                raise
            raise DataError(f"{address}: not available ({error.code} {error.reason})") from error


def _retry(url: str, attempt: Callable[[], _Result], progress: Callable[[], int] = lambda: 0) -> _Result:
    """Repeat an attempt, after longer and longer pauses; raise DataError after ATTEMPTS retries without progress."""
    most, failures = -1, 0
    while True:
        try:
            return attempt()
        except (OSError, http.client.HTTPException) as error:
            failures = 0 if progress() > most else failures + 1
            most = max(most, progress())
            if failures >= ATTEMPTS:
                reason = one_line(getattr(error, "reason", None) or error)
                message = f"{url}: not available ({reason}): run the same command again later to resume"
                raise DataError(message) from error
        time.sleep(0.25 * (2**failures - 1))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _receive(response: http.client.HTTPResponse, part: Path, size: int) -> None:
    """Append the answer to the `size` bytes that the file has."""
    total = None if response.length is None else size + response.length
    progress = tqdm(total=total, initial=size, unit="B", unit_scale=True, desc=part.stem, disable=None)
    with _writing(part):
        # Unbuffered: closing a buffered file would retry a failed write.
        file = part.open("r+b" if size else "wb", buffering=0)
    with progress, file:
        file.seek(size)
        while chunk := response.read(_CHUNK):
            rest = memoryview(chunk)
            while rest:
                with _writing(part):
                    rest = rest[file.write(rest) :]
            progress.update(len(chunk))
    _require_complete(response)


def _require_complete(response: http.client.HTTPResponse) -> None:
    if response.length:
        raise ConnectionError(f"the connection broke with {response.length:,} bytes missing")


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Convert an error of the disk to a DataError at once, since a retry would fail too."""
    try:
        yield
    except OSError as error:
        raise DataError(
            f"{path} cannot be written ({error.strerror}): free disk space, and run the same command again to resume"
        ) from error
