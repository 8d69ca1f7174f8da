"""Limits on input, so that it is rejected before it costs memory or time."""

from typing import Final

MAX_FILE_BYTES: Final = 20 * 1024 * 1024
MAX_PIXELS: Final = 25_000_000

# Limits of the server, per client and in total, so that the page stays fast for everybody.
API_BURST: Final = 20  # detections that a program may request at once
API_PER_SECOND: Final = 2.0  # and afterwards
API_CLIENT_AT_ONCE: Final = 4
API_AT_ONCE: Final = 32
VISITS_BURST: Final = 100  # pages opened; a whole school may share an address
VISITS_PER_SECOND: Final = 5.0
VISITS_CLIENT_AT_ONCE: Final = 300
VISITS_AT_ONCE: Final = 1000
UPLOADS_BURST: Final = 60  # pictures handed over
UPLOADS_PER_SECOND: Final = 1.0
UPLOADS_CLIENT_AT_ONCE: Final = 20
UPLOADS_AT_ONCE: Final = 100
UPLOADS_NETWORK_BYTES: Final = 10 * MAX_FILE_BYTES  # a school class of 40 with photos of 5 MB each
UPLOADS_TOTAL_BYTES: Final = 20 * MAX_FILE_BYTES  # a server with 1 GB of memory can hold these
UPLOAD_SECONDS: Final = 60
MESSAGES_BURST: Final = 30  # from one page; a hand makes hardly three strokes a second
MESSAGES_PER_SECOND: Final = 5.0
PASSWORDS_BURST: Final = 5  # wrong ones on the page for review
PASSWORDS_PER_SECOND: Final = 0.1
