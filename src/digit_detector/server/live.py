"""The page that runs in the visitor's own browser, served beside this one where `make web` has built it."""

import gzip
from functools import lru_cache
from pathlib import Path
from typing import Final

from anyio import to_thread
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


def live_routes(path: str = "/live", folder: Path = BUILT) -> list[BaseRoute]:
    """Return the routes to a built page, such as `/live`; none if the folder holds none."""
    if not (folder / "index.html").is_file():
        return []
    return [Route(path, _add_slash), Mount(path, StaticPage(folder))]


def _add_slash(_: Request) -> Response:
    """The page names its files relatively: without the slash they would be looked for one level too high."""
    return RedirectResponse("live/")


class StaticPage(StaticFiles):
    """A folder's files, compressed once each, with what browsers need to know of them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, html=True)

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        asked = Headers(scope=scope)
        if isinstance(response, FileResponse) and "gzip" in asked.get("accept-encoding", "") and "range" not in asked:
            response = await _compressed(response)
        response.headers.update(HEADERS)
        # Names in this folder carry a hash of the content.
        lasting = path.startswith("assets")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if lasting else "no-cache"
        return response


async def _compressed(response: FileResponse) -> Response:
    path = str(response.path)
    body = await to_thread.run_sync(lambda: _gzip(path, response.headers["etag"]))
    headers = {name: value for name, value in response.headers.items() if name in ("etag", "last-modified")}
    headers["Content-Encoding"] = "gzip"
    return Response(body, response.status_code, headers, response.media_type)


@lru_cache(maxsize=64)
def _gzip(path: str, etag: str) -> bytes:
    """The file as it was when it had this tag."""
    return gzip.compress(Path(path).read_bytes(), mtime=0)
