"""The page that shows how the detector comes to its result, step by step, on the visitor's own drawing."""

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import streamlit as st

from digit_detector.detect.detector import Detector, Prediction
from digit_detector.detect.postprocess import Candidates, find_candidates, suppress
from digit_detector.detect.self_check import check_input
from digit_detector.page.adjust import choose_thresholds, current_detector
from digit_detector.page.components import choose_by_code, show_image
from digit_detector.page.session import Thresholds, current_session
from digit_detector.show.explain import (
    FAINT,
    MIN_SCORE,
    anchor_frames,
    frames_picture,
    heat_picture,
    ink_picture,
    labelled_frames,
    objectness_maps,
    origin,
    window_frames,
)
from digit_detector.show.listing import per_cent
from digit_detector.show.texts import Texts


class Subject(NamedTuple):
    """What the steps explain."""

    texts: Texts
    prediction: Prediction
    thresholds: Thresholds

    @property
    def ink(self) -> npt.NDArray[np.float32]:
        """The network's input, (S, S)."""
        return self.prediction.letterbox.ink


def show() -> None:
    """Show one step at a time: a few sentences and a picture."""
    session, detector = current_session(), current_detector()
    texts = session.texts
    st.header(texts("page.inside.header"), anchor=False)
    titles = {step: texts(f"page.inside.{step}.title") for step in _STEPS}
    step = choose_by_code("step", texts("page.inside.step"), titles, next(iter(_STEPS)))
    body = st.container()
    with st.expander(texts("common.adjust"), icon=":material/tune:"):
        choose_thresholds(session, detector)
    picture = session.latest
    with body:
        if picture is None or picture.prediction is None:
            st.markdown(texts("page.inside.sample"))
            prediction = _sample(detector)
        elif session.is_covered(picture):
            st.warning(texts("page.inside.covered"))
            st.button(texts("page.inside.uncover"), on_click=picture.uncover)
            return
        else:
            prediction = picture.prediction
        _STEPS[step](Subject(texts, prediction, session.thresholds))


def _ink(subject: Subject) -> None:
    texts, side = subject.texts, subject.ink.shape[0]
    st.markdown(texts("page.inside.ink.text", side=side))
    show_image(ink_picture(subject.ink), texts("page.inside.ink.picture", side=side))


def _grids(subject: Subject) -> None:
    texts, maps = subject.texts, objectness_maps(subject.prediction)
    st.markdown(texts("page.inside.grids.text"))
    for column, grid in zip(st.columns(len(maps)), maps, strict=True):
        facts = {"cells": grid.shape[0], "highest": per_cent(float(grid.max()))}
        with column:
            picture = heat_picture(subject.ink, grid)
            show_image(
                picture, texts("page.inside.grids.picture", **facts), texts("page.inside.grids.caption", **facts)
            )


def _anchors(subject: Subject) -> None:
    texts, metadata = subject.texts, subject.prediction.metadata
    everything = find_candidates(subject.prediction.views[:1], 0)
    best = int(everything.scores.argmax())
    where = origin(metadata, best)
    st.markdown(texts("page.inside.anchors.text", cells=metadata.input_size // metadata.strides[where.scale]))
    frames = anchor_frames(metadata, where, everything.boxes[best])
    show_image(frames_picture(subject.ink, frames), texts("page.inside.anchors.picture"))


def _boxes(subject: Subject) -> None:
    texts, found = subject.texts, subject.prediction.candidates(MIN_SCORE)
    facts = {"boxes": len(found.boxes), "score": per_cent(MIN_SCORE)}
    total = f"{subject.prediction.metadata.predictions:,}"
    st.markdown(texts("page.inside.boxes.text", total=total, **facts))
    _show_boxes(subject, found, texts("page.inside.boxes.picture", boxes=len(found.boxes)))
    if windows := window_frames(subject.prediction):
        st.markdown(texts("page.inside.windows.text", windows=len(windows)))
        show_image(frames_picture(subject.ink, windows), texts("page.inside.windows.picture", windows=len(windows)))


def _threshold(subject: Subject) -> None:
    texts, threshold = subject.texts, subject.thresholds.score
    before, found = subject.prediction.candidates(MIN_SCORE), subject.prediction.candidates(threshold)
    st.markdown(texts("page.inside.threshold.text", threshold=per_cent(threshold), boxes=len(found.boxes)))
    _show_boxes(subject, found, texts("page.inside.threshold.picture", boxes=len(found.boxes)), before)


def _overlap(subject: Subject) -> None:
    texts, thresholds = subject.texts, subject.thresholds
    before = subject.prediction.candidates(thresholds.score)
    found = before.take(suppress(before, subject.prediction.views, thresholds.iou))
    counts = {"before": len(before.boxes), "boxes": len(found.boxes)}
    st.markdown(texts("page.inside.overlap.text", iou=per_cent(thresholds.iou), **counts))
    _show_boxes(subject, found, texts("page.inside.overlap.picture", boxes=len(found.boxes)), before)
    reading = subject.prediction.detections(*thresholds).reading().replace("\n", ", ")
    st.markdown(texts("page.inside.reading", reading=reading) if reading else texts("page.inside.noReading"))


def _show_boxes(subject: Subject, found: Candidates, description: str, before: Candidates | None = None) -> None:
    classes = subject.prediction.metadata.classes
    frames = labelled_frames(found, classes, 2)
    if before is not None:
        frames = [frame._replace(colour=FAINT, width=1) for frame in labelled_frames(before, classes, 1)] + frames
    show_image(frames_picture(subject.ink, frames), description)


def _sample(detector: Detector) -> Prediction:
    ink = check_input(detector.metadata.input_size)[0, 0]
    return detector.predict(np.asarray(255 * (1 - ink), np.uint8))


_STEPS: Final[dict[str, Callable[[Subject], None]]] = {
    "ink": _ink,
    "grids": _grids,
    "anchors": _anchors,
    "boxes": _boxes,
    "threshold": _threshold,
    "overlap": _overlap,
}
