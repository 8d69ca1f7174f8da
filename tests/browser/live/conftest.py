"""The built page, served, and visitors on a desktop and on a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from support.live_visitor import DEVICES, Guest, Hand, enter
from support.static_host import Host, serve_live, serve_plainly

from digit_detector.page.live import BUILT

# The network runs in the browser itself: a busy machine is felt twice here.
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
    """The address of a server that knows nothing of this page."""
    with serve_plainly(built) as url:
        yield url


@pytest.fixture(params=DEVICES)
def hand(request: pytest.FixtureRequest) -> Hand:
    return request.param


@pytest.fixture
def context(browser: Browser, hand: Hand) -> Iterator[BrowserContext]:
    """A new browser's: nothing is kept from earlier visits."""
    context = browser.new_context(**DEVICES[hand])
    yield context
    context.close()


@pytest.fixture
def newcomer(context: BrowserContext, host: Host, hand: Hand) -> Guest:
    return enter(context, host.url, hand)


@pytest.fixture(scope="session", params=DEVICES)
def regular(request: pytest.FixtureRequest, browser: Browser, plain: str) -> Guest:
    """With one thread: two wait for each other wherever something else runs, too."""
    context = browser.new_context(**DEVICES[request.param], service_workers="block")
    return enter(context, plain, request.param)


@pytest.fixture
def guest(regular: Guest) -> Guest:
    """One who stays for many tests, before an empty paper: to load the page for each would take long."""
    regular.draw("1", x=20, y=20, height=40)  # or there may be nothing to clear; beside what may be covered
    regular.press("Clear")
    regular.expect_settled()
    return regular
