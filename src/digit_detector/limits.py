"""Limits on input, so that it is rejected before it costs memory or time."""

from typing import Final, NamedTuple

MAX_FILE_BYTES: Final = 20 * 1024 * 1024
MAX_PIXELS: Final = 25_000_000


class ClientLimits(NamedTuple):
    """Limits on requests of one kind, so that the server stays fast for everybody.

    Attributes:
        burst: requests that a client may make without a pause.
        per_second: requests that it may make afterwards.
        client_concurrency, total_concurrency: unfinished requests, of one client and of all.
    """

    burst: int
    per_second: float
    client_concurrency: int
    total_concurrency: int


API: Final = ClientLimits(burst=20, per_second=2.0, client_concurrency=4, total_concurrency=32)
# A whole school may share an address.
PAGES: Final = ClientLimits(burst=100, per_second=5.0, client_concurrency=300, total_concurrency=1000)
UPLOADS: Final = ClientLimits(burst=60, per_second=1.0, client_concurrency=20, total_concurrency=100)
UPLOADS_NETWORK_BYTES: Final = 10 * MAX_FILE_BYTES  # a school class of 40 with photos of 5 MB each
UPLOADS_TOTAL_BYTES: Final = 20 * MAX_FILE_BYTES  # a server with 1 GB of memory can hold these
UPLOAD_SECONDS: Final = 60
MESSAGES_BURST: Final = 30  # from one page; a hand makes hardly three strokes a second
MESSAGES_PER_SECOND: Final = 5.0
PASSWORDS_BURST: Final = 5  # wrong ones on the page for review
PASSWORDS_PER_SECOND: Final = 0.1
RUN_SECONDS: Final = 5.0  # after which a run of the page no longer keeps others waiting
PAUSE_SECONDS: Final = 3.0  # after which somebody who draws has paused, and looks at the answer
