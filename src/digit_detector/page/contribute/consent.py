"""What visitors are asked: whether their drawings may be kept, and for each whether it was read right."""

import logging
import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import streamlit as st

from digit_detector.classes import DIGITS
from digit_detector.drawing import Annotation, Drawing, Model
from digit_detector.errors import DigitDetectorError, StoreError
from digit_detector.page.adjust import current_detector
from digit_detector.page.components.box_editor import read_boxes, show_editor
from digit_detector.page.contribute import withdraw
from digit_detector.page.contribute.contribution import (
    PROMPTED_SOURCE,
    SOURCE,
    annotations_of,
    collector,
    detections_of,
)
from digit_detector.page.session import Picture, Session, current_session
from digit_detector.server.model import identity
from digit_detector.show.render import to_png

if TYPE_CHECKING:  # which imports SQLAlchemy: only where a store is named
    from digit_detector.collect.collector import Collector

PROMPT_LENGTHS: Final = (1, 4)
"""Fewest and most digits of a number that people are asked to write."""
PROMPT_WEIGHTS: Final = (7, 9, 5, 5, 5, 3, 4, 3, 4, 4)
"""Of 0 to 9: how often each is doubtful, in per cent, by `tools/calibrate_doubt.py`."""

_EDITOR: Final = "correction"
_log: Final = logging.getLogger("digit_detector")


def show_consent(session: Session) -> None:
    """Ask whether drawings may be kept, if this server keeps any; consent can be taken back."""
    if collector() is None:
        return
    texts = session.texts
    with st.expander(texts("page.consent.title"), icon=":material/school:", key="consent"):
        st.markdown(texts("page.consent.text"))
        if session.contribution.agreed:
            st.button(texts("page.consent.stop"), on_click=_agree, args=(False,))
        else:
            st.button(texts("page.consent.agree"), type="primary", on_click=_agree, args=(True,))
        st.page_link(withdraw.page(texts), label=texts("page.consent.haveCode"))


def show_contribution(session: Session, current: Callable[[], Picture | None]) -> None:
    """Ask a visitor who agreed about the picture at hand: right in one tap, or to be corrected."""
    mine, texts, picture = session.contribution, session.texts, current()
    if not mine.agreed:
        return
    is_drawing = picture is session.drawing
    detections = session.answer(picture).detections
    with st.container(key="contribution", gap="small"):
        if picture is None or detections is None:
            if is_drawing:
                _show_prompt(session)
        elif picture.kept is not None:
            _show_thanks(session, picture)
        elif mine.editing == picture.id:
            show_editor(texts, _EDITOR, picture.pixels, annotations_of(detections), on_answer=lambda: _correct(current))
        elif mine.prompt and is_drawing:
            _show_prompt(session)
            st.button(
                texts("page.prompt.done"),
                icon=":material/check:",
                type="primary",
                on_click=_confirm_prompt,
            )
        else:
            with st.container(horizontal=True):
                st.button(
                    texts("page.consent.right"),
                    icon=":material/check:",
                    type="primary",
                    on_click=_confirm,
                    args=(current,),
                )
                st.button(texts("page.consent.wrong"), icon=":material/edit:", on_click=_edit, args=(current,))
            if not is_drawing:
                st.caption(texts("page.consent.private"))
        if mine.error:
            st.error(mine.error)


def _show_prompt(session: Session) -> None:
    mine, texts = session.contribution, session.texts
    if mine.prompt:
        st.markdown(texts("page.prompt.write", number=mine.prompt))
    with st.container(horizontal=True):
        label = texts("page.prompt.another") if mine.prompt else texts("page.prompt.start")
        st.button(label, icon=":material/casino:", on_click=_prompt, key="prompt")
        if mine.prompt:
            st.button(texts("page.prompt.stop"), on_click=_stop_prompts)
    if mine.prompts_written:
        st.caption(texts("page.prompt.written", count=mine.prompts_written))


