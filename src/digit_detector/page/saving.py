"""What a visitor takes home: the picture with boxes, the JSON, and a bundle from which the result can be made again."""

import io
import json
from collections.abc import Callable
from typing import Any, Final, Literal
from zipfile import ZIP_DEFLATED, ZipFile

import cv2
import numpy as np
import streamlit as st

from digit_detector.detect.detections import Detections
from digit_detector.detect.detector import Detector
from digit_detector.detect.images import Pixels, read_image
from digit_detector.page.strokes import to_json
from digit_detector.page.visit import Thresholds, Visit, Work
from digit_detector.server.model import identity
from digit_detector.show.render import cover, draw_boxes, to_png

LEAST_SIDE: Final = 800
"""px of the longer side of a saved picture: smaller ones are enlarged, so that names can be read."""


def boxed(work: Work, detections: Detections, covered: bool) -> Pixels:
    """The picture with its boxes; what is `censored` cannot be seen in it where it is `covered`."""
    picture = enlarged(read_image(work.png))
    return draw_boxes(cover(picture, detections) if covered else picture, detections)


def entry(detections: Detections) -> str:
    """What `digit-detector detect` prints of the picture, but for the file's name."""
    return json.dumps(detections.to_json(), indent=1)


def bundle(work: Work, detections: Detections, thresholds: Thresholds, detector: Detector) -> bytes:
    """A zip file from which the result can be made again; `model.json` names the command that does so."""
    facts: dict[str, Any] = {
        **identity(detector.runtime)._asdict(),
        "runtime": detector.runtime,
        "score_threshold": thresholds.score,
        "iou_threshold": thresholds.iou,
        "command": f"digit-detector detect drawing.png --runtime {detector.runtime}"
        f" --score-threshold {thresholds.score} --iou-threshold {thresholds.iou}",
    }
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as file:
        file.writestr("drawing.png", work.png)
        file.writestr("strokes.json", json.dumps(to_json(work.strokes)))
        file.writestr("detections.json", entry(detections))
        file.writestr("model.json", json.dumps(facts, indent=1))
    return buffer.getvalue()


def offer_files(visit: Visit, which: Literal["last_drawing", "upload"], detector: Detector) -> None:
    """Buttons that make their file when they are pressed, of what the visit holds then."""
    work: Work | None = getattr(visit, which)
    covered = visit.is_covered(work)

    def button(label: str, name: str, make: Callable[[Work, Detections], bytes | str], locked: bool = False) -> None:
        def data() -> bytes | str:
            work: Work | None = getattr(visit, which)
            detections = visit.found(work)
            return b"" if work is None or detections is None else make(work, detections)

        st.download_button(
            label, data, name, key=f"save_{name}", on_click="ignore", disabled=work is None or locked, width="stretch"
        )

    button("Picture with boxes", "digits.png", lambda work, found: to_png(boxed(work, found, visit.is_covered(work))))
    button("Boxes and scores (JSON)", "digits.json", lambda _, found: entry(found))
    button(
        "Bundle: all it takes to repeat the result",
        "digits.zip",
        lambda work, found: bundle(work, found, visit.thresholds, detector),
        locked=covered,
    )
    if covered:
        st.caption("The bundle holds the drawing itself: tap its cover first.")


def enlarged(picture: Pixels) -> Pixels:
    """The picture, at least LEAST_SIDE px on its longer side."""
    factor = LEAST_SIDE / max(picture.shape[:2])
    if factor <= 1:
        return picture
    return np.asarray(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC), np.uint8)
