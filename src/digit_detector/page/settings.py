"""What a visitor may set: thresholds, which travel in the link, and the device."""

from typing import Final

import streamlit as st

from digit_detector.detect.backends import available_devices
from digit_detector.detect.detector import Detector
from digit_detector.detect.images import read_image
from digit_detector.errors import DeviceError
from digit_detector.page.visit import Thresholds, visit
from digit_detector.server.model import load

DEVICES: Final = {"auto": "Automatic", "cpu": "CPU", "cuda": "NVIDIA GPU (CUDA)", "mps": "Apple GPU (MPS)"}
BACKENDS: Final = {"onnx": "ONNX Runtime", "torch": "PyTorch"}

_RANGE: Final = (0.05, 1.0)


def choose(detector: Detector) -> None:
    """All that can be set; another device looks at once at what the visit holds."""
    here = visit()
    here.thresholds = choose_thresholds(detector)
    here.left_out = st.toggle("Show boxes that were left out, and why", key="left_out", persist_state="session")
    st.session_state.setdefault("device", "auto")
    # No list that opens: it closes as soon as the page below it scrolls, and these few need none.
    st.segmented_control(
        "Device",
        ["auto", *available_devices()],
        required=True,
        key="device",
        format_func=DEVICES.__getitem__,
        on_change=_detect_anew,
        persist_state="session",
    )


def _detect_anew() -> None:
    here = visit()
    here.fault = None
    try:
        detector()
    except DeviceError as error:  # without a detector the page would not even offer another device
        st.toast(f"This device cannot be used: {error}", icon=":material/warning:", duration="infinite")
        st.session_state.device = "auto"
    for work in (here.upload, here.last_drawing):
        if work is not None:
            here.detect(detector, work, read_image(work.png))


def choose_thresholds(detector: Detector) -> Thresholds:
    """The two sliders; a link like `?score=0.5&iou=0.4` opens with these."""
    score = st.slider(
        "Score threshold",
        *_RANGE,
        detector.metadata.score_threshold,
        0.01,
        key="score",
        bind="query-params",
        help="How sure must it be? What scores less is left out.",
    )
    iou = st.slider(
        "IoU threshold",
        *_RANGE,
        detector.metadata.iou_threshold,
        0.01,
        key="iou",
        bind="query-params",
        help="How much two boxes may overlap. Beyond that, only the one with the higher score stays.",
    )
    return Thresholds(score, iou)


def detector() -> Detector:
    """The detector on the device chosen; raises DigitDetectorError where it cannot be loaded."""
    return load(st.session_state.get("device", "auto"))


def where(detector: Detector) -> str:
    """What runs the network, in words."""
    return f"{DEVICES[detector.device]}, {BACKENDS[detector.runtime]}"
