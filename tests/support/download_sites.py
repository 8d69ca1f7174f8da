"""Serve the download sites of the public sets on a loopback server: small files, and connections that break."""

import hashlib
import io
import json
import sys
import tarfile
import zipfile
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np

from digit_detector.data import fetch as catalogue
from digit_detector.data import unipen_archive as unipen
from support.serving import serving
from support.source_samples import BAR, CIRCLE, WRITERS, lines, packed_idx, seven

ARCHIVE = "unipen-CDROM-train_r01_v07.tgz"

PENDIGITS_Z = Path(__file__).with_name("pendigits-orig.tra.Z").read_bytes()
"""Twenty digits in UCI's form, packed by `compress` (ncompress 4.2.4), which Python lacks."""


class DownloadSites(ThreadingHTTPServer):
    """Serve `files` (path to content), and record the requests."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, bytes] = {}
        self.breaks: dict[str, list[int]] = {}
        """By path: after how many bytes the next answers break off."""
        self.failures: dict[str, list[int]] = {}
        """By path: the statuses of the next answers."""
        self.ranges = True
        self.requests: list[tuple[str, str | None]] = []
        """Paths and Range headers."""
        self.sent = 0

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that hang up when they have enough; report other errors."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: DownloadSites

    def do_GET(self) -> None:
        requested = self.headers["Range"]
        self.server.requests.append((self.path, requested))
        content = self.server.files.get(self.path)
        failures = self.server.failures.get(self.path)
        if failures or content is None:
            self.send_error(failures.pop(0) if failures else 404)
            return
        tag = f'"{hashlib.md5(content).hexdigest()}"'
        whole = not self.server.ranges or requested is None or self.headers.get("If-Range", tag) != tag
        start = 0 if whole else int(requested.removeprefix("bytes=").rstrip("-"))
        if start >= len(content) and not whole:
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(content)}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(200 if whole else 206)
        self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(content) - start))
        if not whole:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        breaks = self.server.breaks.get(self.path)
        end = start + breaks.pop(0) if breaks else len(content)
        self._send(content[start:end])
        self.close_connection = end < len(content)

    def _send(self, content: bytes) -> None:
        for begin in range(0, len(content), 1 << 14):
            piece = content[begin : begin + (1 << 14)]
            self.server.sent += len(piece)  # before the client can have it
            try:
                self.wfile.write(piece)
            except ConnectionError:  # the client has enough
                self.close_connection = True
                return

    def log_message(self, format: str, *args: Any) -> None:
        pass


def serve_sites() -> AbstractContextManager[DownloadSites]:
    """Serve the sites of all sources on a free port."""
    sites = DownloadSites()
    sites.files = {path_of(url): content for url, content in originals().items()}
    return serving(sites)


def path_of(url: str) -> str:
    """Return the path at which a mirror has the file of this address."""
    return "/" + url.split("://", 1)[1]


def archive_url() -> str:
    return f"{unipen.RECORD}/files/{ARCHIVE}/content"


def originals() -> dict[str, bytes]:
    """Return every file that is downloaded, by its original address."""
    archive = unipen_archive()
    listed = {"key": ARCHIVE, "checksum": f"md5:{hashlib.md5(archive).hexdigest()}", "size": len(archive)}
    pictures = np.stack([seven()] * 12)
    drawing = [[*CIRCLE], BAR]
    doodles = {
        word: [{"word": word, "key_id": f"{word}{n}", "drawing": drawing} for n in range(40)]
        for word in ("cat", "The Eiffel Tower")
    }
    rude = [{"word": "penis", "key_id": n, "drawing": drawing} for n in range(40)]
    files = {
        unipen.RECORD: json.dumps({"files": [{"key": "README.txt", "checksum": "md5:0"}, listed]}).encode(),
        archive_url(): archive,
        catalogue.PENDIGITS: _zip({"pendigits.names": b"", "pendigits-orig.tra.Z": PENDIGITS_Z}),
        catalogue.QUICKDRAW_CATEGORIES: b"The Eiffel Tower\ncat\ncircle\n",
        catalogue.MONIKER: lines(rude),
        **{
            f"{catalogue.QUICKDRAW_DRAWINGS}/{word.replace(' ', '%20')}.ndjson": lines(rows)
            for word, rows in doodles.items()
        },
    }
    for kind, array in (("images-idx3", pictures), ("labels-idx1", np.full(12, 7, np.uint8))):
        files[f"https://ossci-datasets.s3.amazonaws.com/mnist/train-{kind}-ubyte.gz"] = packed_idx(array)
    return files


def unipen_archive() -> bytes:
    """Imitate the CD: one segment file per writer and part, which refers to components of the included pen file."""
    members = {}
    for number, writer in enumerate(WRITERS):
        pens = "".join(
            f".PEN_DOWN\n{x} {400 + number} {x}\n{x} 300 0\n.PEN_UP\n"
            f".PEN_DOWN\n{x - 40} 350 1\n{x + 40} 340 0\n.PEN_UP\n"
            for x in range(100, 1300, 100)
        )
        name = f"don/data/don{number % 2}/{writer}.dat"
        members[f"include/{name}"] = f".INCLUDE don/lost.doc\n.WRITER_ID {writer}\n.COORD X Y P\n{pens}"
        segments = {
            "1a": "".join(f'.SEGMENT CHARACTER {2 * digit}-{2 * digit + 1} OK "{digit}"\n' for digit in range(10)),
            "1b": '.SEGMENT CHARACTER 0 ? "A"\n',
            "1c": '.SEGMENT CHARACTER 0,2 ? "h"\n.SEGMENT WORD 0-3 ? "hand"\n',
            "1d": '.SEGMENT CHARACTER 1 ? "\\""\n.SEGMENT CHARACTER 1 ? "#"\n',
            "2": '.SEGMENT CHARACTER 0 ? "z"\n',
        }
        for part, text in segments.items():
            members[f"data/{part}/don/don{number % 2}/{writer}.dat"] = f".VERSION 1.0\n.INCLUDE {name}\n{text}"
    members["data/1a/bad/one.dat"] = '.INCLUDE don/data/don0/writer0.dat\n.SEGMENT CHARACTER 99 OK "2"\n'
    members["data/1a/bad/two.dat"] = '.INCLUDE gone.dat\n.SEGMENT CHARACTER 0 OK "2"\n'
    members["include/../../escaped.dat"] = ".PEN_DOWN\n"
    # Pen files precede segment files, in a common folder.
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name in sorted(members, reverse=True):
            member = tarfile.TarInfo(f"unipen/CDROM/train_r01_v07/{name}")
            member.size = len(members[name])
            tar.addfile(member, io.BytesIO(members[name].encode()))
    return packed.getvalue()


def _zip(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def files_below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
