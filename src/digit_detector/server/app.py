"""What the page's server and the API alone have in common: routes, and the middleware with its limits."""

from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from digit_detector import limits
from digit_detector.server.api import Api
from digit_detector.server.live import live_routes
from digit_detector.server.model import load
from digit_detector.server.sockets import PacedSockets
from digit_detector.server.uploads import BoundedUploads, keep_uploads_in_memory


def routes(base_path: str = "") -> list[BaseRoute]:
    """Return the API and, if it is built, the static page, below a path such as `/digits`."""
    keep_uploads_in_memory()
    api = Api(lambda: load("auto"), limits.API, limits.UPLOAD_SECONDS)
    return [api.mount(f"{base_path}/api"), *live_routes(f"{base_path}/live")]


def middleware() -> list[Middleware]:
    """Return the limits on what browsers open and upload."""
    return [
        Middleware(
            PacedSockets,
            limits=limits.PAGES,
            messages_burst=limits.MESSAGES_BURST,
            messages_per_second=limits.MESSAGES_PER_SECOND,
        ),
        Middleware(
            BoundedUploads,
            limits=limits.UPLOADS,
            network_bytes=limits.UPLOADS_NETWORK_BYTES,
            total_bytes=limits.UPLOADS_TOTAL_BYTES,
            seconds=limits.UPLOAD_SECONDS,
        ),
    ]
