"""The maintainer's page: contributions, the most likely label issues first, each decided by one key."""

import hmac
import logging
import math
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from typing import Final, Literal

import numpy as np
import streamlit as st

from digit_detector.classes import CLASSES, DIGITS
from digit_detector.collect.collector import shared_collector
from digit_detector.collect.decisions import Decision, Verdict, decide, log, undo
from digit_detector.collect.review_queue import Queued, find_queued, group, queue, sources, waiting
from digit_detector.collect.store import Store
from digit_detector.detect.detections import Detections
from digit_detector.detect.images import Pixels, read_image
from digit_detector.drawing import Annotation, Drawing, boxes_and_labels
from digit_detector.errors import DigitDetectorError, ImageError
from digit_detector.limits import PASSWORDS_BURST, PASSWORDS_PER_SECOND
from digit_detector.page.adjust import current_detector
from digit_detector.page.components import show_image
from digit_detector.page.components.answer import class_name
from digit_detector.page.components.box_editor import read_boxes, show_editor
from digit_detector.page.contribute import REVIEW_PASSWORD, annotations_of
from digit_detector.page.session import current_session
from digit_detector.page.views.receipt import telling_damage, words_of
from digit_detector.server.rate_limit import RateLimit, network_of
from digit_detector.show.render import draw_boxes, on_paper
from digit_detector.show.texts import Texts

AT_ONCE: Final = 12

_KEYS: Final = {label: label for label in DIGITS} | {"other": "d", "censored": "x"}  # Streamlit keeps C and R to itself
_log: Final = logging.getLogger("digit_detector")
_wrong_passwords: Final = RateLimit(PASSWORDS_BURST, PASSWORDS_PER_SECOND)
"""How many wrong passwords each network may still try; of one process."""


@dataclass
class Review:
    """What the maintainer is looking at, for one session."""

    logged_in: bool = False
    current: str | None = None
    """ID of the drawing at hand."""
    position: int = 0
    """Its place in the queue; where the drawing is decided on, the next one moves there."""
    editing: Literal["visitor", "detector"] | None = None
    """Whose boxes of the drawing at hand are being corrected."""
    error: str | None = None

    def move(self, step: int) -> None:
        """Go on in the queue, or back."""
        self.current, self.editing = None, None
        self.position = max(self.position + step, 0)


def current_review() -> Review:
    """Return the review of this session."""
    review: Review = st.session_state.setdefault("review", Review())
    return review


def is_password(attempt: str) -> bool:
    """Return whether this is the password, in a time that tells nothing about it; False if none is set."""
    password = os.environ.get(REVIEW_PASSWORD, "")
    same = hmac.compare_digest(attempt.encode(), password.encode())
    return bool(password) and same


def show() -> None:
    """Show the queue to those who know the password."""
    review, texts, kept_by = current_review(), current_session().texts, shared_collector()
    assert kept_by is not None  # otherwise this page has no address
    st.header(texts("page.review.title"), anchor=False)
    if not review.logged_in:
        st.text_input(texts("page.review.unlock"), type="password", key="password", on_change=_log_in)
    else:
        st.button(texts("page.review.logOut"), icon=":material/logout:", on_click=_log_out)
    if review.error:
        st.error(review.error)
        review.error = None
    if not review.logged_in:
        return
    try:
        titles = [texts("page.review.one"), texts("page.review.many")]
        one, many = st.tabs(titles, on_change="rerun", key="review_tabs")
        if one.open:
            with one:
                _show_one(texts, review, kept_by.store)
        if many.open:
            with many:
                _show_many(texts, kept_by.store)
    except DigitDetectorError as error:
        st.error(str(error))


def _log_in() -> None:
    review, texts = current_review(), current_session().texts
    network = network_of(st.context.ip_address or "")
    # An attempt is counted before the password is looked at, so that many sessions at once guess no faster.
    if wait := _wrong_passwords.take(network):
        review.error = texts("page.review.wait", seconds=math.ceil(wait))
    elif is_password(st.session_state.password):
        _wrong_passwords.restore(network)
        review.logged_in = True
    else:
        _log.warning("a wrong password for the review from %s", network or "this machine")
        review.error = texts("page.review.wrong")
    st.session_state.password = ""  # the same one, typed again later, is another attempt


def _log_out() -> None:
    st.session_state["review"] = Review()


def _show_one(texts: Texts, review: Review, store: Store) -> None:
    ids = _filtered_ids(texts, store)
    if not ids:
        st.success(texts("page.review.nothing"))
        _show_log(texts, store)
        return
    if review.current in ids:
        review.position = ids.index(review.current)
    review.position = min(review.position, len(ids) - 1)
    if review.current != ids[review.position]:
        review.current, review.editing = ids[review.position], None
    queued = find_queued(store, review.current)
    if queued is None:  # decided on by another maintainer meanwhile
        st.rerun()
    drawing = queued.drawing
    st.caption(f"{review.position + 1} / {len(ids)} · {drawing.source} · {_reason(texts, queued)}")
    if review.editing is not None:
        try:
            _show_box_editor(texts, review.editing, store, drawing)
            return
        except ImageError as error:  # a damaged picture can still be rejected
            review.editing = None
            st.error(str(error))
    left, right = st.columns([460, 420], gap="medium")
    with left:
        _show_picture(texts, drawing)
    with right:
        with st.container(horizontal=True):
            _button(texts("page.review.accept"), "a", [drawing.id], partial(_decide, store, [drawing.id], "accept"))
            _button(texts("page.review.reject"), "n", [drawing.id], partial(_decide, store, [drawing.id], "reject"))
            _button(texts("page.review.previous"), "Left", [drawing.id], partial(review.move, -1))
            _button(texts("page.review.next"), "Right", [drawing.id], partial(review.move, 1))
        with st.container(horizontal=True):
            _button(texts("page.review.boxes"), "b", [drawing.id], partial(setattr, review, "editing", "visitor"))
            _button(texts("page.review.proposal"), "p", [drawing.id], partial(setattr, review, "editing", "detector"))
        if len(drawing.annotations) == 1:
            st.caption(texts("page.review.itIs"))
            with st.container(horizontal=True):
                for label, key in _KEYS.items():
                    annotations = (Annotation(label, drawing.annotations[0].box),)
                    decide = partial(_decide, store, [drawing.id], "correct", annotations)
                    _button(class_name(texts, label), key, [drawing.id], decide)
        near = [other.id for other in group(store, queued.group)]
        if len(near) > 1:
            words = texts("page.review.acceptNear", number=len(near))
            _button(words, "g", [drawing.id, *near], partial(_decide, store, near, "accept"))
        _show_log(texts, store)


