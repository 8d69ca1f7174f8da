"""A visitor of /live."""

import re
from base64 import b64decode
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import BrowserContext, FloatRect, Locator, expect

from support.strokes import Stroke
from support.visitor import DESKTOP, PHONE, SIDE, Visitor

Hand = Literal["mouse", "touch"]
DEVICES: dict[Hand, dict[str, Any]] = {"mouse": DESKTOP, "touch": PHONE}


@dataclass
class Guest(Visitor):
    """A user of /live; coordinates are canvas units, 400 across, as on the Streamlit page."""

    @property
    def frame(self) -> FloatRect:
        frame = self.page.locator("#canvas").bounding_box()
        assert frame is not None
        return frame

    @property
    def corner(self) -> tuple[float, float]:
        """The canvas's upper left corner on the screen, in CSS pixels."""
        return self.frame["x"], self.frame["y"]

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

    def boxes_found(self) -> list[NDArray[np.float64]]:
        """The boxes on the canvas, xyxy in canvas units, the best object last."""
        areas = [box.bounding_box() for box in self.page.locator("#boxes .box").all()]
        scale = SIDE / self.frame["width"]
        return [
            (np.array([area["x"], area["y"], area["x"] + area["width"], area["y"] + area["height"]]) - self.corner * 2)
            * scale
            for area in areas
            if area is not None
        ]

    def tap(self, x: float, y: float) -> None:
        """Tap a point of the canvas."""
        self.stroke(np.array([[x, y]]))

    def draw_rude(self) -> None:
        """Draw a shape that only the last of three strokes makes rude: nobody can draw on a cover."""
        turn = np.linspace(0, 2 * np.pi, 14)
        for centre in (150, 250):
            self.stroke(np.stack([centre + 48 * np.sin(turn), 300 + 45 * np.cos(turn)], axis=1))
        half = np.linspace(np.pi, 2 * np.pi, 9)
        tip = np.stack([200 + 38 * np.cos(half), 100 + 45 * np.sin(half)], axis=1)
        self.stroke(np.concatenate([[[162.0, 260]], [[162, 180]], tip, [[238, 180]], [[238, 260]]]))

    def stroke(self, points: Stroke) -> None:
        """Draw a stroke through these points."""
        self.page.locator("#canvas").scroll_into_view_if_needed()
        self.hold(points)
        self.lift()

    def hold(self, points: Stroke) -> None:
        """Move the pen through the points and leave it down."""
        for index, place in enumerate((points * self.frame["width"] / SIDE + self.corner).tolist()):
            if self.finger is not None:
                self._touch("touchMove" if index else "touchStart", [dict(zip("xy", place, strict=True))])
            else:
                self.page.mouse.move(*place)
                if index == 0:
                    self.page.mouse.down()

    def lift(self) -> None:
        """Lift the pen."""
        self.page.mouse.up() if self.finger is None else self._touch("touchEnd", [])

    def ink(self) -> NDArray[np.uint8]:
        """The opacity (H, W) of the drawing, in device pixels."""
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
    """Open the page and wait for the detector."""
    context.set_default_timeout(60_000)  # the same as for expectations
    page = context.new_page()
    page.goto(url)
    guest = Guest(page, context.new_cdp_session(page) if hand == "touch" else None)
    guest.expect_ready()
    return guest
