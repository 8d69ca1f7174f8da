"""What a visitor can adjust: thresholds, which travel in the link, and the device if the server has several."""

import os
from typing import Final

import streamlit as st

from digit_detector.detect.backends import available_devices
from digit_detector.detect.detector import Detector
from digit_detector.errors import DeviceError
from digit_detector.page.components.answer import Answer
from digit_detector.page.session import Picture, Session, Thresholds, current_session
from digit_detector.server.model import load

DEVICE: Final = "DIGIT_DETECTOR_DEVICE"
"""The environment variable that fixes the device for all visitors: `cpu`, `cuda`, `mps`, or `auto`."""

_DEVICES: Final = {"cpu": "CPU", "cuda": "NVIDIA GPU (CUDA)", "mps": "Apple GPU (MPS)"}
_BACKENDS: Final = {"onnx": "ONNX Runtime", "torch": "PyTorch"}
_RANGE: Final = (0.05, 1.0)


def show_adjustments(session: Session, detector: Detector) -> None:
    """Show everything that can be adjusted, folded up, and note the choices in the session."""
    texts = session.texts
    with st.expander(texts("common.adjust"), icon=":material/tune:", key="adjust"):
        choose_thresholds(session, detector)
        session.shows_left_out = st.toggle(texts("page.adjust.leftOut"), key="left_out", persist_state="session")
        if DEVICE not in os.environ and len(available_devices()) > 1:
            st.segmented_control(
                texts("page.adjust.device"),
                ["auto", *available_devices()],
                default=session.device,
                required=True,
                key="device",
                format_func=lambda device: _DEVICES.get(device) or texts("page.adjust.auto"),
                on_change=_change_device,
            )


def choose_thresholds(session: Session, detector: Detector) -> None:
    """Show the two sliders, and note their values; a link like `?score=0.5&iou=0.4` opens with these."""
    texts, metadata = session.texts, detector.metadata

    def choose(key: str, usual: float) -> float:
        label, explanation = texts(f"common.{key}Threshold"), texts(f"common.{key}ThresholdHelp")
        return st.slider(label, *_RANGE, usual, 0.01, key=key, bind="query-params", help=explanation)

    session.thresholds = Thresholds(choose("score", metadata.score_threshold), choose("iou", metadata.iou_threshold))


def current_detector() -> Detector:
    """Return the detector on the session's device; raise DigitDetectorError if it cannot be loaded."""
    return load(os.environ.get(DEVICE) or current_session().device)


def describe_backend(detector: Detector) -> str:
    """Return what runs the network, such as `CPU, ONNX Runtime`."""
    return f"{_DEVICES[detector.device]}, {_BACKENDS[detector.runtime]}"


def answer_with_status(session: Session, picture: Picture | None, detector: Detector) -> Answer:
    """Return what the page tells about a picture, with how long the network needed and on what."""
    answer = session.answer(picture)
    if answer.detections is None or picture is None or picture.prediction is None:
        return answer
    milliseconds = f"{picture.prediction.milliseconds:.1f}"
    count, device = len(answer.detections), describe_backend(detector)
    status = session.texts("common.status", count=count, milliseconds=milliseconds, device=device)
    return answer._replace(status=status)


def _change_device() -> None:
    """Detect again what the session holds, on another device."""
    session = current_session()
    session.device, session.error = st.session_state["device"], None
    try:
        current_detector()
    except DeviceError as error:  # without a detector, the page could not even offer another device
        message = session.texts("page.error.device", error=error)
        st.toast(message, icon=":material/warning:", duration="infinite")
        session.device = st.session_state["device"] = "auto"
    for picture in (session.upload, session.drawing):
        if picture is not None:
            session.detect(picture, current_detector)
