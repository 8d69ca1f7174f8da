"""The page that shows how the detector comes to its answer, step by step, on the visitor's own drawing."""

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import streamlit as st

from digit_detector.detect.detector import Detector, Prediction
from digit_detector.detect.postprocess import Candidates, find_candidates, suppress
from digit_detector.detect.self_check import check_input
from digit_detector.errors import DigitDetectorError
from digit_detector.page.image import show_image
from digit_detector.page.settings import choose_thresholds, detector
from digit_detector.page.visit import Thresholds, visit
from digit_detector.show.explain import MIN_SCORE, objectness_maps, origin
from digit_detector.show.step_pictures import (
    FAINT,
    anchor_frames,
    frames_picture,
    heat_picture,
    ink_picture,
    labelled_frames,
    window_frames,
)


class Look(NamedTuple):
    """What the steps look at."""

    prediction: Prediction
    thresholds: Thresholds

    @property
    def ink(self) -> npt.NDArray[np.float32]:
        """The network's input, (S, S)."""
        return self.prediction.letterbox.ink


def show() -> None:
    """One step at a time: a few sentences and a picture."""
    here = visit()
    st.header("What the model sees", anchor=False)
    try:
        loaded = detector()
    except DigitDetectorError as error:
        st.error(f"The detector cannot be loaded: {error}")
        return
    step = st.segmented_control(
        "Step",
        list(_STEPS),
        default=next(iter(_STEPS)),
        required=True,
        key="step",
        bind="query-params",
        label_visibility="collapsed",
    )
    body = st.container()
    with st.expander("Adjust", icon=":material/tune:"):
        here.thresholds = choose_thresholds(loaded)
    work = here.latest
    with body:
        if work is None or work.prediction is None:
            st.caption("You have not drawn anything yet, so here is a drawing of ours.")
            prediction = _sample(loaded)
        elif here.is_covered(work):
            st.warning("What you drew is covered.")
            st.button("Show it", on_click=work.uncover)
            return
        else:
            prediction = work.prediction
        _STEPS[step](Look(prediction, here.thresholds))


def _ink(look: Look) -> None:
    side = look.ink.shape[0]
    st.markdown(
        f"The drawing becomes a small grey picture of **{side} × {side}** squares, each a number from 0 (paper) to 1"
        " (ink). These numbers are all that the network ever gets to see: no strokes, no order, no colours."
    )
    show_image(ink_picture(look.ink), f"The drawing in {side} by {side} grey squares")


def _grids(look: Look) -> None:
    maps = objectness_maps(look.prediction)
    st.markdown(
        "Three grids lie over the picture. Each of their squares answers one question: **is the middle of something"
        " here?** White is no, orange is yes. The fine grid looks for small things, the coarse one for big ones."
    )
    for column, grid in zip(st.columns(len(maps)), maps, strict=True):
        cells = grid.shape[0]
        with column:
            show_image(
                heat_picture(look.ink, grid),
                f"Grid of {cells} by {cells}; its highest square says {grid.max():.0%}",
                f"{cells} × {cells}: up to {grid.max():.0%} sure",
            )


def _anchors(look: Look) -> None:
    metadata = look.prediction.metadata
    everything = find_candidates(look.prediction.views[:1], 0)
    best = int(everything.scores.argmax())
    where = origin(metadata, best)
    grid = metadata.input_size // metadata.strides[where.scale]
    st.markdown(
        "No square invents a box from nothing. Each has three boxes in stock, the **anchors**, of sizes that are common"
        " in drawings. It only predicts how far to shift them and how much to stretch them. Here is the most confident"
        f" square of all, in the grid of {grid} × {grid}: its anchors in grey, the one it used in orange, and in black"
        " the box it made."
    )
    show_image(
        frames_picture(look.ink, anchor_frames(metadata, where, everything.boxes[best])),
        "A square of the grid, its three anchors, and the box made of one of them",
    )


def _boxes(look: Look) -> None:
    total = look.prediction.metadata.predictions
    found = look.prediction.candidates(MIN_SCORE)
    st.markdown(
        f"So there are **{total:,} boxes**, one for each anchor of each square, and each comes with twelve numbers: how"
        " likely it is a 0, a 1, … a 9, a doodle, or something rude. Nearly all of them are sure that there is nothing."
        f" **{len(found.boxes)}** are more than {MIN_SCORE:.0%} sure of something; the colours are the classes."
    )
    _show_named(look, found, f"{len(found.boxes)} boxes, many around each object")
    if windows := window_frames(look.prediction):
        st.markdown(
            f"Some ink was too small to be read at this size. So the network also looked at **{len(windows)}** parts of"
            " the picture, each enlarged to its full input. The boxes above include what it found there."
        )
        show_image(frames_picture(look.ink, windows), f"{len(windows)} parts of the picture that were enlarged")


def _threshold(look: Look) -> None:
    before, found = look.prediction.candidates(MIN_SCORE), look.prediction.candidates(look.thresholds.score)
    st.markdown(
        f"The **score threshold** decides: boxes below **{look.thresholds.score:.0%}** are dropped (grey), and"
        f" **{len(found.boxes)}** boxes stay. A lower threshold shows faint guesses, a higher one only the most"
        " confident boxes. Try it under Adjust."
    )
    _show_named(look, found, f"{len(found.boxes)} boxes reach the threshold", before)


def _overlap(look: Look) -> None:
    before = look.prediction.candidates(look.thresholds.score)
    found = before.take(suppress(before, look.ink, look.thresholds.iou))
    st.markdown(
        "Neighbouring squares often find the same thing. Of boxes that overlap by more than"
        f" **{look.thresholds.iou:.0%}**, only the most confident one stays. This is called **non-maximum"
        f" suppression**. Of {len(before.boxes)} boxes, **{len(found.boxes)}** are left: the answer."
    )
    _show_named(look, found, f"{len(found.boxes)} boxes are left", before)
    reading = look.prediction.detections(*look.thresholds).reading()
    st.markdown(f"Read from left to right: **{reading.replace(chr(10), ', ')}**" if reading else "No digit among them.")


def _show_named(look: Look, found: Candidates, description: str, before: Candidates | None = None) -> None:
    classes = look.prediction.metadata.classes
    frames = labelled_frames(found, classes, 2)
    if before is not None:
        frames = [frame._replace(colour=FAINT, width=1) for frame in labelled_frames(before, classes, 1)] + frames
    show_image(frames_picture(look.ink, frames), description)


def _sample(loaded: Detector) -> Prediction:
    ink = check_input(loaded.metadata.input_size)[0, 0]
    return loaded.predict(np.asarray(255 * (1 - ink), np.uint8))


_STEPS: Final[dict[str, Callable[[Look], None]]] = {
    "1 Ink": _ink,
    "2 Grids": _grids,
    "3 Anchors": _anchors,
    "4 Boxes": _boxes,
    "5 Threshold": _threshold,
    "6 Overlap": _overlap,
}
