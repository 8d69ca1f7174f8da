"""Sizes beyond which input is refused before it costs memory or time."""

from typing import Final

MAX_FILE_BYTES: Final = 20 * 1024 * 1024
MAX_PIXELS: Final = 25_000_000

# The API: what one client, and all of them together, may ask for at once. The page is to stay quick beside it.
API_BURST: Final = 20  # detections that a client may ask for without a pause
API_PER_SECOND: Final = 2.0  # and afterwards
API_CLIENT_AT_ONCE: Final = 4
API_AT_ONCE: Final = 32
API_UPLOAD_SECONDS: Final = 60
