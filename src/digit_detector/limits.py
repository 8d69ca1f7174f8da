"""Limits on input, so that it is rejected before it costs memory or time."""

from typing import Final, NamedTuple

MAX_FILE_BYTES: Final = 20 * 1024 * 1024
MAX_PIXELS: Final = 25_000_000
MAX_SIDE: Final = 1024
"""px of the longer side at which both pages keep a picture: several times what the network looks at."""
MAX_SENT_BYTES: Final = 3_500_000
"""Of a picture in a message from the page, in which Base64 makes four bytes of three."""
MAX_STATE_BYTES: Final = 1_000_000
"""Of a message from the page without its picture; a drawing of `canvas.MAX_POINTS` has at most some 640,000."""


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
UPLOAD_SECONDS: Final = 60
MESSAGES_BURST: Final = 30  # from one page; a hand makes hardly three strokes a second
MESSAGES_PER_SECOND: Final = 5.0
PASSWORDS_BURST: Final = 5  # wrong ones on the page for review
PASSWORDS_PER_SECOND: Final = 0.1
CONTRIBUTIONS_BURST: Final = 100  # of a network: a class that draws together
CONTRIBUTIONS_PER_SECOND: Final = 0.5
RUN_SECONDS: Final = 5.0  # after which a run of the page no longer keeps others waiting
PAUSE_SECONDS: Final = 3.0  # after which somebody who draws has paused, and looks at the answer
