"""A browser, and visitors on a desktop and on a phone."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from support.chromium import FLAGS, find_chromium
from support.visitor import DEVICES, Arrive, NewPage, Visitor
from support.visitor import arrive as arrive_on

# What is expected comes within half a second, but not on a machine that is busy with something else.
expect.set_options(timeout=60_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Open empty pages, each on a device of its own, for one test."""
    with ExitStack() as contexts:
        yield lambda hand="mouse", **options: contexts.enter_context(
            browser.new_context(**DEVICES[hand] | options)
        ).new_page()


@pytest.fixture
def arrive(new_page: NewPage) -> Arrive:
    """Have visitors arrive who leave when the test ends."""

    def arrive(url: str, hand: str = "mouse", ready: str = Visitor.surface, **options: Any) -> Visitor:
        return arrive_on(new_page(hand, **options), url, hand, ready)

    return arrive


@pytest.fixture(scope="session")
def regulars(browser: Browser, url: str) -> Callable[[str], Visitor]:
    """Visitors who stay for many tests, one for each device: to load the page for each test would take long."""
    return cache(lambda hand: arrive_on(browser.new_context(**DEVICES[hand]).new_page(), url, hand))


@pytest.fixture(params=["mouse", "touch"])
def visitor(request: pytest.FixtureRequest, regulars: Callable[[str], Visitor]) -> Visitor:
    """A regular before an empty canvas."""
    visitor = regulars(request.param)
    visitor.clear()
    return visitor


@pytest.fixture(params=["mouse", "small"])
def newcomer(request: pytest.FixtureRequest, arrive: Arrive, url: str) -> Visitor:
    """One with the page as it is at first, free to change its settings."""
    return arrive(url, request.param)
