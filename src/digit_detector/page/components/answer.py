"""The answer: the reading, which a screen reader announces, the objects behind it, and what people should know."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np
import streamlit as st

from digit_detector.classes import CENSORED, CLASSES, DIGITS
from digit_detector.detect.detections import ClassScore, Detections
from digit_detector.detect.postprocess import pairwise_iou
from digit_detector.errors import DigitDetectorError
from digit_detector.page.components import load_component
from digit_detector.show.explain import LeftOut, Reason
from digit_detector.show.listing import is_doubtful, per_cent
from digit_detector.show.render import COLOURS, LINES, text_colour
from digit_detector.show.texts import Texts

SAME_OBJECT_IOU: Final = 0.7
"""A box that overlaps another one of an earlier revision this much is about the same object."""

_KEY: Final = "answer"
_show = load_component(_KEY, isolate_styles=False)  # the IDs, such as `reading`, belong to the page itself


class Answer(NamedTuple):
    """What the page tells about one picture; `detections` is None if there is none."""

    detections: Detections | None = None
    corrected: frozenset[int] = frozenset()
    """Indices of the objects whose labels the visitor chose."""
    missed: ClassScore | None = None
    """The best class of an object that may be missed: its score is a little below the threshold."""
    left_out: LeftOut | None = None
    """Listed, with its boxes on the canvas; where nothing is found, the best one comes nearest."""
    score_threshold: float = 0
    """By which these were left out."""
    status: str = ""
    is_covered: bool = False
    """Whether what is rude is covered."""


class LabelFix(NamedTuple):
    """The label that the visitor chose for the object in a box, instead of the detector's."""

    box: tuple[float, ...]
    detected: int
    label: str


def show_answer(
    texts: Texts, answer: Answer, hint: str, revision: int, can_rewrite: bool, on_correct: Callable[[], None]
) -> None:
    """Show the reading in the element with the ID `reading`, and everything else beside it.

    Args:
        texts: of the visitor's language.
        answer: what was found; `left_out` lists these boxes, too.
        hint: shown if there is no answer.
        revision: of the drawing that the answer is about.
        can_rewrite: whether an object's strokes can be deleted to be written again.
        on_correct: runs before the page does when the visitor chose a label; `read_correction()` then returns it.
    """
    detections, left_out = answer.detections, answer.left_out
    nearest = left_out.detections.top[0] if left_out and len(left_out.detections) else ()
    data = {
        "reading": "" if detections is None else detections.reading(),
        "hint": hint if detections is None else None,
        "status": answer.status,
        "objects": object_views(texts, answer),
        "leftOut": left_out_views(texts, answer),
        "missed": None if answer.missed is None else _named_score(texts, answer.missed),
        "nearest": [_named_score(texts, entry) for entry in nearest],
        "classes": [class_style(texts, label) for label in CLASSES],
        "canRewrite": can_rewrite,
        "revision": revision,
        "language": texts.language,
    }
    _show(texts, data, key=_KEY, on_correct_change=on_correct)


def read_correction(detections: Detections) -> tuple[int, str, int]:
    """Return the visitor's correction of these detections: an object's index, its label, and the picture's revision.

    Raises DigitDetectorError if it is none.
    """
    sent = st.session_state[_KEY]["correct"]
    try:
        position, label, revision = int(sent["index"]), str(sent["label"]), int(sent["revision"])
        order = detections.reading_order()
        if label not in CLASSES or not 0 <= position < len(order):
            raise ValueError(f"class {label} of object {position}")
    except (TypeError, KeyError, ValueError) as error:
        raise DigitDetectorError(f"the browser sent no correction ({error!r}): choose the class again") from error
    return order[position], label, revision


def apply_fixes(detections: Detections, fixes: tuple[LabelFix, ...]) -> tuple[Detections, frozenset[int]]:
    """Apply the visitor's labels; return the detections, and the indices of those that changed."""
    scores, corrected = detections.class_scores.copy(), set()
    for fix in fixes:
        if not len(detections):
            break
        overlaps = pairwise_iou(np.array([fix.box], np.float32), detections.boxes)[0]
        index = int(overlaps.argmax())
        if overlaps[index] < SAME_OBJECT_IOU or detections.labels[index] != fix.detected:
            continue
        label = CLASSES.index(fix.label)
        # Swapped, so that the object keeps its score and its place among the others.
        scores[index, [label, fix.detected]] = scores[index, [fix.detected, label]]
        corrected.add(index)
    return (replace(detections, class_scores=scores) if corrected else detections), frozenset(corrected)


def class_name(texts: Texts, label: str) -> str:
    """Return the word for a class: `7`, `doodle`, `rude doodle`."""
    return label if label in DIGITS else texts(f"common.class.{label}")


def class_style(texts: Texts, label: str) -> dict[str, str]:
    """Return how an object of this class is shown."""
    colour = COLOURS[label]
    return {
        "label": label,
        "name": class_name(texts, label),
        "colour": colour,
        "textColour": text_colour(colour),
        "line": LINES[label],
    }


def object_views(texts: Texts, answer: Answer) -> list[dict[str, Any]]:
    """Return the objects in reading order, each with its three best classes."""
    detections = answer.detections
    if detections is None:
        return []
    boxes = _boxes_in_per_cent(detections)
    return [
        {
            "box": boxes[index],
            "top": [_named_score(texts, entry) for entry in detections.top[index]],
            "doubtful": index not in answer.corrected and is_doubtful(detections.top[index]),
            "corrected": index in answer.corrected,
            "covered": answer.is_covered and bool(detections.labels[index] == CENSORED),
            **class_style(texts, detections.top[index][0].label),
        }
        for index in detections.reading_order()
    ]


def left_out_views(texts: Texts, answer: Answer) -> list[dict[str, Any]]:
    """Return the boxes that were left out, best first, each with its tag and the reason in words."""
    if answer.left_out is None:
        return []
    detections, reasons = answer.left_out.detections, answer.left_out.reasons
    return [
        {
            "box": box,
            "text": f"{class_name(texts, top[0].label)} {per_cent(top[0].score)}",
            "why": _reason(texts, reason, answer.score_threshold),
            **class_style(texts, top[0].label),
        }
        for box, top, reason in zip(_boxes_in_per_cent(detections), detections.top, reasons, strict=True)
    ]


def _named_score(texts: Texts, entry: ClassScore) -> dict[str, Any]:
    return {"label": entry.label, "name": class_name(texts, entry.label), "score": round(entry.score, 4)}


def _reason(texts: Texts, reason: Reason, score_threshold: float) -> str:
    if reason.kind == "score":
        return texts("common.leftOut.score", threshold=per_cent(score_threshold))
    if reason.kind == "ink":
        return texts("common.leftOut.ink")
    return texts("common.leftOut.overlap", label=class_name(texts, reason.label or ""), iou=per_cent(reason.iou or 0))


def _boxes_in_per_cent(detections: Detections) -> list[list[float]]:
    size = np.array([detections.width, detections.height] * 2)
    boxes: list[list[float]] = np.round(detections.boxes / size * 100, 2).tolist()
    return boxes
