"""The page on which people upload a picture, or take one."""

from functools import partial
from typing import Final

import cv2
import numpy as np
import streamlit as st

from digit_detector.classes import DIGITS
from digit_detector.detect.images import Pixels, read_image
from digit_detector.limits import MAX_FILE_BYTES
from digit_detector.page.adjust import answer_with_status, current_detector, show_adjustments
from digit_detector.page.components import show_image
from digit_detector.page.components.answer import show_answer
from digit_detector.page.components.hand import sure_labels
from digit_detector.page.contribute import show_consent, show_contribution
from digit_detector.page.downloads import picture_with_boxes, show_downloads
from digit_detector.page.session import Picture, Session, current_session

MAX_SIDE: Final = 1024
"""px of the longer side at which a picture is kept: several times what the network looks at."""

_SOURCES: Final = ("upload", "camera")
"""Also the keys of their widgets."""


def show() -> None:
    """Show a picture from a file or from the camera, and what is read from it."""
    session, detector = current_session(), current_detector()
    left, right = st.columns([460, 420], gap="medium")
    contribution, more = st.container(), st.container()
    with more:  # first, since the answer depends on the thresholds
        show_adjustments(session, detector)
    texts, upload = session.texts, session.upload
    answer = answer_with_status(session, upload, detector)
    with left:
        _show_source(session)
        if upload is not None and answer.detections is not None:
            covered = session.is_covered(upload)
            show_image(picture_with_boxes(upload.pixels, answer.detections, covered), texts("page.picture.boxes"))
            if covered:
                st.button(texts("page.picture.uncover"), on_click=upload.uncover)
    with right:
        hint = texts("page.picture.hint")
        show_answer(texts, answer, hint, 0, False, on_correct=partial(session.correct, upload))
        if session.error:
            st.error(texts("page.error.unreadable", error=session.error))
        if any(label in DIGITS for label in sure_labels(answer)):
            st.caption(texts("common.hand.needsStrokes"))
    with contribution:
        show_contribution(session, session.upload)
    with more:
        show_downloads(session, lambda: session.upload, detector)
        show_consent(session)


def _show_source(session: Session) -> None:
    texts = session.texts
    source = st.segmented_control(
        texts("page.picture.source"),
        _SOURCES,
        default=_SOURCES[0],
        format_func=lambda source: texts(f"page.picture.{source}"),
        required=True,
        key="source",
        label_visibility="collapsed",
    )
    if source == "camera":  # the browser asks for the camera as soon as this is there
        st.camera_input(texts("page.picture.take"), key="camera", on_change=_read)
    else:
        st.file_uploader(
            texts("page.picture.file"),
            type=["png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff", "heic"],
            key="upload",
            on_change=_read,
            max_upload_size=MAX_FILE_BYTES // 2**20,
        )


def _read() -> None:
    """Take over the picture that was chosen or taken, and detect what it shows."""
    session = current_session()
    session.error = session.upload = None
    session.latest = session.drawing
    file = st.session_state.get(st.session_state["source"])
    if file is None:
        return
    with session.reporting():
        session.latest = session.upload = Picture(_shrink(read_image(file.getvalue())))
        session.detect(session.upload, current_detector)


def _shrink(pixels: Pixels) -> Pixels:
    factor = MAX_SIDE / max(pixels.shape[:2])
    if factor >= 1:
        return pixels
    return np.asarray(cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
