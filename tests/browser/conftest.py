"""A browser, and visitors on a desktop and on a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from support.chromium import FLAGS, find_chromium
from support.visitor import DEVICES, Visitor, arrive

# What is expected comes within half a second, but not on a machine that is busy with something else.
expect.set_options(timeout=60_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session", params=DEVICES)
def regular(request: pytest.FixtureRequest, browser: Browser, url: str) -> Visitor:
    return arrive(browser, url, request.param)


@pytest.fixture
def visitor(regular: Visitor) -> Visitor:
    """One who stays for many tests, before an empty canvas: to load the page for each would take long."""
    regular.press("Clear")
    regular.expect_reading("")
    return regular


@pytest.fixture(params=DEVICES)
def newcomer(request: pytest.FixtureRequest, browser: Browser, url: str) -> Iterator[Visitor]:
    """One with the page as it is at first, free to change its settings."""
    newcomer = arrive(browser, url, request.param)
    yield newcomer
    newcomer.page.context.close()
