"""A visitor of the page, whose hand draws with the mouse or with a finger."""

from base64 import b64decode
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, CDPSession, FloatRect, Locator, Page, expect
from strokes import Stroke, strokes

SIDE = 400  # px of the drawing, whatever its size on the screen
INK = "canvas.dc-canvas.lower-canvas"
BOXES = "canvas.dc-background-canvas"

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 664},  # what the browser's own bars leave of a common phone
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}


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
        return self.page.locator("#reading")

    def draw(self, shape: str, x: float = 130, y: float = 80, height: float = 230) -> None:
        """Draw a shape, its upper left corner and its height in px of the drawing."""
        for stroke in strokes(shape, x, y, height):
            self.stroke(stroke)

    def stroke(self, points: Stroke) -> None:
        """Put the pen down at the first point, lead it through the others, and lift it; in px of the drawing."""
        on_screen = (points * self.frame["width"] / SIDE + (self.frame["x"], self.frame["y"])).tolist()
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

    def press(self, name: str, role: Literal["button", "combobox", "option"] = "button") -> None:
        """Click on it, or tap it."""
        target = self.page.get_by_role(role, name=name, exact=True)
        target.click() if self.finger is None else target.tap()

    def expect_reading(self, text: str) -> None:
        expect(self.reading).to_have_text(text, use_inner_text=True)

    def expect_boxes(self, shown: bool) -> None:
        """Wait until there are boxes under the ink, or none."""
        self.page.wait_for_function(
            """([canvas, shown]) => shown === canvas.getContext("2d")
                 .getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value !== 255)""",
            arg=[self.page.locator(BOXES).element_handle(), shown],
            polling=50,
        )

    def pixels(self, layer: str) -> NDArray[np.uint8]:
        """RGBA (SIDE, SIDE, 4) of a layer of the canvas: `INK` or `BOXES`."""
        # The canvas paints a stroke on the frame after the pen was lifted.
        self.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        url: str = self.page.locator(layer).evaluate("canvas => canvas.toDataURL()")
        return np.asarray(Image.open(BytesIO(b64decode(url.partition(",")[2]))))


def arrive(browser: Browser, url: str, hand: str) -> Visitor:
    """Open the page with a `mouse` on a desktop, or with a `touch` screen on a phone."""
    page = browser.new_context(**(PHONE if hand == "touch" else DESKTOP)).new_page()
    page.goto(url)
    visitor = Visitor(page, page.context.new_cdp_session(page) if hand == "touch" else None)
    page.locator("canvas.upper-canvas").wait_for()
    return visitor
