"""What was read, as text that a screen reader announces when it changes."""

from pathlib import Path

import streamlit as st

_show = st.components.v2.component(
    "digit_detector_reading",
    html='<output id="reading" aria-live="polite"></output>',
    css="""
        #reading {
          display: block;
          min-height: 3rem;
          white-space: pre-line;
          overflow-wrap: anywhere;
          font-size: 2.25rem;
          font-weight: 600;
          line-height: 3rem;
        }
    """,
    js=Path(__file__).with_name("reading.js").read_text(encoding="utf-8"),
    isolate_styles=False,  # the id is to be one of the page itself
)


def show_reading(text: str) -> None:
    """Show exactly `text` in the element with the id `reading`."""
    _show(key="reading_text", data={"text": text})