def _show_thanks(session: Session, picture: Picture) -> None:
    mine, texts = session.contribution, session.texts
    kind = "drawing" if picture is session.drawing else "picture"
    if picture.kept is not None and picture.kept.value == "store":
        st.success(texts(f"page.consent.kept.{kind}"))
    else:
        st.warning(texts(f"page.consent.waits.{kind}"))
    st.markdown(texts("page.consent.code", code=mine.code))
    st.page_link(withdraw.page(texts), label=texts("page.consent.see"))
    if kind == "drawing":
        _show_prompt(session)


def _agree(agreed: bool) -> None:
    mine = current_session().contribution
    mine.agreed, mine.prompt = agreed, ""


def _prompt() -> None:
    """Ask for a number, of digits that the detector confuses more often."""
    mine = current_session().contribution
    digits = random.choices(DIGITS, PROMPT_WEIGHTS, k=random.randint(*PROMPT_LENGTHS))
    mine.prompt, mine.error = " ".join(digits), None


def _stop_prompts() -> None:
    mine = current_session().contribution
    mine.prompt, mine.error = "", None


def _confirm_prompt() -> None:
    """Label the drawing with the digits that were asked for, if as many objects were found."""
    session = current_session()
    mine, drawing = session.contribution, session.drawing
    detections = session.detections(drawing)
    if drawing is None or detections is None:
        return
    digits = mine.prompt.split()
    boxes = sorted(detections.boxes.tolist(), key=lambda box: box[0] + box[2])
    if len(boxes) != len(digits):
        mine.error = session.texts("page.prompt.mismatch", found=len(boxes), number=mine.prompt)
        return
    annotations = tuple(Annotation(digit, tuple(box)) for digit, box in zip(digits, boxes, strict=True))
    _keep_if_agreed(session, drawing, annotations, PROMPTED_SOURCE)
    if drawing.kept is not None:
        mine.prompts_written += 1
        _prompt()


def _edit(current: Callable[[], Picture | None]) -> None:
    picture = current()
    current_session().contribution.editing = None if picture is None else picture.id


def _confirm(current: Callable[[], Picture | None]) -> None:
    session, picture = current_session(), current()
    detections = session.answer(picture).detections
    if picture is not None and detections is not None:
        _keep_if_agreed(session, picture, annotations_of(detections), SOURCE)


def _correct(current: Callable[[], Picture | None]) -> None:
    session, picture = current_session(), current()
    if picture is None:
        return
    mine = session.contribution
    mine.error = None
    height, width = picture.pixels.shape[:2]
    try:
        annotations = read_boxes(_EDITOR, width, height)
    except DigitDetectorError as error:
        mine.error = session.texts("page.consent.notSaved", error=error)
        return
    if annotations is None:
        mine.editing = None
    else:
        _keep_if_agreed(session, picture, annotations, SOURCE)


def _keep_if_agreed(session: Session, picture: Picture, annotations: tuple[Annotation, ...], source: str) -> None:
    kept_by = collector()
    if kept_by is not None and session.contribution.agreed:
        keep(kept_by, session, picture, annotations, source)


def keep(
    kept_by: "Collector", session: Session, picture: Picture, annotations: tuple[Annotation, ...], source: str
) -> None:
    """Store a picture as a contribution; an error becomes the contribution's `error`."""
    mine, detections = session.contribution, session.detections(picture)
    if detections is None:
        return
    mine.error = None
    try:
        drawing = Drawing(
            id=picture.id,
            image=to_png(picture.pixels),
            width=detections.width,
            height=detections.height,
            annotations=annotations,
            session=mine.writer,
            source=source,
            strokes=picture.strokes or None,
            detections=detections_of(detections),
            model=Model(*identity(current_detector().runtime)),
            time=datetime.now(UTC),
        )
        picture.kept = kept_by.keep(drawing, mine.code)
        mine.editing = None
    except StoreError:
        _log.exception("a confirmed drawing could not be stored")
        mine.error = session.texts("page.consent.refused")
    except DigitDetectorError as error:
        mine.error = str(error)
