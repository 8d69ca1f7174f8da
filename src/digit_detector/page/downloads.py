"""What a visitor can save: the picture with boxes, the JSON, and a bundle from which the result can be reproduced."""

import io
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

import cv2
import numpy as np
import streamlit as st

from digit_detector.classes import CENSORED
from digit_detector.detect.detections import Detections
from digit_detector.detect.detector import Detector
from digit_detector.detect.images import Pixels
from digit_detector.page.components import show_share
from digit_detector.page.components.canvas import to_pen
from digit_detector.page.session import Picture, Session, Thresholds
from digit_detector.server.model import identity
from digit_detector.show.render import cover, draw_boxes, to_png

MIN_SIDE: Final = 1024
"""px of the longer side of a saved picture: smaller ones are enlarged, so that labels can be read."""
FILE_NAME: Final = "drawing.png"
"""Of the picture, in the JSON and in the bundle."""


def show_downloads(session: Session, current: Callable[[], Picture | None], detector: Detector) -> None:
    """Show the folded-up buttons for the link, the files and the report.

    A file is made when its button is pressed, from the picture that `current` returns then.
    """
    texts, picture = session.texts, current()
    is_covered = session.is_covered(picture)

    def show_button(label: str, file: str, make: Callable[[Picture, Detections], bytes | str], locked: bool) -> None:
        def data() -> bytes | str:
            picture = current()
            detections = session.answer(picture).detections
            return b"" if picture is None or detections is None else make(picture, detections)

        disabled = picture is None or locked
        st.download_button(label, data, file, key=f"save_{file}", on_click="ignore", disabled=disabled, width="stretch")

    with st.expander(texts("page.save.title"), icon=":material/ios_share:", key="save"):
        show_share(texts)
        show_button(
            texts("common.savePicture"),
            "digits.png",
            lambda picture, found: to_png(picture_with_boxes(picture.pixels, found, session.is_covered(picture))),
            locked=False,
        )
        show_button(texts("common.saveJson"), "digits.json", lambda _, found: to_json(found), locked=False)
    with st.expander(texts("page.report.title"), icon=":material/flag:", key="report"):
        st.markdown(texts("page.report.text"))
        show_button(
            texts("page.report.bundle"),
            "digits.zip",
            lambda picture, _: bundle(picture, session.thresholds, detector),
            locked=is_covered,
        )
        if is_covered:
            st.caption(texts("page.report.covered"))


def picture_with_boxes(pixels: Pixels, detections: Detections, is_covered: bool) -> Pixels:
    """Return the picture with boxes, enlarged to MIN_SIDE; with `is_covered`, covers replace boxes of `censored`."""
    factor = MIN_SIDE / max(pixels.shape[:2])
    if factor > 1:
        pixels = np.asarray(cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC), np.uint8)
    if is_covered:
        pixels, detections = cover(pixels, detections), detections.take(detections.labels != CENSORED)
    return draw_boxes(pixels, detections)


def to_json(detections: Detections) -> str:
    """Return what `digit-detector detect` prints of the picture."""
    return json.dumps([{"file": FILE_NAME, **detections.to_json()}], indent=1)


def bundle(picture: Picture, thresholds: Thresholds, detector: Detector) -> bytes:
    """Return a ZIP file from which the result can be reproduced; its `model.json` names the command."""
    assert picture.prediction is not None
    facts: dict[str, Any] = {
        **asdict(identity(detector.runtime)),
        "runtime": detector.runtime,
        "score_threshold": thresholds.score,
        "iou_threshold": thresholds.iou,
        "command": f"digit-detector detect {FILE_NAME} {'--drawing ' if picture.strokes else ''}"
        f"--runtime {detector.runtime}"
        f" --score-threshold {thresholds.score} --iou-threshold {thresholds.iou}",
    }
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as file:
        file.writestr(FILE_NAME, to_png(picture.pixels))
        file.writestr("strokes.json", json.dumps([to_pen(stroke) for stroke in picture.strokes]))
        file.writestr("detections.json", to_json(picture.prediction.detections(*thresholds)))
        file.writestr("model.json", json.dumps(facts, indent=1))
    return buffer.getvalue()
