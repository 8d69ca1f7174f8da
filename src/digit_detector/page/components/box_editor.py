"""An editor for the boxes of a picture, by mouse, touch and keyboard: name, move, resize, delete and add them."""

import math
from collections.abc import Callable
from typing import Any, Final

import streamlit as st

from digit_detector.classes import CLASSES
from digit_detector.detect.images import Pixels
from digit_detector.drawing import Annotation
from digit_detector.errors import DigitDetectorError
from digit_detector.page.components import data_url, load_component
from digit_detector.page.components.answer import class_style
from digit_detector.show.render import on_paper
from digit_detector.show.texts import Texts

MAX_BOXES: Final = 200
MIN_SIDE: Final = 3
"""px of the picture: a smaller box is a slip of the finger."""

_show = load_component("correct")


def show_editor(
    texts: Texts, key: str, picture: Pixels, annotations: tuple[Annotation, ...], on_answer: Callable[[], None]
) -> None:
    """Show a picture with boxes to be corrected; `read_boxes()` returns them when `on_answer` runs."""
    height, width = picture.shape[:2]
    data = {
        "picture": data_url(on_paper(picture)),
        "width": width,
        "height": height,
        "least": MIN_SIDE,
        "boxes": [{"label": annotation.label, "box": annotation.box} for annotation in annotations],
        "classes": [class_style(texts, label) for label in CLASSES],
    }
    _show(texts, data, key=key, on_answer_change=on_answer)


def read_boxes(key: str, width: int, height: int) -> tuple[Annotation, ...] | None:
    """Return the boxes as the visitor left them, or None if the visitor cancelled.

    Raises DigitDetectorError for anything else than boxes inside the picture, or for too many.
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
