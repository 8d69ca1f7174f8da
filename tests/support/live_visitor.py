"""A visitor of /live."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from playwright.sync_api import Locator, Page, expect

from support.visitor import Visitor


@dataclass
class Guest(Visitor):
    """A user of /live."""

    surface = "#canvas"
    ink_layer = "#drawing"

    @property
    def status(self) -> Locator:
        return self.page.locator("#status")

    @property
    def found(self) -> Locator:
        return self.page.locator("#objects li")

    def expect_ready(self, threads: str = "") -> None:
        """Wait for the detector, optionally with `2 threads` or `1 thread`."""
        expect(self.status).to_have_text(re.compile(f"^Ready, {threads}"))

    def expect_settled(self, *names: str) -> None:
        """Wait until the answer is up to date, and check the objects' names in reading order."""
        shown = "#canvas:has(#boxes:not(.stale)) :is(.box, .cover)"
        expect(self.page.locator(shown)).to_have_count(len(names))
        assert self.found.locator(".chip").all_inner_texts() == list(names)

    def draw_rude(self) -> None:
        """Draw a shape that only the last of three strokes makes rude: nobody can draw on a cover."""
        turn = np.linspace(0, 2 * np.pi, 14)
        for centre in (150, 250):
            self.stroke(np.stack([centre + 48 * np.sin(turn), 300 + 45 * np.cos(turn)], axis=1))
        half = np.linspace(np.pi, 2 * np.pi, 9)
        tip = np.stack([200 + 38 * np.cos(half), 100 + 45 * np.sin(half)], axis=1)
        self.stroke(np.concatenate([[[162.0, 260]], [[162, 180]], tip, [[238, 180]], [[238, 260]]]))


Enter = Callable[..., Guest]


def enter(page: Page, url: str, hand: str = "mouse") -> Guest:
    """Open the page and wait for the detector."""
    page.set_default_timeout(60_000)  # the same as for expectations
    page.goto(url)
    guest = Guest(page, page.context.new_cdp_session(page) if hand == "touch" else None)
    guest.expect_ready()
    return guest
