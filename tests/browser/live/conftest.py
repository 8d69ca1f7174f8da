"""The built page on a local server, and visitors with a mouse and with a touch screen."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from support.live_visitor import DEVICES, Guest, Hand, enter
from support.static_host import Host, serve_live, serve_plainly

from digit_detector.server.live import BUILT

# The network runs in the browser, so a busy machine slows these tests twice.
expect.set_options(timeout=60_000)


@pytest.fixture(scope="session")
def built() -> Path:
    assert (BUILT / "index.html").is_file(), "the page is not built: make web"
    return BUILT


@pytest.fixture(scope="session")
def host(built: Path) -> Iterator[Host]:
    with serve_live(built) as host:
        yield host


@pytest.fixture(scope="session")
def plain(built: Path) -> Iterator[str]:
    """The address of a plain static server, without compression or special headers."""
    with serve_plainly(built) as url:
        yield url


@pytest.fixture(params=DEVICES)
def hand(request: pytest.FixtureRequest) -> Hand:
    return request.param


@pytest.fixture
def context(browser: Browser, hand: Hand) -> Iterator[BrowserContext]:
    """A browser context without anything from earlier sessions."""
    context = browser.new_context(**DEVICES[hand])
    yield context
    context.close()


@pytest.fixture
def newcomer(context: BrowserContext, host: Host, hand: Hand) -> Guest:
    return enter(context, host.url, hand)


@pytest.fixture(scope="session")
def regulars(browser: Browser, plain: str) -> Callable[[Hand], Guest]:
    """Sessions for many tests, one for each hand, since loading the page takes long.

    They have one thread: two would wait for each other on a busy machine.
    """

    @cache
    def regular(hand: Hand) -> Guest:
        return enter(browser.new_context(**DEVICES[hand], service_workers="block"), plain, hand)

    return regular


@pytest.fixture(params=DEVICES)
def guest(request: pytest.FixtureRequest, regulars: Callable[[Hand], Guest]) -> Guest:
    """A shared session with an empty canvas."""
    guest = regulars(request.param)
    guest.draw("1", x=20, y=20, height=40)  # so that Clear is enabled; outside any cover
    guest.press("Clear")
    guest.expect_settled()
    return guest
