"""One detector for each device, shared by all visitors."""

import hashlib
from functools import cache
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from digit_detector.detect.backends import BackendName, bundled
from digit_detector.detect.detector import Detector, Prediction
from digit_detector.detect.images import ImageSource
from digit_detector.drawing import Model
from digit_detector.errors import DISTRIBUTION
from digit_detector.server.open_metrics import DETECTION_SECONDS


class _MeasuredDetector(Detector):
    def predict(self, image: ImageSource) -> Prediction:
        with DETECTION_SECONDS.time():
            return super().predict(image)

    def predict_ink(self, ink: NDArray[np.uint8]) -> Prediction:
        with DETECTION_SECONDS.time():
            return super().predict_ink(ink)


@cache
def load(device: str) -> Detector:
    """The bundled detector on `device`, loaded once and warm; after a DigitDetectorError the next call tries again."""
    # One thread: visitors who draw at the same time are what keeps the other cores busy.
    return _MeasuredDetector.load(device=device, threads=1)


@cache
def identity(runtime: BackendName) -> Model:
    """The identity of the bundled weights that `runtime` runs; raises WeightsError where they are missing."""
    return Model(version(DISTRIBUTION), hashlib.sha256(bundled(runtime).read_bytes()).hexdigest())
