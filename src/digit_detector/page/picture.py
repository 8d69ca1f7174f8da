"""The page on which people hand over a picture, or take one."""

from typing import Final

import cv2
import numpy as np
import streamlit as st

from digit_detector.detect.images import Pixels, read_image
from digit_detector.errors import DigitDetectorError
from digit_detector.limits import MAX_FILE_BYTES
from digit_detector.page import consent
from digit_detector.page.answer import show_answer
from digit_detector.page.image import show_image
from digit_detector.page.saving import boxed, offer_files
from digit_detector.page.settings import choose, detector
from digit_detector.page.share import show_share
from digit_detector.page.visit import Work, visit
from digit_detector.show.render import to_png

MAX_SIDE: Final = 1024
"""px of the longer side at which a picture is kept: several times what the network looks at."""

_UPLOAD: Final = "Upload"
_CAMERA: Final = "Camera"
_KEYS: Final = {_UPLOAD: "uploaded", _CAMERA: "taken"}


def show() -> None:
    """A picture from a file or from the camera, and what is read from it."""
    here = visit()
    try:
        loaded = detector()
    except DigitDetectorError as error:
        st.error(f"The detector cannot be loaded: {error}")
        return
    left, right = st.columns([460, 420], gap="medium")
    asked, more = st.container(), st.container()
    with more, st.expander("Adjust", icon=":material/tune:"):
        choose(loaded)
    with left:
        source = st.segmented_control(
            "Where the picture comes from",
            [_UPLOAD, _CAMERA],
            default=_UPLOAD,
            required=True,
            key="source",
            label_visibility="collapsed",
        )
        if source == _CAMERA:  # the browser asks for the camera as soon as this is there
            st.camera_input("Take a picture", key=_KEYS[_CAMERA], on_change=_read)
        else:
            st.file_uploader(
                "A picture of digits, drawn or photographed",
                type=["png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff", "heic"],
                key=_KEYS[_UPLOAD],
                on_change=_read,
                max_upload_size=MAX_FILE_BYTES // 2**20,
            )
        picture = st.container()
    with right:
        show_answer(here, here.upload, loaded, "Dark digits on light paper work best, and so do light ones on dark.")
    found = here.found(here.upload)
    if here.upload is not None and found is not None:
        with picture:
            words = "Your picture with a box around each object"
            covered = here.is_covered(here.upload)
            show_image(boxed(here.upload, found, covered), words)
            if covered:
                st.button("Show what is covered", on_click=here.upload.uncover)
    with asked:
        consent.show_giving(here, "upload")
    with more, st.expander("Share and save", icon=":material/ios_share:"):
        show_share()
        offer_files(here, "upload", loaded)
    with more:
        consent.show_consent()


def _read() -> None:
    """Take over the picture that was chosen or taken, and run the network on it."""
    here = visit()
    here.fault = here.upload = None
    here.latest = here.last_drawing
    file = st.session_state.get(_KEYS[st.session_state.source])
    if file is None:
        return
    with here.reporting():
        picture = _kept(read_image(file.getvalue()))
        here.latest = here.upload = Work(to_png(picture))
        here.detect(detector, here.upload, picture)


def _kept(picture: Pixels) -> Pixels:
    factor = MAX_SIDE / max(picture.shape[:2])
    if factor >= 1:
        return picture
    return np.asarray(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
