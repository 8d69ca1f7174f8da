"""A visitor of the page that runs in the visitor's own browser."""

import re
from base64 import b64decode
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import BrowserContext, FloatRect, Locator, expect

from support.strokes import Stroke, strokes
from support.visitor import DESKTOP, PHONE, SIDE, Visitor

Hand = Literal["mouse", "touch"]
DEVICES: dict[Hand, dict[str, Any]] = {"mouse": DESKTOP, "touch": PHONE}


@dataclass
class Guest(Visitor):
    """Draws on this page as on the other, in px of a paper 400 wide."""

    @property
    def frame(self) -> FloatRect:
        frame = self.page.locator("#paper").bounding_box()
        assert frame is not None
        return frame

    @property
    def corner(self) -> tuple[float, float]:
        """The paper's upper left corner on the screen, in CSS px."""
        return self.frame["x"], self.frame["y"]

    @property
    def status(self) -> Locator:
        return self.page.locator("#status")

    @property
    def found(self) -> Locator:
        return self.page.locator("#detections li")

    def expect_ready(self, threads: str = "") -> None:
        """Wait for the detector, perhaps with these `2 threads` or `one thread`."""
        expect(self.status).to_have_text(re.compile(f"^Ready, {threads}"))

    def expect_settled(self, *labels: str) -> None:
        """Wait until the answer is about what is on the paper, and these are its labels in any order."""
        expect(self.page.locator("#boxes:not(.stale) .box")).to_have_count(len(labels))
        assert sorted(self.found.evaluate_all("items => items.map((item) => item.dataset.label)")) == sorted(labels)

    def draw(self, shape: str, x: float = 130, y: float = 80, height: float = 230) -> None:
        """Draw as on the other page; with fewer points, since this page draws curves between them."""
        for stroke in strokes(shape, x, y, height):
            self.stroke(np.concatenate([stroke[:-1:3], stroke[-1:]]))

    def draw_rude(self) -> None:
        """What the last of three strokes makes rude: before it there is no cover, on which nobody could draw."""
        turn = np.linspace(0, 2 * np.pi, 14)
        for centre in (150, 250):
            self.stroke(np.stack([centre + 48 * np.sin(turn), 300 + 45 * np.cos(turn)], axis=1))
        half = np.linspace(np.pi, 2 * np.pi, 9)
        tip = np.stack([200 + 38 * np.cos(half), 100 + 45 * np.sin(half)], axis=1)
        self.stroke(np.concatenate([[[162.0, 260]], [[162, 180]], tip, [[238, 180]], [[238, 260]]]))

    def stroke(self, points: Stroke) -> None:
        """Put the pen down at the first point, lead it through the others, and lift it; in px of the drawing."""
        self.page.locator("#paper").scroll_into_view_if_needed()
        self.hold(points)
        self.lift()

    def hold(self, points: Stroke) -> None:
        """Lead the pen through the points, and leave it down."""
        for index, place in enumerate((points * self.frame["width"] / SIDE + self.corner).tolist()):
            if self.finger is not None:
                self._touch("touchMove" if index else "touchStart", [dict(zip("xy", place, strict=True))])
            else:
                self.page.mouse.move(*place)
                if index == 0:
                    self.page.mouse.down()

    def lift(self) -> None:
        """Take the pen that was held from the paper."""
        self.page.mouse.up() if self.finger is None else self._touch("touchEnd", [])

    def ink(self) -> NDArray[np.uint8]:
        """The opacity (H, W) of the drawing, in the screen's own pixels."""
        self.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        width, values = self.page.locator("#drawing").evaluate(
            """canvas => {
                 const { width, height } = canvas;
                 const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
                 const opacity = data.filter((_, index) => index % 4 === 3);
                 return [width, btoa(Array.from(opacity, (byte) => String.fromCharCode(byte)).join(""))];
               }"""
        )
        return np.frombuffer(b64decode(values), np.uint8).reshape(-1, width)


def enter(context: BrowserContext, url: str, hand: Hand) -> Guest:
    """Open the page, and wait until its detector is ready."""
    context.set_default_timeout(60_000)  # as long as what is expected may take
    page = context.new_page()
    page.goto(url)
    guest = Guest(page, context.new_cdp_session(page) if hand == "touch" else None)
    guest.expect_ready()
    return guest
