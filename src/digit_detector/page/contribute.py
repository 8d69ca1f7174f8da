"""What visitors are asked: whether their drawings may be kept, and for each whether it was read right.

Only a server that names a store asks.
"""

import logging
import math
import os
import random
from datetime import UTC, datetime
from typing import Final

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from digit_detector.classes import DIGITS
from digit_detector.collect.collector import Kept, shared_collector
from digit_detector.detect.detections import Detections
from digit_detector.drawing import Annotation, Detection, Drawing
from digit_detector.errors import DigitDetectorError, StoreError
from digit_detector.limits import CONTRIBUTIONS_BURST, CONTRIBUTIONS_PER_SECOND
from digit_detector.page.adjust import current_detector
from digit_detector.page.components.box_editor import read_boxes, show_editor
from digit_detector.page.session import Picture, Session, current_session
from digit_detector.page.views import receipt
from digit_detector.server.model import identity
from digit_detector.server.rate_limit import RateLimit, network_of
from digit_detector.show.render import to_png
from digit_detector.show.texts import Texts

REVIEW_PASSWORD: Final = "DIGIT_DETECTOR_REVIEW_PASSWORD"  # the setting's name  # pragma: allowlist secret
SOURCE: Final = "page"
PROMPTED_SOURCE: Final = "page-prompt"
"""Drawings of a number that the page asked for."""

PROMPT_LENGTHS: Final = (1, 4)
"""Fewest and most digits of a number that people are asked to write."""
PROMPT_WEIGHTS: Final = (7, 9, 5, 5, 5, 3, 4, 3, 4, 4)
"""Of 0 to 9, by how often run 13's weights doubted each on validation canvases."""

_EDITOR: Final = "correction"
_log: Final = logging.getLogger("digit_detector")
_contributions: Final = RateLimit(CONTRIBUTIONS_BURST, CONTRIBUTIONS_PER_SECOND)
"""How many drawings each network may still contribute; of one process."""


def hidden_pages(texts: Texts) -> list[StreamlitPage]:
    """Return the pages of a server that keeps drawings; the row of pages has no room for them on a phone."""
    if shared_collector() is None:
        return []
    pages = [receipt.page(texts)]
    if os.environ.get(REVIEW_PASSWORD):
        from digit_detector.page.views import review  # which imports SQLAlchemy

        pages.append(st.Page(review.show, title=texts("page.review.title"), url_path="review"))
    return pages


def show_consent(session: Session) -> None:
    """Ask whether drawings may be kept, if this server keeps any; consent can be taken back."""
    if shared_collector() is None:
        return
    texts = session.texts
    with st.expander(texts("page.consent.title"), icon=":material/school:", key="consent"):
        st.markdown(texts("page.consent.text"))
        if session.contribution.agreed:
            st.button(texts("page.consent.stop"), on_click=_agree, args=(False,))
        else:
            st.button(texts("page.consent.agree"), type="primary", on_click=_agree, args=(True,))
        st.page_link(receipt.page(texts), label=texts("page.consent.haveCode"))


def show_contribution(session: Session, picture: Picture | None, *, is_drawing: bool) -> None:
    """Ask a visitor who agreed about the picture at hand: right in one tap, or to be corrected.

    `is_drawing` tells whether the page has a canvas, on which visitors can also be asked to write a number.
    """
    mine, texts = session.contribution, session.texts
    if not mine.agreed:
        return
    detections = session.answer(picture).detections
    with st.container(key="contribution", gap="small"):
        if picture is None or detections is None:
            if is_drawing:
                _show_prompt(session)
        elif picture.kept is not None:
            _show_thanks(session, picture)
        elif mine.editing == picture.id:
            show_editor(texts, _EDITOR, picture.pixels, annotations_of(detections), on_answer=lambda: _correct(picture))
        elif mine.prompt and is_drawing:
            _show_prompt(session)
            done = texts("page.prompt.done")
            st.button(done, icon=":material/check:", type="primary", on_click=_confirm_prompt, args=(picture,))
        else:
            with st.container(horizontal=True):
                right, wrong = texts("page.consent.right"), texts("page.consent.wrong")
                st.button(right, icon=":material/check:", type="primary", on_click=_confirm, args=(picture,))
                st.button(wrong, icon=":material/edit:", on_click=_edit, args=(picture,))
            if not is_drawing:
                st.caption(texts("page.consent.private"))
        if picture is not None and mine.error is not None and mine.error[0] == picture.id:
            st.error(mine.error[1])


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
    if picture.kept is Kept.STORE:
        st.success(texts(f"page.consent.kept.{kind}"))
    else:
        st.warning(texts(f"page.consent.waits.{kind}"))
    st.markdown(texts("page.consent.code", code=mine.code))
    st.page_link(receipt.page(texts), label=texts("page.consent.see"))
    if kind == "drawing":
        _show_prompt(session)


