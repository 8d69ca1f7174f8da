"""Pictures on the page, each with words for those who do not see it."""

import base64
from html import escape

import streamlit as st

from digit_detector.detect.images import Pixels
from digit_detector.show.render import to_png


def show_image(picture: Pixels, description: str, caption: str = "") -> None:
    """Show a picture, at most as wide as there is room."""
    data = base64.b64encode(to_png(picture)).decode()
    below = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    st.html(
        f'<figure class="picture"><img src="data:image/png;base64,{data}" alt="{escape(description)}">{below}</figure>'
    )
