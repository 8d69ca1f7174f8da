"""A visitor of the page, whose hand draws with the mouse or with a finger."""

import re
from base64 import b64decode
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, CDPSession, FloatRect, Locator, Page, expect

from support.strokes import Stroke, strokes

SIDE = 400  # px of the drawing, whatever its size on the screen
INK = "canvas.dc-canvas.lower-canvas"

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 664},  # what the browser's own bars leave of a common phone
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
SMALL_PHONE: dict[str, Any] = PHONE | {"viewport": {"width": 360, "height": 560}, "color_scheme": "dark"}
DEVICES = {"mouse": DESKTOP, "touch": PHONE, "small": SMALL_PHONE}


@dataclass
class Visitor:
    page: Page
    finger: CDPSession | None
    """The way to the screen of a phone; without it, the visitor has a mouse."""

    @property
    def frame(self) -> FloatRect:
        """Where the canvas is on the screen, in CSS px."""
        frame = self.page.locator("canvas.upper-canvas").bounding_box()
        assert frame is not None
        return frame

    @property
    def reading(self) -> Locator:
        """The latest: Streamlit takes that of the run before away only when the next run has ended."""
        return self.page.locator("#reading").last

    def draw(self, shape: str, x: float = 130, y: float = 80, height: float = 230) -> None:
        """Draw a shape, its upper left corner and its height in px of the drawing.

        The pen tells a third of its places, as between two frames of a screen: both pages draw curves between them.
        """
        for stroke in strokes(shape, x, y, height):
            self.stroke(np.concatenate([stroke[:-1:3], stroke[-1:]]))

    def stroke(self, points: Stroke) -> None:
        """Put the pen down at the first point, lead it through the others, and lift it; in px of the drawing."""
        # Streamlit may move the canvas on the page at any time: Playwright's own way waits for an element that is gone.
        canvas = self.page.locator("canvas.upper-canvas")
        canvas.evaluate("element => element.scrollIntoView({block: 'nearest', behavior: 'instant'})")
        self.lead((points * self.frame["width"] / SIDE + (self.frame["x"], self.frame["y"])).tolist())

    def lead(self, on_screen: list[list[float]]) -> None:
        """Put mouse or finger down at the first point of the screen, lead it through the others, and lift it."""
        if self.finger is None:
            self.page.mouse.move(*on_screen[0])
            self.page.mouse.down()
            for point in on_screen[1:]:
                self.page.mouse.move(*point)
            self.page.mouse.up()
        else:
            for index, (x, y) in enumerate(on_screen):
                self._touch("touchMove" if index else "touchStart", [{"x": x, "y": y}])
            self._touch("touchEnd", [])

    def _touch(self, kind: str, points: list[dict[str, float]]) -> None:
        assert self.finger is not None
        self.finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def clear(self) -> None:
        """Clear the canvas, if anything is on it."""
        button = self.page.get_by_role("button", name="Clear", exact=True)
        if button.is_enabled():
            self.choose(button)
        self.expect_reading("")

    def press(self, name: str, role: Literal["button", "link", "radio"] = "button") -> None:
        """Click on it, or tap it."""
        self.choose(self.page.get_by_role(role, name=name, exact=True))

    def choose(self, target: Locator) -> None:
        """Click on it, or tap it."""
        target.click() if self.finger is None else target.tap()

    def unfold(self, title: str) -> None:
        """Open what is folded up under a title, and wait until it stands still: what moves loses clicks."""
        self.choose(self.page.get_by_text(title))
        self.page.wait_for_function(
            """title => [...document.querySelectorAll("details[open]")].some(
                 (each) => each.innerText.includes(title) && each.getAnimations().length === 0)""",
            arg=title,
        )

    def expect_reading(self, text: str) -> None:
        expect(self.reading).to_have_text(text, use_inner_text=True)
        expect(self.page.locator("#reading")).to_have_count(1)

    def expect_boxes(self, *labels: str) -> None:
        """Wait until there are boxes of these labels on the canvas, in any order, and no others."""
        tags = self.page.locator(".tag:not(.left-out)")
        expect(tags).to_have_count(len(labels))
        for label in labels:
            expect(tags.filter(has_text=re.compile(rf"^{label} \d+%$"))).to_have_count(labels.count(label))

    def boxes(self) -> list[NDArray[np.float64]]:
        """The boxes on the canvas, xyxy in px of the drawing."""
        areas = [box.bounding_box() for box in self.page.locator(".box").all()]
        frame = self.frame
        return [
            (
                np.array([area["x"], area["y"], area["x"] + area["width"], area["y"] + area["height"]])
                - [frame["x"], frame["y"]] * 2
            )
            * SIDE
            / frame["width"]
            for area in areas
            if area is not None
        ]

    def ink(self) -> NDArray[np.uint8]:
        """RGBA (SIDE, SIDE, 4) of the ink on the canvas."""
        # The canvas paints a stroke on the frame after the pen was lifted.
        self.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        url: str = self.page.locator(INK).evaluate("canvas => canvas.toDataURL()")
        return np.asarray(Image.open(BytesIO(b64decode(url.partition(",")[2]))))


def arrive(browser: Browser, url: str, hand: str, ready: str = "canvas.upper-canvas") -> Visitor:
    """Open the page with a `mouse` on a desktop, or by `touch` on a phone, or on a `small` one in the dark theme."""
    page = browser.new_context(**DEVICES[hand]).new_page()
    page.set_default_timeout(120_000)
    page.goto(url)
    visitor = Visitor(page, None if hand == "mouse" else page.context.new_cdp_session(page))
    page.locator(ready).wait_for()
    return visitor
