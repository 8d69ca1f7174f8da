"""Finds and names everything that people draw: ten digits, doodles, and the rude doodle."""

from digit_detector.detect.detections import Detections
from digit_detector.detect.detector import Detector

__all__ = ["Detections", "Detector"]
