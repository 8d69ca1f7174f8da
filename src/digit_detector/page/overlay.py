"""Detections as the page's scripts show them: boxes over the canvas, and a list beside it."""

from typing import Any, Final

import numpy as np

from digit_detector.classes import CENSORED
from digit_detector.detect.detections import ClassScore, Detections
from digit_detector.page.words import known
from digit_detector.show.colours import COLOURS, LINES, text_colour
from digit_detector.show.explain import LeftOut, Reason

_MARGIN: Final = 2.0
"""Per cent of the canvas by which a cover is larger than its box, where the pen's edge may look out."""


def boxes(detections: Detections, left_out: LeftOut | None, covered: bool) -> list[dict[str, Any]]:
    """Boxes in per cent of the picture, those left out first, so that the others lie over them."""
    shown = [
        {
            "box": box,
            "text": f"{top[0].label} {top[0].score:.0%}",
            "covered": [box[0] - _MARGIN, box[1] - _MARGIN, box[2] + _MARGIN, box[3] + _MARGIN]
            if covered and label == CENSORED
            else None,
            **look(top[0].label),
        }
        for box, top, label in zip(_per_cent(detections), detections.top, detections.labels, strict=True)
    ]
    if left_out is None:
        return shown
    faint = left_out.detections
    return [
        {"box": box, "text": f"{top[0].label} {top[0].score:.0%}", "leftOut": True}
        for box, top in zip(_per_cent(faint), faint.top, strict=True)
    ] + shown


def objects(detections: Detections) -> list[dict[str, Any]]:
    """Each object with its three best classes, from left to right."""
    order = np.argsort(detections.boxes[:, 0] + detections.boxes[:, 2], kind="stable")
    return [{"top": list(map(_best, detections.top[index])), **look(detections.top[index][0].label)} for index in order]


def left_out_rows(left_out: LeftOut, score_threshold: float) -> list[dict[str, str]]:
    """Each box that was left out, best first, with the reason in words."""
    return [
        {"text": f"{top[0].label} {top[0].score:.0%}", "why": _why(reason, score_threshold)}
        for top, reason in zip(left_out.detections.top, left_out.reasons, strict=True)
    ]


def look(label: str) -> dict[str, str]:
    """How an object of this class is shown."""
    colour = COLOURS[label]
    return {"label": label, "colour": colour, "textColour": text_colour(colour), "line": LINES[label]}


def _best(entry: ClassScore) -> dict[str, str | float]:
    return {"label": entry.label, "score": round(entry.score, 4)}


def _why(reason: Reason, score_threshold: float) -> str:
    if reason.kind == "score":
        return f"below the score threshold of {score_threshold:.0%}"
    if reason.kind == "group":
        return "lies around smaller boxes that score higher"
    return f"overlaps the {known(reason.label or '')} by {reason.iou:.0%}, which scores higher"


def _per_cent(detections: Detections) -> list[list[float]]:
    size = np.array([detections.width, detections.height] * 2)
    found: list[list[float]] = np.round(detections.boxes / size * 100, 2).tolist()
    return found
