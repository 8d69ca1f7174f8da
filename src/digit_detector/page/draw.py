"""The page on which people draw; Streamlit runs this file for every visitor and every change."""

from contextlib import suppress

import numpy as np
import streamlit as st

from digit_detector.detect.detector import Detector, RawPrediction
from digit_detector.detect.devices import available_devices
from digit_detector.detect.render import draw_boxes
from digit_detector.detect.result import Detections
from digit_detector.errors import DigitDetectorError, ImageError
from digit_detector.page.canvas import SIDE, drawing, show_canvas
from digit_detector.page.model import load
from digit_detector.page.reading import show_reading

# Streamlit leaves room for a menu above the title; a phone has none to spare if the answer is to be seen while drawing.
STYLE = """
<style>
  .stMainBlockContainer { padding-top: 2rem; padding-bottom: 2rem; }
  .stMainBlockContainer h1 { padding: 0 0 0.75rem; font-size: 1.75rem; }
</style>
"""
DEVICES = {"auto": "Automatic", "cpu": "CPU", "cuda": "NVIDIA GPU (CUDA)", "mps": "Apple GPU (MPS)"}
RUNTIMES = {"onnx": "ONNX Runtime", "torch": "PyTorch"}


def detect() -> None:
    """Run the network on the drawing; its answer is kept, so that a moved threshold needs no second run."""
    st.session_state.prediction = st.session_state.fault = None
    try:
        ink = drawing("canvas")
    except ImageError as error:
        st.session_state.fault = str(error)
        return
    with suppress(DigitDetectorError):  # the page, which runs next, loads the detector too and says what is wrong
        if ink is not None:
            st.session_state.prediction = load(st.session_state.device).predict(ink)


@st.fragment
def show_pane() -> None:
    """The canvas and what is read from it: the part that runs again after each stroke."""
    left, right = st.columns([3, 2], gap="medium")
    with right:
        answer = st.container(gap=None)
        pen_width = st.slider("Pen width", 2, 40, 14)
        thresholds = st.container()
        device = st.selectbox(
            "Device", ["auto", *available_devices()], key="device", format_func=DEVICES.__getitem__, on_change=detect
        )
    paper = np.full((SIDE, SIDE, 3), 255, np.uint8)
    try:
        detector = load(device)
    except DigitDetectorError as error:
        answer.error(f"The detector cannot be loaded: {error}")
    else:
        with thresholds:
            score_threshold = st.slider("Score threshold", 0.05, 1.0, detector.metadata.score_threshold, 0.01)
        prediction: RawPrediction | None = st.session_state.get("prediction")
        detections = None if prediction is None else prediction.detections(score_threshold)
        with answer:
            show_answer(detector, prediction, detections)
            if fault := st.session_state.get("fault"):
                st.error(f"The drawing cannot be read: {fault}")
        if detections is not None:
            paper = draw_boxes(paper, detections)
    with left:
        show_canvas("canvas", paper, pen_width, on_change=detect)


def show_answer(detector: Detector, prediction: RawPrediction | None, detections: Detections | None) -> None:
    show_reading("" if detections is None else detections.reading())
    where = f"{DEVICES[detector.device]}, {RUNTIMES[detector.runtime]}"
    if prediction is None or detections is None:
        st.caption(f"Draw a digit, or several. Ready on {where}.")
    else:
        st.caption(f"{len(detections)} found in {prediction.milliseconds:.1f} ms on {where}.")


st.set_page_config(page_title="Digit detector", page_icon="✏️")
st.html(STYLE)
st.title("Draw digits", anchor=False)
show_pane()
