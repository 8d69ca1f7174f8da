"""The built page on a local server, and visitors with a mouse and with a touch screen."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from support.live_visitor import Enter, Guest
from support.live_visitor import enter as enter_on
from support.static_host import serve_plainly
from support.visitor import DEVICES, NewPage

from digit_detector.server.live import BUILT


@pytest.fixture(scope="session")
def built() -> Path:
    assert (BUILT / "index.html").is_file(), "the page is not built: make web"
    return BUILT


@pytest.fixture(scope="session")
def plain(built: Path) -> Iterator[str]:
    """The address of a plain static server, without compression or special headers."""
    with serve_plainly(built) as url:
        yield url


@pytest.fixture
def enter(new_page: NewPage) -> Enter:
    """Open the page, without its service worker, for one test."""

    def enter(url: str, hand: str = "mouse", **options: Any) -> Guest:
        return enter_on(new_page(hand, **{"service_workers": "block"} | options), url, hand)

    return enter


@pytest.fixture(scope="session")
def regulars(browser: Browser, plain: str) -> Callable[[str], Guest]:
    """Sessions for many tests, one for each hand, since loading the page takes long.

    They have one thread: two would wait for each other on a busy machine.
    """
    return cache(
        lambda hand: enter_on(browser.new_context(**DEVICES[hand], service_workers="block").new_page(), plain, hand)
    )


@pytest.fixture(params=["mouse", "touch"])
def guest(request: pytest.FixtureRequest, regulars: Callable[[str], Guest]) -> Guest:
    """A shared session with an empty canvas."""
    guest = regulars(request.param)
    guest.clear()
    guest.expect_settled()
    return guest
