"""The earlier drawings of this visit, each of which can be opened again."""

from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from digit_detector.page.components import load_component, shared_texts
from digit_detector.page.visit import Past

_KEY: Final = "gallery"
_show = load_component("gallery")


def show_gallery(past: Sequence[Past], on_choose: Callable[[], None]) -> None:
    """Show the drawings in the order given; `chosen()` has the one for which `on_choose` runs."""
    drawings = [
        {"name": _name_of(one), "reading": one.reading or "no digit", "thumbnail": one.thumbnail} for one in past
    ]
    _show(key=_KEY, data={"drawings": drawings, "texts": shared_texts("en")}, on_chosen_change=on_choose)


def chosen(past: Sequence[Past]) -> Past | None:
    """The drawing that was tapped."""
    name = st.session_state[_KEY]["chosen"]
    return next((one for one in past if _name_of(one) == name), None)


def _name_of(one: Past) -> str:
    """Of this drawing alone, wherever in the row it stands by the time of the tap."""
    return str(hash(one))
