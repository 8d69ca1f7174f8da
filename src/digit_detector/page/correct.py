"""An editor for the boxes of a drawing, by mouse, touch or keys: rename them, delete them, draw missing ones."""

import base64
import math
from collections.abc import Callable
from typing import Any, Final

import streamlit as st

from digit_detector.classes import CLASSES
from digit_detector.detect.detections import Detections
from digit_detector.detect.images import read_image
from digit_detector.drawing import Annotation
from digit_detector.errors import DigitDetectorError
from digit_detector.page.components import load_component, shared_texts
from digit_detector.page.giving import annotations_of
from digit_detector.page.overlay import look
from digit_detector.page.visit import Work
from digit_detector.page.words import known
from digit_detector.show.render import on_paper, to_png

MAX_BOXES: Final = 200
LEAST_SIDE: Final = 3
"""px of the drawing: a smaller box is a slip of the finger."""

_KEY: Final = "correction"
_show = load_component("correct")


def show_correction(work: Work, found: Detections, on_answer: Callable[[], None]) -> None:
    """Show the drawing with its boxes to be corrected; `answer` has the result when `on_answer` runs."""
    show_editor(_KEY, work.png, found.width, found.height, annotations_of(found), on_answer)


def show_editor(
    key: str, png: bytes, width: int, height: int, annotations: tuple[Annotation, ...], on_answer: Callable[[], None]
) -> None:
    """Show a picture with boxes to be corrected."""
    paper = base64.b64encode(to_png(on_paper(read_image(png)))).decode()
    _show(
        key=key,
        data={
            "picture": f"data:image/png;base64,{paper}",
            "width": width,
            "height": height,
            "least": LEAST_SIDE,
            "boxes": [{"label": annotation.label, "box": annotation.box} for annotation in annotations],
            "classes": [look(label) | {"name": known(label)} for label in CLASSES],
            "texts": shared_texts("en"),
        },
        on_answer_change=on_answer,
    )


def answer(width: int, height: int, key: str = _KEY) -> tuple[Annotation, ...] | None:
    """Return the boxes as the visitor left them, or None where the visitor cancelled.

    Raises DigitDetectorError for what is no list of boxes inside the drawing, or a list of too many.
    """
    sent = st.session_state[key]["answer"]
    try:
        rows = sent["boxes"]
        if rows is None:
            return None
        boxes = tuple(_annotation(row, width, height) for row in rows)
    except (TypeError, ValueError, KeyError, OverflowError) as error:
        raise DigitDetectorError(
            f"the browser sent boxes that cannot be read ({error!r}): correct them again"
        ) from error
    if len(boxes) > MAX_BOXES:
        raise DigitDetectorError(f"the correction has {len(boxes)} boxes, more than {MAX_BOXES}: delete some")
    return boxes


def _annotation(row: dict[str, Any], width: int, height: int) -> Annotation:
    x0, y0, x1, y1 = (float(value) for value in row["box"])
    if not all(map(math.isfinite, (x0, y0, x1, y1))):
        raise ValueError("a box that is not finite")
    return Annotation(str(row["label"]), (max(x0, 0.0), max(y0, 0.0), min(x1, float(width)), min(y1, float(height))))
