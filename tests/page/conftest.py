"""What tests of the page share: the bundled detector, loaded once."""

import pytest

from digit_detector import Detector


@pytest.fixture(scope="session")
def detector() -> Detector:
    return Detector.load(device="cpu", threads=1)
