"""What Streamlit runs for every visitor and every change: the pages, and the way between them."""

from pathlib import Path

import streamlit as st

from digit_detector.page import about, draw, inside, picture, receipt, review
from digit_detector.page.giving import collector
from digit_detector.page.visit import visit

st.set_page_config(page_title="Digit detector", page_icon="✏️", layout="centered")
style = Path(__file__).with_name("main.css").read_text(encoding="utf-8")
pages = [
    st.Page(draw.show, title="Draw", icon=":material/draw:", url_path="draw", default=True),
    st.Page(picture.show, title="Picture", icon=":material/photo_camera:", url_path="picture"),
    st.Page(inside.show, title="Inside", icon=":material/visibility:", url_path="inside"),
    st.Page(about.show, title="About", icon=":material/info:", url_path="about"),
]
# Where drawings are kept, two more that have no place in the row, which a phone has room for as it is.
hidden = [receipt.page()] if collector() is not None else []
if review.is_on():
    hidden.append(st.Page(review.show, title="Review", url_path="review"))
chosen = st.navigation(pages + hidden, position="hidden")
visit().come_to(chosen.title)
st.html(f'<style>{style}</style><h1 class="for-screen-readers">{chosen.title}</h1>')
with st.container(horizontal=True, gap="small", key="pages"):
    for page in pages:
        st.page_link(page)
chosen.run()
