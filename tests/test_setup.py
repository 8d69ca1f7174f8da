"""What `pip install -r requirements.txt` leaves behind."""

from importlib.metadata import packages_distributions

import cv2
import numpy as np


def test_one_distribution_owns_cv2_and_it_works() -> None:
    assert packages_distributions()["cv2"] == ["opencv-python-headless"]
    assert cv2.resize(np.zeros((4, 4), np.uint8), (2, 2)).shape == (2, 2)
