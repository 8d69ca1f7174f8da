"""The visitor's hand: all ten digits as the visitor would write them. The model runs here, and the browser draws."""

import base64
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import numpy as np
import streamlit as st

from digit_detector.classes import CLASSES, DIGITS, OTHER
from digit_detector.detect.detector import Detector
from digit_detector.drawing import Stroke
from digit_detector.errors import DigitDetectorError, HandwritingError
from digit_detector.handwriting.glyphs import SIZE
from digit_detector.handwriting.references import MIN_SCORE, Reference, find_references
from digit_detector.handwriting.writer import Hand, Writer
from digit_detector.page.components import load_component
from digit_detector.page.components.answer import Answer
from digit_detector.page.components.canvas import to_pen
from digit_detector.show.texts import Texts

_KEY: Final = "hand"
_LEARNT: Final = "learnt_hand"
_PRECISION: Final = 10_000
"""Parts of a digit's size, in which coordinates travel to the browser."""

_show = load_component(_KEY)
_writer = cache(Writer.load)


def show_hand(texts: Texts, answer: Answer, strokes: Sequence[Stroke], detector: Detector) -> None:
    """Show all ten digits and numbers in the hand of the drawn digits, from the visitor's first tap on.

    Args:
        texts: of the visitor's language.
        answer: what was found in the drawing.
        strokes: the drawing.
        detector: rejects generated digits that it misreads.
    """
    labels, outputs, error = sure_labels(answer), None, None
    is_open = False
    if answer.detections is not None and any(label in DIGITS for label in labels):
        try:
            is_open, chosen = _read_request()
            if is_open:
                points = [np.array(stroke.points) for stroke in strokes]
                references = find_references(points, labels, answer.detections.boxes)
                drawn = {reference.digit for reference in references}
                preferred = [reference for reference in chosen if reference.digit not in drawn]
                outputs = _learn([*references, *preferred], detector) if references else None
        except DigitDetectorError as failure:
            error = str(failure)
    boxes = [] if answer.detections is None else answer.detections.boxes.tolist()
    data = {
        "strokes": [to_pen(stroke) for stroke in strokes],
        "objects": [
            {"label": label, "box": box, "sure": label in DIGITS} for label, box in zip(labels, boxes, strict=True)
        ],
        "isOpen": is_open,
        "outputs": outputs,
        "error": error,
    }
    _show(texts, data, key=_KEY, on_request_change=lambda: None)


def sure_labels(answer: Answer) -> list[str]:
    """Return the label of each object: a digit if it was read with confidence or named by the visitor, or `other`."""
    if answer.detections is None:
        return []
    return [
        entries[0].label
        if entries[0].label in DIGITS and (entries[0].score >= MIN_SCORE or index in answer.corrected)
        else CLASSES[OTHER]
        for index, entries in enumerate(answer.detections.top)
    ]


def _read_request() -> tuple[bool, list[Reference]]:
    """Return whether the visitor wants to see the hand, and the generated digits that the visitor chose."""
    sent = st.session_state.get(_KEY, {}).get("request")
    if sent is None:
        return False, []
    try:
        return bool(sent["isOpen"]), [_reference(values) for values in sent["chosen"][: len(DIGITS)]]
    except (TypeError, KeyError, ValueError, OverflowError) as error:
        raise HandwritingError(f"the browser sent a hand that cannot be read ({error!r}): reload the page") from error


def _reference(values: dict[str, Any]) -> Reference:
    digit, glyph = int(values["digit"]), np.array(values["glyph"], np.float32)
    if str(digit) not in DIGITS or glyph.shape != (SIZE,) or not (np.abs(glyph) <= 1).all():
        raise ValueError(f"a glyph of {digit}")
    return Reference(digit, glyph, 1.0)


def _learn(references: Sequence[Reference], detector: Detector) -> dict[str, Any]:
    """Return the hand of these digits for the browser; it is learnt once, however often the page runs."""
    key = [(reference.digit, reference.glyph.tobytes()) for reference in references]
    learnt = st.session_state.get(_LEARNT)
    if learnt is None or learnt[0] != key:
        learnt = st.session_state[_LEARNT] = key, _pack(_writer().learn(references, detector))
    outputs: dict[str, Any] = learnt[1]
    return outputs


def _pack(hand: Hand) -> dict[str, Any]:
    candidates = np.rint(hand.candidates * _PRECISION).astype("<i2")
    return {
        "candidates": base64.b64encode(candidates.tobytes()).decode(),
        "forms": hand.forms.ravel().tolist(),
        "spread": hand.spread.tolist(),
    }
