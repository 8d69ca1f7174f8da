"""The maintainer's page: what people gave, the most likely label issues first, to be decided on by one key each."""

import hmac
import logging
import math
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

import streamlit as st

from digit_detector.classes import DIGITS
from digit_detector.detect.images import read_image
from digit_detector.drawing import Annotation
from digit_detector.errors import DigitDetectorError
from digit_detector.limits import PASSWORDS_BURST, PASSWORDS_PER_SECOND
from digit_detector.page import correct
from digit_detector.page.giving import collector
from digit_detector.page.image import show_image
from digit_detector.page.marked import marked
from digit_detector.page.words import known
from digit_detector.server.rate_limit import RateLimit, network_of
from digit_detector.show.render import to_png

if TYPE_CHECKING:  # which import SQLAlchemy: only where a store is named
    from digit_detector.collect.decisions import Verdict
    from digit_detector.collect.review_queue import Queued
    from digit_detector.collect.store import Store

PASSWORD: Final = "DIGIT_DETECTOR_REVIEW_PASSWORD"  # the setting's name  # pragma: allowlist secret
AT_ONCE: Final = 12

_KEYS: Final = {label: label for label in DIGITS} | {"other": "d", "censored": "x"}  # Streamlit keeps C and R to itself
_log: Final = logging.getLogger("digit_detector")
_wrong_passwords: Final = RateLimit(PASSWORDS_BURST, PASSWORDS_PER_SECOND)
"""How many wrong passwords each network may still try; of one process."""


def is_on() -> bool:
    """Whether this server has a review: a store, and a password for it."""
    return bool(os.environ.get(PASSWORD)) and collector() is not None


def show() -> None:
    """The queue, for who knows the password."""
    st.header("Review", anchor=False)
    kept_by = collector()
    if not is_on() or kept_by is None:
        st.markdown(f"The review is off: it needs a store, and a password in {PASSWORD}.")
        return
    if not st.session_state.get("maintainer", False):
        st.text_input("Password", type="password", key="password", on_change=_log_in)
        if refusal := st.session_state.pop("refused", None):
            st.error(refusal)
        return
    st.button("Log out", icon=":material/logout:", on_click=_log_out)
    if undecided := st.session_state.pop("undecided", None):
        st.error(f"{undecided}. Nothing was decided.")
    try:
        one, many = st.tabs(["One by one", "Many at once"])
        with one:
            _show_next(kept_by.store)
        with many:
            _show_many(kept_by.store)
    except DigitDetectorError as error:
        st.error(str(error))


def is_password(tried: str) -> bool:
    """Whether this is the password, in a time that tells nothing about it; False where none is set."""
    password = os.environ.get(PASSWORD, "")
    same = hmac.compare_digest(tried.encode(), password.encode())
    return same and bool(password)


def _log_in() -> None:
    network = network_of(st.context.ip_address or "")
    # An attempt is counted before the password is looked at, so that many sessions at once guess no faster.
    if wait := _wrong_passwords.take(network):
        st.session_state.refused = f"Too many wrong passwords from your network: try again in {math.ceil(wait)} s."
    elif is_password(st.session_state.password):
        _wrong_passwords.restore(network)
        st.session_state.maintainer = True
    else:
        _log.warning("a wrong password for the review from %s", network or "this machine")
        st.session_state.refused = "That is not the password."
    st.session_state.password = ""  # the same one, typed again later, is another attempt


def _log_out() -> None:
    for key in ("maintainer", "skipped", "editing"):
        st.session_state.pop(key, None)


