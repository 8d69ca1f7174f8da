"""Finds and names everything that people draw: ten digits, doodles, and the rude doodle."""

from digit_detector.detect.detector import Detector
from digit_detector.detect.result import Detections

__all__ = ["Detections", "Detector"]
