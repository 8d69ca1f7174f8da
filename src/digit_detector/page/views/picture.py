"""The page on which people choose a picture, or take one.

The browser shrinks it where it can open it, and sends it over the web socket: there is no upload by HTTP.
"""

from base64 import b64decode
from dataclasses import replace
from functools import partial
from typing import Final

import cv2
import numpy as np
import streamlit as st

from digit_detector.classes import DIGITS
from digit_detector.detect.images import Pixels, read_image
from digit_detector.errors import ImageError, ImageTooLargeError
from digit_detector.limits import MAX_PIXELS, MAX_SENT_BYTES, MAX_SIDE
from digit_detector.page.adjust import answer_with_status, current_detector, show_adjustments
from digit_detector.page.components import load_component, show_image
from digit_detector.page.components.answer import show_answer
from digit_detector.page.components.hand import sure_labels
from digit_detector.page.contribute import show_consent, show_contribution
from digit_detector.page.downloads import picture_with_boxes, show_downloads
from digit_detector.page.session import Picture, current_session
from digit_detector.show.texts import Texts

_KEY: Final = "picture"
_show_source = load_component(_KEY)


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
        data = {"received": session.pictures_received, "maxSide": MAX_SIDE, "maxBytes": MAX_SENT_BYTES}
        _show_source(texts, data, key=_KEY, on_sent_change=_read)
        if upload is not None and answer.detections is not None:
            covered = session.is_covered(upload)
            show_image(picture_with_boxes(upload.pixels, answer.detections, covered), texts("page.picture.boxes"))
            if covered:
                st.button(texts("page.picture.uncover"), on_click=upload.uncover)
        if upload is not None:
            st.button(texts("page.picture.remove"), on_click=session.remove_upload)
    with right:
        hint = texts("page.picture.hint")
        revision = 0 if upload is None else upload.revision
        show_answer(texts, answer, hint, revision, False, on_correct=partial(session.correct, upload))
        if session.error:
            st.error(texts("page.error.unreadable", error=session.error))
        if any(label in DIGITS for label in sure_labels(answer)):
            st.caption(texts("common.hand.needsStrokes"))
    with contribution:
        show_contribution(session, session.upload, is_drawing=False)
    with more:
        show_downloads(session, lambda: session.upload, detector)
        show_consent(session)


def _read() -> None:
    """Take over the picture that the browser sent, a data URL, and detect what it shows; turn it upright."""
    session = current_session()
    session.remove_upload()
    session.pictures_received += 1
    with session.reporting():
        pixels = _shrink(_decode(str(st.session_state[_KEY]["sent"]), session.texts))
        session.latest = session.upload = picture = Picture(pixels, revision=session.pictures_received)
        session.detect(picture, current_detector)
        if picture.prediction is not None and picture.prediction.turned:
            picture.pixels = np.ascontiguousarray(np.rot90(pixels, picture.prediction.turned))
            picture.prediction = replace(picture.prediction, turned=0)  # it is about the picture as it now stands


def _decode(url: str, texts: Texts) -> Pixels:
    try:
        return read_image(b64decode(url.partition(",")[2]))
    except ImageTooLargeError as error:
        raise ImageError(texts("page.picture.manyPixels", megapixels=MAX_PIXELS // 10**6)) from error
    except (ImageError, ValueError) as error:
        raise ImageError(texts("page.picture.unreadable")) from error


def _shrink(pixels: Pixels) -> Pixels:
    factor = MAX_SIDE / max(pixels.shape[:2])
    if factor >= 1:
        return pixels
    height, width = (max(1, round(factor * side)) for side in pixels.shape[:2])
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
