"""The page on which people draw."""

from typing import Final

import streamlit as st

from digit_detector.detect.detector import Detector
from digit_detector.errors import DigitDetectorError
from digit_detector.page import canvas, consent, gallery
from digit_detector.page.answer import show_answer
from digit_detector.page.saving import offer_files
from digit_detector.page.settings import choose, detector
from digit_detector.page.share import show_share
from digit_detector.page.visit import Visit, Work, visit

HINT: Final = "Draw a digit, or several."


def show() -> None:
    """The canvas and what is read from it, and below what else can be done with it."""
    here = visit()
    if here.drawing is not None and not canvas.is_there():  # back from another page
        here.load(here.drawing.strokes)
    pane, more = st.container(), st.container()
    try:
        loaded = detector()
    except DigitDetectorError as error:
        pane.error(f"The detector cannot be loaded: {error}")
        return
    with more:
        _offer_more(here, loaded)
    with pane:
        _pane(loaded)


def _offer_more(here: Visit, loaded: Detector) -> None:
    """What does not change with each stroke, and so stays out of the part that runs again after each."""
    left, right = st.columns(2, gap="medium")
    with left, st.expander("Adjust", icon=":material/tune:"):
        choose(loaded)
    with right, st.expander("Share and save", icon=":material/ios_share:"):
        show_share()
        offer_files(here, "last_drawing", loaded)
    consent.show_consent()
    if here.past:
        st.caption("Earlier in this visit")
        gallery.show_gallery(here.past, on_choose=_open_past)
    here.around = _around(here)


def _around(here: Visit) -> object:
    work = here.last_drawing
    return work is None, here.is_covered(work), tuple(here.past)


@st.fragment
def _pane(loaded: Detector) -> None:
    """The canvas and the answer: the part that runs again after each stroke."""
    here = visit()
    if here.around != _around(here):
        st.rerun(scope="app")
    left, right = st.columns([460, 420], gap="medium")
    with right:
        boxes = show_answer(here, here.drawing, loaded, HINT)
    with left:
        canvas.show_canvas(
            here.base,
            here.loads,
            here.pen_width,
            boxes,
            on_draw=_read,
            on_command=_obey,
        )
    consent.show_giving(here)


def _read() -> None:
    """Take over what is on the canvas, and run the network on it; a moved threshold needs no second run."""
    here = visit()
    here.fault = None
    with here.reporting():
        sent = canvas.sent()
        if sent is None:
            here.drawing = None
            return
        here.cleared = None
        if sent.strokes != here.base:
            here.undone.clear()
        shown = here.drawing is not None and here.drawing.shown
        here.latest = here.drawing = Work(sent.png, strokes=sent.strokes, shown=shown)
        here.detect(detector, here.drawing, sent.ink)


def _obey() -> None:
    """Do what a button asks that the canvas cannot do by itself."""
    here = visit()
    match canvas.command():
        case "pen", int(width) if canvas.PEN_WIDTHS[0] <= width <= canvas.PEN_WIDTHS[1]:
            here.pen_width = width
        case "show", _ if here.drawing:
            here.drawing.uncover()
        case "clear", _:
            here.cleared = here.last_drawing
            here.put_away()
            here.undone.clear()
            here.load(())
        case "undo", _ if here.base:
            here.undone.append(here.base[-1])
            here.load(here.base[:-1])
        case "undo", _ if here.cleared:
            here.load(here.cleared.strokes)
        case "redo", _ if here.undone:
            here.load((*here.base, here.undone.pop()))


def _open_past() -> None:
    here = visit()
    if past := gallery.chosen(here.past):
        here.put_away()
        here.undone.clear()
        here.load(past.strokes)
