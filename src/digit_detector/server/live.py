"""The page that runs in the visitor's own browser, served beside this one where `make web` has built it."""

from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

BUILT: Final = Path(__file__).parents[3] / "web" / "dist"

HEADERS: Final = {
    # Both let the page share memory between threads.
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Encoding",
}

SUFFIXES: Final = {"br": ".br", "gzip": ".gz"}
"""Of the files that the build writes beside each file, by their encoding, the smallest first."""


def live_routes(path: str = "/live", folder: Path = BUILT) -> list[BaseRoute]:
    """Return the routes to a built page, such as `/live`; none if the folder holds none."""
    if not (folder / "index.html").is_file():
        return []
    return [Route(path, _add_slash), Mount(path, StaticPage(folder))]


def _add_slash(_: Request) -> Response:
    """The page names its files relatively: without the slash they would be looked for one level too high."""
    return RedirectResponse("live/")


class StaticPage(StaticFiles):
    """A folder's files, with the headers that browsers need, as the build has compressed them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, html=True)

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if isinstance(response, FileResponse):
            response = self._compressed(response, scope)
        response.headers.update(HEADERS)
        # Names in this folder carry a hash of the content.
        lasting = path.startswith("assets")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if lasting else "no-cache"
        return response

    def _compressed(self, response: FileResponse, scope: Scope) -> Response:
        """Return the smallest form of the file that the browser reads; a part of a file stays as it is."""
        headers = Headers(scope=scope)
        accepted = {part.partition(";")[0].strip() for part in headers.get("accept-encoding", "").split(",")}
        for encoding, suffix in SUFFIXES.items():
            path = Path(f"{response.path}{suffix}")
            if encoding in accepted and "range" not in headers and _is_fresh(path, Path(response.path)):
                compressed = self.file_response(path, path.stat(), scope)
                compressed.headers["Content-Encoding"] = encoding
                compressed.headers["Content-Type"] = response.headers["content-type"]
                return compressed
        return response


def _is_fresh(compressed: Path, original: Path) -> bool:
    return compressed.is_file() and compressed.stat().st_mtime >= original.stat().st_mtime
