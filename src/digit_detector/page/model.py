"""One detector for each device, shared by all visitors."""

from functools import cache

from digit_detector.detect.detector import Detector


@cache
def load(device: str) -> Detector:
    """The bundled detector on `device`, loaded once and warm; after a DigitDetectorError the next call tries anew."""
    # One thread: visitors who draw at the same time are what keeps the other cores busy.
    return Detector.load(device=device, threads=1)
