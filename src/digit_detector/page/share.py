"""A link to the page, with the thresholds that it stands at, for the phone's share sheet or the clipboard."""

from pathlib import Path
from typing import Final

import streamlit as st

_HERE: Final = Path(__file__).parent
_show = st.components.v2.component(
    "digit_detector_share",
    html="""
        <button type="button">Share the link</button>
        <p role="status"></p>
    """,
    css=(_HERE / "share.css").read_text(encoding="utf-8"),
    js=(_HERE / "share.js").read_text(encoding="utf-8"),
)


def show_share() -> None:
    """Show the button; what it shares is the page's address at the time."""
    _show(key="share")
