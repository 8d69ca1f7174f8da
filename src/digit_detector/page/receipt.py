"""The page on which people see and delete what they gave, by the code of their receipt."""

from typing import Final

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from digit_detector.collect.receipt import hash_of
from digit_detector.detect.images import read_image
from digit_detector.drawing import Drawing
from digit_detector.errors import DigitDetectorError, ImageError
from digit_detector.page.giving import Giving, collector, giving
from digit_detector.page.image import show_image
from digit_detector.show.render import on_paper

DELETED: Final = (
    "Nobody can see or use any of it from now on. The bytes stay in the store's files until these are rewritten in the"
    " background, which usually happens within an hour."
)


def page() -> StreamlitPage:
    """The page, to be linked to."""
    return st.Page(show, title="Receipt", icon=":material/receipt_long:", url_path="receipt")


def show() -> None:
    """Ask for the code; show what was given under it, and a way to delete it."""
    st.header("What you gave", anchor=False)
    kept_by = collector()
    if kept_by is None:
        st.markdown("This page keeps no drawings.")
        return
    st.markdown("The code of your receipt shows what you gave, and lets you delete it.")
    code = st.text_input("Code", key="receipt", placeholder="7K3M-9QXR-0ZVB-1WT8-HJ5N", autocomplete="off")
    if not code.strip():
        return
    if (deleted := st.session_state.pop("deleted", None)) is not None:
        st.success(f"Deleted: {_count(deleted)}. {DELETED}")
        return
    try:
        records = kept_by.contributions(code)
    except DigitDetectorError:
        st.error("The store is down at the moment. Try again later: what you gave can then be seen and deleted.")
        return
    if st.session_state.pop("not_deleted", False):
        st.error("The store went down before anything was deleted. Try again later.")
    if not records:
        st.info("Nothing is kept under this code. Check each group of four, or it was deleted already.")
        return
    st.markdown(f"**{_count(len(records))}** kept under this code.")
    st.button("Delete all of it", icon=":material/delete:", type="primary", on_click=_delete)
    for column, record in zip(st.columns(4) * (len(records) // 4 + 1), records, strict=False):
        with column:
            _show_record(record)


def _show_record(record: Drawing) -> None:
    labels = " ".join(annotation.label for annotation in record.annotations) or "no object"
    when = "" if record.time is None else f", {record.time:%Y-%m-%d %H:%M} UTC"
    try:
        picture = read_image(record.read())
    except ImageError as error:
        st.error(f"{labels}{when}: the stored picture cannot be shown ({error})")
        return
    show_image(on_paper(picture), f"Your drawing: {labels}", f"{labels}{when}")


def _delete() -> None:
    kept_by = collector()
    if kept_by is None:
        return
    try:
        st.session_state.deleted = kept_by.delete(st.session_state.receipt)
    except DigitDetectorError:
        st.session_state.not_deleted = True
        return
    mine = giving()
    if hash_of(st.session_state.receipt) == hash_of(mine.code):
        # The store takes nothing again that was deleted, so what is given from now on has new names, and a new code.
        st.session_state.giving = Giving(mine.agreed, mine.session)


def _count(number: int) -> str:
    return "1 drawing" if number == 1 else f"{number} drawings"
