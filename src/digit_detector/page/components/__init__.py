"""Components of the page, built from `web/src/streamlit` by `npm run components`."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

from digit_detector.show.texts import read_catalogue

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

_FOLDER: Final = Path(__file__).parent


def load_component(name: str, isolate_styles: bool = True, css: str = "") -> "ComponentRenderer":
    """Declare the component of this name; its data contains `texts`, as `shared_texts` returns them.

    `css` comes before the component's own style.
    """
    js, style = ((_FOLDER / f"{name}.{kind}").read_text(encoding="utf-8") for kind in ("js", "css"))
    return st.components.v2.component(f"digit_detector_{name}", js=js, css=css + style, isolate_styles=isolate_styles)


def shared_texts(language: str) -> Mapping[str, str]:
    """Return the texts that both pages share, by their keys."""
    return {key: text for key, text in read_catalogue(language).items() if key.startswith("common.")}
