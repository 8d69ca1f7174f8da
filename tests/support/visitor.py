"""A visitor of the page, whose hand draws with the mouse or with a finger."""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any, ClassVar, Literal, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image
from playwright.sync_api import CDPSession, Download, FloatRect, Locator, Page, ViewportSize, expect

from support.strokes import Stroke, strokes

SIDE = 400  # px of the drawing, whatever its size on the screen

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

    surface: ClassVar[str] = "canvas.upper-canvas"
    """What the visitor draws on."""
    ink_layer: ClassVar[str] = "canvas.dc-canvas.lower-canvas"
    """What then has the ink."""

    @property
    def frame(self) -> FloatRect:
        """Where the canvas is on the screen, in CSS px."""
        frame = self.page.locator(self.surface).bounding_box()
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

    def write(self, first: str, second: str) -> None:
        """Draw two digits side by side, and wait until they are read."""
        self.draw(first, x=60, y=100, height=180)
        self.draw(second, x=220, y=100, height=180)
        self.expect_reading(f"{first} {second}")

    def stroke(self, points: Stroke) -> None:
        """Put the pen down at the first point, lead it through the others, and lift it; in px of the drawing."""
        # Streamlit may move the canvas on the page at any time: Playwright's own way waits for an element that is gone.
        canvas = self.page.locator(self.surface)
        canvas.evaluate("element => element.scrollIntoView({block: 'nearest', behavior: 'instant'})")
        self.hold(points)
        self.lift()

    def tap(self, x: float, y: float) -> None:
        """Tap a point of the drawing."""
        self.stroke(np.array([[x, y]]))

    def hold(self, points: Stroke) -> None:
        """Put the pen down at the first point, and lead it through the others; in px of the drawing."""
        self.lead(self.on_screen(points))

    def lead(self, on_screen: list[list[float]]) -> None:
        """Put mouse or finger down at the first point of the screen, and lead it through the others."""
        for index, place in enumerate(on_screen):
            if self.finger is not None:
                self._touch("touchMove" if index else "touchStart", place)
            else:
                self.page.mouse.move(*place)
                if index == 0:
                    self.page.mouse.down()

    def lift(self) -> None:
        """Lift mouse or finger."""
        self.page.mouse.up() if self.finger is None else self._touch("touchEnd")

    def touch(self, kind: str, *points: tuple[float, float]) -> None:
        """Send a touch event with a finger at each of these points of the drawing."""
        self._touch(kind, *self.on_screen(points))

    def _touch(self, kind: str, *on_screen: list[float]) -> None:
        assert self.finger is not None
        points = [{"x": x, "y": y, "id": index} for index, (x, y) in enumerate(on_screen)]
        self.finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def pen(self, kind: str, x: float, y: float, force: float = 0.5) -> None:
        """Send a pen event."""
        assert self.finger is not None
        ((x, y),) = self.on_screen([(x, y)])
        event = {"type": kind, "pointerType": "pen", "button": "left", "buttons": 1, "clickCount": 1}
        self.finger.send("Input.dispatchMouseEvent", event | {"x": x, "y": y, "force": force})

    def on_screen(self, points: ArrayLike) -> list[list[float]]:
        """Points (N, 2) of the drawing on the screen."""
        frame = self.frame
        places: list[list[float]] = (
            np.reshape(points, (-1, 2)) * frame["width"] / SIDE + (frame["x"], frame["y"])
        ).tolist()
        return places

    def hand_over(self, png: bytes, how: Literal["paste", "drop"]) -> None:
        """Paste a picture from the clipboard, or drop it on the page from another window."""
        self.page.evaluate(
            """([png, how]) => {
                 const transfer = new DataTransfer();
                 const bytes = Uint8Array.from(atob(png), (character) => character.charCodeAt(0));
                 transfer.items.add(new File([bytes], "note.png", { type: "image/png" }));
                 document.body.dispatchEvent(how === "paste"
                   ? new ClipboardEvent(how, { clipboardData: transfer, bubbles: true })
                   : new DragEvent(how, { dataTransfer: transfer, bubbles: true }));
               }""",
            [b64encode(png).decode(), how],
        )

    def save(self, name: str) -> Download:
        """Press a button that saves a file."""
        with self.page.expect_download() as download:
            self.press(name)
        return download.value

    @contextmanager
    def screen(self, **size: int) -> Iterator[None]:
        """Give the screen another width or height for a while."""
        usual = self.page.viewport_size
        assert usual is not None
        self.page.set_viewport_size(cast(ViewportSize, usual | size))
        try:
            yield
        finally:
            self.page.set_viewport_size(usual)

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
        """The opacity (H, W) of the ink, in the canvas's own pixels: on the Streamlit page, those of the drawing."""
        # The canvas paints a stroke on the frame after the pen was lifted.
        self.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        url: str = self.page.locator(self.ink_layer).evaluate("canvas => canvas.toDataURL()")
        return np.asarray(Image.open(BytesIO(b64decode(url.partition(",")[2]))))[..., 3]

    def inked(self, x: float, y: float) -> bool:
        """Whether there is ink within 3 px of a point of the drawing."""
        ink = self.ink()
        left, right, top, bottom = (round(side * len(ink) / SIDE) for side in (x - 3, x + 4, y - 3, y + 4))
        return bool(ink[top:bottom, left:right].any())


NewPage = Callable[..., Page]
Arrive = Callable[..., Visitor]


def arrive(page: Page, url: str, hand: str = "mouse", ready: str = Visitor.surface) -> Visitor:
    """Open the page with a `mouse` on a desktop, or by `touch` on a phone, or on a `small` one in the dark theme."""
    page.set_default_timeout(120_000)
    page.goto(url)
    visitor = Visitor(page, None if hand == "mouse" else page.context.new_cdp_session(page))
    page.locator(ready).wait_for()
    return visitor
