"""A browser, and visitors on a desktop and on a phone."""

from collections.abc import Callable, Iterator
from functools import cache, partial

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from support.chromium import FLAGS, find_chromium
from support.visitor import Visitor, arrive

# What is expected comes within half a second, but not on a machine that is busy with something else.
expect.set_options(timeout=60_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def regulars(browser: Browser, url: str) -> Callable[[str], Visitor]:
    """Visitors who stay for many tests, one for each device: to load the page for each test would take long."""
    return cache(partial(arrive, browser, url))


@pytest.fixture(params=["mouse", "touch"])
def visitor(request: pytest.FixtureRequest, regulars: Callable[[str], Visitor]) -> Visitor:
    """A regular before an empty canvas."""
    visitor = regulars(request.param)
    visitor.clear()
    return visitor


@pytest.fixture(params=["mouse", "small"])
def newcomer(request: pytest.FixtureRequest, browser: Browser, url: str) -> Iterator[Visitor]:
    """One with the page as it is at first, free to change its settings."""
    newcomer = arrive(browser, url, request.param)
    yield newcomer
    newcomer.page.context.close()