def _filtered_ids(texts: Texts, store: Store) -> list[str]:
    with st.container(horizontal=True):
        label = st.selectbox(
            texts("page.review.label"),
            [None, *CLASSES],
            format_func=lambda label: texts("page.review.all") if label is None else class_name(texts, label),
            key="review_label",
        )
        source = st.selectbox(
            texts("page.review.source"),
            [None, *sources(store)],
            format_func=lambda source: texts("page.review.all") if source is None else source,
            key="review_source",
        )
    return waiting(store, label, source)


def _show_box_editor(texts: Texts, whose: str, store: Store, drawing: Drawing) -> None:
    picture, annotations = read_image(drawing.read()), drawing.annotations
    if whose == "detector":
        annotations = annotations_of(current_detector().detect(picture))
    key = f"edited {drawing.id} {whose}"
    edit = partial(_edit, store, key, drawing.id, drawing.width, drawing.height)
    show_editor(texts, key, picture, annotations, on_answer=edit)


def _show_many(texts: Texts, store: Store) -> None:
    """Show the least likely label issues, which can be accepted at a glance."""
    drawings = [queued.drawing for queued in queue(store, AT_ONCE, lowest_first=True)]
    if not drawings:
        st.success(texts("page.review.nothing"))
        return
    ids = [drawing.id for drawing in drawings]
    words = texts("page.review.acceptThese", number=len(ids))
    _button(words, None, ids, partial(_decide, store, ids, "accept"), "primary")
    for drawing, column in zip(drawings, cycle(st.columns(4)), strict=False):
        with column:
            _show_picture(texts, drawing, words_of(texts, drawing))


def _show_log(texts: Texts, store: Store) -> None:
    st.button(texts("page.review.undo"), shortcut="u", on_click=_undo, args=(store,))
    with st.expander(texts("page.review.keys")):
        st.markdown(texts("page.review.keysText"))
    with st.expander(texts("page.review.log")):
        names = [texts(f"page.review.log.{column}") for column in ("time", "decision", "drawing")]
        rows = [dict(zip(names, (entry.time, entry.action, entry.id), strict=True)) for entry in log(store, 100)]
        st.dataframe(rows, hide_index=True)


def _reason(texts: Texts, queued: Queued) -> str:
    if queued.label_issue is None:
        return texts("page.review.unscored")
    return texts("page.review.score", score=f"{queued.label_issue.score:.2f}", reason=queued.label_issue.reason)


def _show_picture(texts: Texts, drawing: Drawing, caption: str = "") -> None:
    """Show a drawing with its labels, or that its picture is damaged: it can still be rejected."""
    with telling_damage(texts, drawing.id):
        show_image(_with_labels(drawing), texts("page.review.picture", labels=words_of(texts, drawing)), caption)


def _with_labels(drawing: Drawing) -> Pixels:
    """Return the picture on white paper with the boxes and labels that people gave it, uint8 (H, W, 3)."""
    boxes, labels = boxes_and_labels(drawing.annotations)
    detections = Detections(boxes, np.eye(len(CLASSES), dtype=np.float32)[labels], drawing.width, drawing.height)
    return draw_boxes(on_paper(read_image(drawing.read())), detections)


def _button(
    words: str,
    shortcut: str | None,
    shown: Sequence[str],
    on_click: Callable[[], None],
    kind: Literal["primary", "secondary"] = "secondary",
) -> None:
    """Show a button on the drawings of these IDs: pressed before the next are seen, it is still about these."""
    st.button(words, key=" ".join([words, *shown]), type=kind, shortcut=shortcut, on_click=on_click)


def _edit(store: Store, key: str, drawing_id: str, width: int, height: int) -> None:
    with _reporting():
        annotations = read_boxes(key, width, height)
        current_review().editing = None
        if annotations is not None:
            _decide(store, [drawing_id], "correct", annotations)


def _decide(
    store: Store, ids: Sequence[str], action: Verdict, annotations: tuple[Annotation, ...] | None = None
) -> None:
    with _reporting():
        decide(store, [Decision(drawing_id, action, annotations) for drawing_id in ids])


def _undo(store: Store) -> None:
    with _reporting():
        undone = undo(store)
        current_review().current = undone[0] if undone else None


@contextmanager
def _reporting() -> Iterator[None]:
    """Note an error for the page, which runs next."""
    try:
        yield
    except DigitDetectorError as error:
        current_review().error = current_session().texts("page.review.undecided", error=error)
