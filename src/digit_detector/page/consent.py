"""What visitors are asked: whether their drawings and pictures may be kept, and for each whether it was read right."""

from typing import Final, Literal

import streamlit as st

from digit_detector.drawing import Annotation
from digit_detector.errors import DigitDetectorError
from digit_detector.page import correct, receipt
from digit_detector.page.giving import annotations_of, collector, giving
from digit_detector.page.settings import detector
from digit_detector.page.visit import Visit, Work, visit

CONSENT: Final = """
If you agree, each drawing or picture that you confirm is kept on the server of this page for as long as the detector
learns from such ones: the strokes and the picture itself, what was found in it and what you say it is, the time, and a
random number for this visit, but neither your name nor your address. With the first one you get a code, and with it you
can see and delete at any time all that you gave.
"""

Which = Literal["drawing", "upload"]
"""What of the visit is asked about: the drawing on the canvas, or the picture from a file or the camera."""

_NAMES: Final[dict[Which, str]] = {"drawing": "drawing", "upload": "picture"}


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


def show_giving(here: Visit, which: Which = "drawing") -> None:
    """Ask who agreed about what is at hand: right in one tap, or to be corrected."""
    mine = giving()
    work: Work | None = getattr(here, which)
    found = here.found(work)
    if not mine.agreed or work is None or found is None:
        return
    with st.container(key="giving", gap="small"):
        if work in mine.kept:
            _show_thanks(_NAMES[which], mine.code, mine.kept[work].value == "store")
        elif mine.correcting is work:
            correct.show_correction(work, found, on_answer=lambda: _correct(which))
        else:
            with st.container(horizontal=True):
                st.button("Right", icon=":material/check:", type="primary", on_click=_confirm, args=(which,))
                st.button("Not right", icon=":material/edit:", on_click=_begin_correction, args=(which,))
            if which == "upload":
                st.caption("It is kept as you see it here: give no picture that shows people, or what is private.")
        if mine.fault:
            st.error(mine.fault)


def _show_thanks(name: str, code: str, stored: bool) -> None:
    if stored:
        st.success(f"Thank you! Your {name} is kept.")
    else:
        st.warning(
            f"The store is down. Your {name} is safe on this server's disk, and goes into the store once that is back."
        )
    st.markdown(f"The code of your receipt, to see or delete what you gave: **{code}**")
    st.page_link(receipt.page(), label="See what you gave")


def _agree(agreed: bool) -> None:
    giving().agreed = agreed


def _begin_correction(which: Which) -> None:
    giving().correcting = getattr(visit(), which)


def _confirm(which: Which) -> None:
    here = visit()
    found = here.found(getattr(here, which))
    if found is not None:
        _give(which, annotations_of(found))


def _correct(which: Which) -> None:
    here = visit()
    found = here.found(getattr(here, which))
    if found is None:
        return
    mine = giving()
    mine.fault = None
    try:
        answer = correct.answer(found.width, found.height)
    except DigitDetectorError as error:
        mine.fault = f"Not saved: {error}."
        return
    if answer is None:
        mine.correcting = None
    else:
        _give(which, answer)


def _give(which: Which, annotations: tuple[Annotation, ...]) -> None:
    here, mine, kept_by = visit(), giving(), collector()
    work: Work | None = getattr(here, which)
    found = here.found(work)
    if kept_by is None or work is None or found is None or not mine.agreed:
        return
    try:
        mine.give(kept_by, work, annotations, found, detector())
    except DigitDetectorError as error:
        mine.fault = str(error)
