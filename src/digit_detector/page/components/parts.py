"""Small parts of the page: pictures with words, the share button, the row of earlier drawings."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import streamlit as st

from digit_detector.detect.images import Pixels
from digit_detector.drawing import Stroke
from digit_detector.page.components import load_component, shared_texts
from digit_detector.show.render import to_png
from digit_detector.show.texts import Texts

_GALLERY: Final = "gallery"


_show_share = load_component("share")
_show_gallery = load_component("gallery")


@dataclass(frozen=True)
class Opened:
    """A drawing that the canvas is to show."""

    id: int = 0
    """Another number for each time that a drawing is opened."""
    strokes: tuple[Stroke, ...] = ()


@dataclass(frozen=True)
class PastDrawing:
    """An earlier drawing of this session."""

    strokes: tuple[Stroke, ...]
    reading: str
    thumbnail: str
    """A data URL. What was covered is covered here."""

    @property
    def id(self) -> str:
        """The same wherever the drawing stands in the row."""
        return str(hash(self.strokes))


def data_url(picture: Pixels) -> str:
    """Return a picture, uint8 (H, W) or (H, W, 3), as the URL of a PNG file."""
    return "data:image/png;base64," + base64.b64encode(to_png(picture)).decode()


def show_image(picture: Pixels, description: str, caption: str = "") -> None:
    """Show a picture, at most as wide as there is room, with a description for those who do not see it."""
    below = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    st.html(f'<figure class="picture"><img src="{data_url(picture)}" alt="{escape(description)}">{below}</figure>')


def show_share(texts: Texts) -> None:
    """Show the button that shares a link to the page, with its thresholds and the drawing."""
    _show_share(key="share", data={"texts": shared_texts(texts.language)})


def show_gallery(texts: Texts, past: Sequence[PastDrawing], on_choose: Callable[[], None]) -> None:
    """Show earlier drawings in this order; `chosen_drawing()` returns the one for which `on_choose` runs."""
    drawings = [
        {"name": drawing.id, "reading": drawing.reading or texts("page.draw.noDigit"), "thumbnail": drawing.thumbnail}
        for drawing in past
    ]
    data = {"drawings": drawings, "texts": shared_texts(texts.language)}
    _show_gallery(key=_GALLERY, data=data, on_chosen_change=on_choose)


def chosen_drawing(past: Sequence[PastDrawing]) -> PastDrawing | None:
    """Return the drawing that was tapped."""
    chosen = st.session_state[_GALLERY]["chosen"]
    return next((drawing for drawing in past if drawing.id == chosen), None)
