"""What was read, as text that a screen reader announces when it changes, and what stands behind it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import streamlit as st

from digit_detector.detect.detector import Detector
from digit_detector.page import overlay
from digit_detector.page.settings import where
from digit_detector.page.visit import Visit, Work
from digit_detector.page.words import remark
from digit_detector.show.explain import left_out

_HERE: Final = Path(__file__).parent
_show = st.components.v2.component(
    "digit_detector_answer",
    html="""
        <output id="reading" aria-live="polite"></output>
        <p id="remark" aria-live="polite"></p>
        <ul id="objects" aria-label="Objects, each with its three best classes"></ul>
        <ul id="left-out" aria-label="Boxes that were left out"></ul>
        <p id="status"></p>
    """,
    css=(_HERE / "answer.css").read_text(encoding="utf-8"),
    js=(_HERE / "answer.js").read_text(encoding="utf-8"),
    isolate_styles=False,  # the ids are to be those of the page itself
)


def show_answer(visit: Visit, work: Work | None, detector: Detector, hint: str) -> list[dict[str, Any]]:
    """Show what was read in the element with the id `reading`, and all else outside it; `hint` where there is nothing.

    Returns:
        The boxes to be shown on the picture, as `overlay.boxes` makes them.
    """
    boxes: list[dict[str, Any]] = []
    found = visit.found(work)
    if work is None or work.prediction is None or found is None:
        _say("", hint)
    else:
        rest = left_out(work.prediction, *visit.thresholds) if visit.left_out or not len(found) else None
        _say(
            found.reading(),
            remark(found, rest),
            overlay.objects(found),
            overlay.left_out_rows(rest, visit.thresholds.score) if rest and visit.left_out else (),
            f"{len(found)} found in {work.prediction.milliseconds:.1f} ms on {where(detector)}.",
        )
        boxes = overlay.boxes(found, rest if visit.left_out else None, visit.is_covered(work))
    if visit.fault:
        st.error(f"This cannot be read: {visit.fault}")
    return boxes


def _say(
    reading: str,
    remark: str,
    objects: Sequence[dict[str, Any]] = (),
    left_out: Sequence[dict[str, str]] = (),
    status: str = "",
) -> None:
    data = {"reading": reading, "remark": remark, "objects": objects, "leftOut": left_out, "status": status}
    _show(key="answer", data=data)
