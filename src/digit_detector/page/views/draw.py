"""The page on which people draw."""

from functools import partial

import streamlit as st

from digit_detector.detect.detector import Detector
from digit_detector.page.adjust import answer_with_status, current_detector, show_adjustments
from digit_detector.page.components import chosen_drawing, show_gallery
from digit_detector.page.components.answer import show_answer
from digit_detector.page.components.canvas import read_canvas, show_canvas
from digit_detector.page.components.hand import show_hand
from digit_detector.page.contribute import show_consent, show_contribution
from digit_detector.page.downloads import show_downloads
from digit_detector.page.session import Session, current_session


def show() -> None:
    """Show the canvas and the reading, and below what else can be done with them."""
    session = current_session()
    detector = current_detector()
    pane, more = st.container(), st.container()
    with more:
        _show_more(session, detector)
    with pane:
        _show_pane(detector)


def _show_more(session: Session, detector: Detector) -> None:
    """Show what does not change with each stroke, and so does not run again after each."""
    left, right = st.columns(2, gap="medium")
    with left:
        show_adjustments(session, detector)
        show_consent(session)
    with right:
        show_downloads(session, lambda: session.drawing, detector)
    if session.past:
        st.caption(session.texts("page.draw.earlier"))
        show_gallery(session.texts, session.past, on_choose=_open_past)
    session.outside = _outside(session)


def _outside(session: Session) -> object:
    """Return the part of the session that `_show_more` shows."""
    return session.drawing is None, session.is_covered(session.drawing), tuple(session.past)


@st.fragment
def _show_pane(detector: Detector) -> None:
    """Show the canvas and the answer: the part that runs again after each stroke."""
    session = current_session()
    if session.outside != _outside(session):
        st.rerun(scope="app")
    texts, drawing = session.texts, session.drawing
    answer = answer_with_status(session, drawing, detector)
    left, right = st.columns([460, 420], gap="medium")
    # In the order in which the browser is to show them: it renders once for each.
    with left:
        revision, name = session.revision, session.id
        show_canvas(texts, session.opened, answer, revision, name, on_draw=_draw, on_uncover=_uncover)
    with right:
        hint = texts("page.draw.hint")
        show_answer(texts, answer, hint, session.revision, True, on_correct=partial(session.correct, drawing))
        if session.error:
            st.error(texts("page.error.unreadable", error=session.error))
        show_hand(texts, answer, () if drawing is None else drawing.strokes, detector)
    show_contribution(session, session.drawing, is_drawing=True)


def _draw() -> None:
    """Detect what is on the canvas; a moved threshold needs no second run."""
    session = current_session()
    with session.reporting():
        session.draw(read_canvas(), current_detector)


def _uncover() -> None:
    drawing = current_session().drawing
    if drawing is not None:
        drawing.uncover()


def _open_past() -> None:
    session = current_session()
    if past := chosen_drawing(session.past):
        session.open(past.strokes)
