"""The page on which people see and delete what they contributed, by the code of their receipt."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import Final

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from digit_detector.collect.collector import hash_of, new_receipt, shared_collector
from digit_detector.detect.images import read_image
from digit_detector.drawing import Drawing
from digit_detector.errors import DigitDetectorError, ImageError
from digit_detector.page.components import show_image
from digit_detector.page.session import current_session
from digit_detector.show.render import on_paper
from digit_detector.show.texts import Texts

MAX_SHOWN: Final = 48
"""Pictures that are shown, newest first; each is read and decoded in each run of the page."""

_CODE: Final = "receipt"


def page(texts: Texts) -> StreamlitPage:
    """Return the page, to be linked to."""
    return st.Page(show, title=texts("page.receipt.title"), icon=":material/receipt_long:", url_path="receipt")


def show() -> None:
    """Ask for the code; show what was contributed under it, and a way to delete it."""
    texts, kept_by = current_session().texts, shared_collector()
    st.header(texts("page.receipt.header"), anchor=False)
    assert kept_by is not None  # otherwise this page has no address
    st.markdown(texts("page.receipt.intro"))
    label = texts("page.receipt.code")
    code = st.text_input(label, key=_CODE, placeholder="7K3M-9QXR-0ZVB-1WT8-HJ5N", autocomplete="off")
    if not code.strip():
        return
    try:
        count, records = kept_by.contributions(code, MAX_SHOWN)
    except DigitDetectorError:
        st.error(texts("page.receipt.down"))
        return
    if not count:
        st.info(texts("page.receipt.none"))
        return
    st.button(texts("page.receipt.delete"), icon=":material/delete:", type="primary", on_click=_delete)
    st.markdown(texts("page.receipt.kept", count=count))
    for record, column in zip(records, cycle(st.columns(4)), strict=False):
        with column:
            _show_record(texts, record)


def words_of(texts: Texts, record: Drawing) -> str:
    """Return the labels that people gave a drawing, or that it has no object."""
    return " ".join(annotation.label for annotation in record.annotations) or texts("page.receipt.noObject")


def _show_record(texts: Texts, record: Drawing) -> None:
    labels = words_of(texts, record)
    caption = labels if record.time is None else f"{labels}, {record.time:%Y-%m-%d %H:%M} UTC"
    with telling_damage(texts, caption):
        show_image(on_paper(read_image(record.read())), texts("page.receipt.picture", labels=labels), caption)


@contextmanager
def telling_damage(texts: Texts, drawing: str) -> Iterator[None]:
    """Say that the picture of this drawing cannot be shown, if reading it raises ImageError."""
    try:
        yield
    except ImageError as error:
        st.error(texts("page.receipt.damaged", drawing=drawing, error=error))


def _delete() -> None:
    """Delete what is under the code, and forget the code; runs before the page does, and tells the result."""
    session, kept_by = current_session(), shared_collector()
    code = st.session_state[_CODE]
    assert kept_by is not None
    try:
        count = kept_by.delete(code)
    except DigitDetectorError:
        st.error(session.texts("page.receipt.notDeleted"))
        return
    st.success(session.texts("page.receipt.deleted", count=count))
    st.session_state[_CODE] = ""  # with it, the page would say that nothing is kept under the code
    mine = session.contribution
    if hash_of(code) == hash_of(mine.code):  # the store refuses what was deleted: from now on under another code
        mine.code, mine.error = new_receipt(), None
        for picture in (session.drawing, session.upload):
            if picture is not None:
                picture.renew()
