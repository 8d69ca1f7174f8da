"""What Streamlit runs for every visitor and every change: the pages, and the way between them."""

from pathlib import Path

import streamlit as st

from digit_detector.errors import DigitDetectorError
from digit_detector.page.components import choose_by_code
from digit_detector.page.contribute import hidden_pages
from digit_detector.page.session import current_session
from digit_detector.page.views import about, draw, inside, picture
from digit_detector.show.texts import LANGUAGES, find_language

session = current_session()
body, foot = st.container(), st.container()
with foot:  # first, since everything above speaks the chosen language
    label, default = session.texts("common.language"), find_language(st.context.locale)
    session.language = choose_by_code("language", label, LANGUAGES, default)
texts = session.texts
st.set_page_config(page_title=texts("common.title"), page_icon="✏️", layout="centered")
pages = [
    st.Page(draw.show, title=texts("page.draw.title"), icon=":material/draw:", url_path="draw", default=True),
    st.Page(picture.show, title=texts("page.picture.title"), icon=":material/photo_camera:", url_path="picture"),
    st.Page(inside.show, title=texts("page.inside.title"), icon=":material/visibility:", url_path="inside"),
    st.Page(about.show, title=texts("page.about.title"), icon=":material/info:", url_path="about"),
]
chosen = st.navigation(pages + hidden_pages(texts), position="hidden")
session.enter(chosen.url_path)
style = Path(__file__).with_name("main.css").read_text(encoding="utf-8")
with body:
    st.html(f'<style>{style}</style><h1 class="for-screen-readers">{chosen.title}</h1>')
    with st.container(horizontal=True, gap="small", key="pages"):
        for page in pages:
            st.page_link(page)
    try:
        chosen.run()
    except DigitDetectorError as error:  # such as missing weights; once they are there, the page works
        st.error(texts("page.error.noDetector", error=error))
