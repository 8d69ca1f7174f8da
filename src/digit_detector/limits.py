"""Sizes beyond which input is refused before it costs memory or time."""

from typing import Final

MAX_FILE_BYTES: Final = 20 * 1024 * 1024
MAX_PIXELS: Final = 25_000_000