def _show_next(store: "Store") -> None:
    from digit_detector.collect.review_queue import group, queue

    skipped: set[str] = st.session_state.setdefault("skipped", set())
    waiting = [queued for queued in queue(store, len(skipped) + 1) if queued.drawing.id not in skipped]
    if not waiting:
        st.success("Nothing waits for review.")
        _show_undo(store)
        return
    record = waiting[0].drawing
    st.caption(_why(waiting[0]))
    if st.session_state.get("editing") == record.id:
        correct.show_editor(
            key := f"edited {record.id}",
            to_png(read_image(record.read())),
            record.width,
            record.height,
            record.annotations,
            on_answer=partial(_edit, store, key, record.id, record.width, record.height),
        )
        return
    left, right = st.columns([460, 420], gap="medium")
    with left:
        labels = " ".join(annotation.label for annotation in record.annotations) or "no object"
        show_image(marked(record), f"A drawing with its labels: {labels}")
    with right:
        with st.container(horizontal=True):
            _button("Accept", "a", [record.id], partial(_decide, store, [record.id], "accept"))
            _button("Reject", "n", [record.id], partial(_decide, store, [record.id], "reject"))
            _button("Skip", "s", [record.id], partial(skipped.add, record.id))
            _button("Boxes", "b", [record.id], partial(st.session_state.update, editing=record.id))
        if len(record.annotations) == 1:
            st.caption("It is …")
            with st.container(horizontal=True):
                for label, key in _KEYS.items():
                    so = (Annotation(label, record.annotations[0].box),)
                    _button(known(label), key, [record.id], partial(_decide, store, [record.id], "correct", so))
        alike = [other.id for other in group(store, waiting[0].group)]
        if len(alike) > 1:
            words = f"Accept all {len(alike)} like it"
            _button(words, "g", [record.id, *alike], partial(_decide, store, alike, "accept"))
        _show_undo(store)


def _show_many(store: "Store") -> None:
    """The least likely label issues, which can be accepted at a glance."""
    from digit_detector.collect.review_queue import queue

    waiting = queue(store, AT_ONCE, lowest_first=True)
    if not waiting:
        st.success("Nothing waits for review.")
        return
    records = [queued.drawing for queued in waiting]
    names = [record.id for record in records]
    _button(f"Accept these {len(names)}", None, names, partial(_decide, store, names, "accept"), "primary")
    columns = st.columns(4)
    for index, record in enumerate(records):
        with columns[index % 4]:
            labels = " ".join(annotation.label for annotation in record.annotations) or "no object"
            show_image(marked(record), f"A drawing with its labels: {labels}", labels)


def _show_undo(store: "Store") -> None:
    from digit_detector.collect.decisions import log

    st.button("Undo the last decision", shortcut="u", on_click=_undo, args=(store,))
    with st.expander("Log"):
        st.dataframe(
            [{"time": entry.time, "decision": entry.action, "drawing": entry.id} for entry in log(store, 100)],
            hide_index=True,
        )


def _why(queued: "Queued") -> str:
    if queued.label_issue is None:
        return "New: no reader was asked about it yet (`digit-detector review` asks them)."
    return f"Label-issue score {queued.label_issue.score:.2f}: {queued.label_issue.reason}"


def _button(
    words: str,
    shortcut: str | None,
    shown: Sequence[str],
    on_click: Callable[[], None],
    kind: Literal["primary", "secondary"] = "secondary",
) -> None:
    """A button on the drawings of these ids: pressed before the next are seen, it is still about these."""
    st.button(words, key=" ".join([words, *shown]), type=kind, shortcut=shortcut, on_click=on_click)


def _edit(store: "Store", key: str, name: str, width: int, height: int) -> None:
    with _saying():
        answer = correct.answer(width, height, key)
        st.session_state.editing = None
        if answer is None:
            return
        _decide(store, [name], "correct", answer)


def _decide(
    store: "Store", names: Sequence[str], action: "Verdict", annotations: tuple[Annotation, ...] | None = None
) -> None:
    from digit_detector.collect.decisions import Decision, decide

    with _saying():
        decide(store, [Decision(name, action, annotations) for name in names])


def _undo(store: "Store") -> None:
    from digit_detector.collect.decisions import undo

    with _saying():
        undo(store)


@contextmanager
def _saying() -> Iterator[None]:
    """Tell the page, which runs next, what went wrong."""
    try:
        yield
    except DigitDetectorError as error:
        st.session_state.undecided = str(error)