def _agree(agreed: bool) -> None:
    mine = current_session().contribution
    mine.agreed, mine.prompt, mine.error = agreed, "", None


def _prompt() -> None:
    """Ask for a number, of digits that the detector confuses more often."""
    mine = current_session().contribution
    digits = random.choices(DIGITS, PROMPT_WEIGHTS, k=random.randint(*PROMPT_LENGTHS))
    mine.prompt, mine.error = " ".join(digits), None


def _stop_prompts() -> None:
    mine = current_session().contribution
    mine.prompt, mine.error = "", None


def _confirm_prompt(drawing: Picture) -> None:
    """Label the drawing with the digits that were asked for, if as many objects were found."""
    session = current_session()
    mine, detections = session.contribution, session.detections(drawing)
    if detections is None:
        return
    digits = mine.prompt.split()
    boxes = sorted(detections.boxes.tolist(), key=lambda box: box[0] + box[2])
    if len(boxes) != len(digits):
        mine.error = drawing.id, session.texts("page.prompt.mismatch", found=len(boxes), number=mine.prompt)
        return
    annotations = tuple(Annotation(digit, tuple(box)) for digit, box in zip(digits, boxes, strict=True))
    keep(session, drawing, annotations, PROMPTED_SOURCE)
    if drawing.kept is not None:
        mine.prompts_written += 1
        _prompt()


def _edit(picture: Picture) -> None:
    current_session().contribution.editing = picture.id


def _confirm(picture: Picture) -> None:
    session = current_session()
    detections = session.answer(picture).detections
    if detections is not None:
        keep(session, picture, annotations_of(detections), SOURCE)


def _correct(picture: Picture) -> None:
    session = current_session()
    mine = session.contribution
    mine.error = None
    height, width = picture.pixels.shape[:2]
    try:
        annotations = read_boxes(_EDITOR, width, height)
    except DigitDetectorError as error:
        mine.error = picture.id, session.texts("page.consent.notSaved", error=error)
        return
    if annotations is None:
        mine.editing = None
    else:
        keep(session, picture, annotations, SOURCE)


def keep(session: Session, picture: Picture, annotations: tuple[Annotation, ...], source: str) -> None:
    """Store a picture as a contribution if the visitor has agreed; an error becomes the contribution's `error`."""
    mine, kept_by, detections = session.contribution, shared_collector(), session.detections(picture)
    if not mine.agreed or kept_by is None or detections is None:
        return
    mine.error = None
    if wait := _contributions.take(network_of(st.context.ip_address or "")):
        mine.error = picture.id, session.texts("page.consent.wait", seconds=math.ceil(wait))
        return
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
            model=identity(current_detector().runtime),
            time=datetime.now(UTC),
        )
        picture.kept = kept_by.keep(drawing, mine.code)
        mine.editing = None
    except StoreError:
        _log.exception("a confirmed drawing could not be stored")
        mine.error = picture.id, session.texts("page.consent.refused")
    except DigitDetectorError as error:
        mine.error = picture.id, str(error)


def detections_of(detections: Detections) -> tuple[Detection, ...]:
    """Return what the detector found, best first, in the form of a stored drawing."""
    rows = zip(detections.top, detections.boxes.tolist(), strict=True)
    return tuple(Detection(top[0].label, (x0, y0, x1, y1), top[0].score) for top, (x0, y0, x1, y1) in rows)


def annotations_of(detections: Detections) -> tuple[Annotation, ...]:
    """Return the same as the visitor confirms it."""
    return tuple(Annotation(detection.label, detection.box) for detection in detections_of(detections))
