"""What visitors are asked: whether their drawings may be kept, and for each whether it was read right."""

from typing import Final

import streamlit as st

from digit_detector.collect.record import Annotation
from digit_detector.errors import DigitDetectorError
from digit_detector.page import correct, receipt
from digit_detector.page.giving import annotations_of, collector, giving
from digit_detector.page.settings import detector
from digit_detector.page.visit import Visit, visit

CONSENT: Final = """
If you agree, each drawing that you confirm is kept on the server of this page for as long as the detector learns from
such drawings: its strokes and picture, what was found in it and what you say it is, the time, and a random number for
this visit, but neither your name nor your address. With the first one you get a code, and with it you can see and
delete at any time all that you gave.
"""


def show_consent() -> None:
    """Ask whether drawings may be kept, where this server keeps any at all; who agreed may change their mind."""
    if collector() is None:
        return
    with st.expander("Help it learn", icon=":material/school:"):
        st.markdown(CONSENT)
        if giving().agreed:
            st.button("No longer give my drawings", on_click=_agree, args=(False,))
        else:
            st.button("I agree", type="primary", on_click=_agree, args=(True,))
        st.page_link(receipt.page(), label="I have a code")


def show_giving(here: Visit) -> None:
    """Ask who agreed about the drawing at hand: right in one tap, or to be corrected."""
    mine = giving()
    work, found = here.drawing, here.found(here.drawing)
    if not mine.agreed or work is None or found is None:
        return
    with st.container(key="giving", gap="small"):
        if work in mine.kept:
            _show_thanks(mine.code, mine.kept[work].value == "store")
        elif mine.correcting is work:
            correct.show_correction(work, found, on_answer=_correct)
        else:
            with st.container(horizontal=True):
                st.button("Right", icon=":material/check:", type="primary", on_click=_confirm)
                st.button("Not right", icon=":material/edit:", on_click=_begin_correction)
        if mine.fault:
            st.error(mine.fault)


def _show_thanks(code: str, stored: bool) -> None:
    if stored:
        st.success("Thank you! Your drawing is kept.")
    else:
        st.warning(
            "The store is down. Your drawing is safe on this server's disk, and goes into the store once that is back."
        )
    st.markdown(f"The code of your receipt, to see or delete what you gave: **{code}**")
    st.page_link(receipt.page(), label="See what you gave")


def _agree(agreed: bool) -> None:
    giving().agreed = agreed


def _begin_correction() -> None:
    giving().correcting = visit().drawing


def _confirm() -> None:
    found = visit().found(visit().drawing)
    if found is not None:
        _give(annotations_of(found))


def _correct() -> None:
    here = visit()
    found = here.found(here.drawing)
    if found is None:
        return
    answer = correct.answer(found.width, found.height)
    if answer is None:
        giving().correcting = None
    else:
        _give(answer)


def _give(annotations: tuple[Annotation, ...]) -> None:
    here, mine, kept_by = visit(), giving(), collector()
    work = here.drawing
    found = here.found(work)
    if kept_by is None or work is None or found is None or not mine.agreed:
        return
    try:
        mine.give(kept_by, work, annotations, found, detector())
    except DigitDetectorError as error:
        mine.fault = str(error)
