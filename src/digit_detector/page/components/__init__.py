"""What components of the page have in common, and the small ones: pictures with words, the share button, the gallery.

`npm run components` builds them from `web/src/streamlit`.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Final

import streamlit as st

from digit_detector.detect.images import Pixels
from digit_detector.drawing import Stroke
from digit_detector.show.render import to_png
from digit_detector.show.texts import Texts, read_catalogue

_GALLERY: Final = "gallery"


def load_component(name: str, isolate_styles: bool = True, css: str = "") -> Callable[..., object]:
    """Declare the component of this name.

    Args:
        name: of its files in this folder.
        isolate_styles: the page's styles and the component's do not reach each other.
        css: comes before the component's own style.

    Returns:
        A function that shows the component. It takes the visitor's texts, of which the browser gets those that both
        pages share, `data`, a `key`, and callbacks such as `on_chosen_change`.
    """
    js, style = (Path(__file__).with_name(f"{name}.{kind}").read_text(encoding="utf-8") for kind in ("js", "css"))
    component = st.components.v2.component(
        f"digit_detector_{name}", js=js, css=css + style, isolate_styles=isolate_styles
    )

    def show(texts: Texts, data: Mapping[str, object], **arguments: Any) -> object:
        shared = {key: text for key, text in read_catalogue(texts.language).items() if key.startswith("common.")}
        # Streamlit searches a dictionary for data frames, and imports pandas for it (70 MB); it passes on a list.
        return component(data=[{**data, "texts": shared}], **arguments)

    return show


_show_share = load_component("share")
_show_gallery = load_component(_GALLERY)


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


def choose_by_code(name: str, label: str, words: Mapping[str, str], default: str) -> str:
    """Show a choice that the page's address holds by its code, such as `?step=ink`: such a link fits every language.

    Streamlit binds a choice to the address by the word that is shown. So what is bound is a hidden field.

    Args:
        name: of the address's parameter.
        label: for those who do not see the choice.
        words: shown for each code.
        default: the code that the address leaves out, and that replaces an unknown one.
    """
    with st.container(key=f"{name}_in_address"):  # hidden by main.css
        linked = st.text_input(name, key=name, bind="query-params")
    shown = f"{name}_shown"
    st.session_state[shown] = linked if linked in words else default

    def follow() -> None:
        code = st.session_state[shown]
        st.session_state[name] = "" if code == default else code

    st.segmented_control(
        label,
        list(words),
        format_func=words.__getitem__,
        required=True,
        key=shown,
        on_change=follow,
        label_visibility="collapsed",
    )
    return str(st.session_state[shown])


def show_share(texts: Texts) -> None:
    """Show the button that shares a link to the page, with its thresholds and the drawing."""
    _show_share(texts, data={}, key="share")


def show_gallery(texts: Texts, past: Sequence[PastDrawing], on_choose: Callable[[], None]) -> None:
    """Show earlier drawings in this order; `chosen_drawing()` returns the one for which `on_choose` runs."""
    drawings = [
        {"name": drawing.id, "reading": drawing.reading or texts("page.draw.noDigit"), "thumbnail": drawing.thumbnail}
        for drawing in past
    ]
    _show_gallery(texts, data={"drawings": drawings}, key=_GALLERY, on_chosen_change=on_choose)


def chosen_drawing(past: Sequence[PastDrawing]) -> PastDrawing | None:
    """Return the drawing that was tapped."""
    chosen = st.session_state[_GALLERY]["chosen"]
    return next((drawing for drawing in past if drawing.id == chosen), None)
