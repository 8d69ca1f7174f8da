"""Calibration: make scores probabilities, so that of ten detections that score 0.7 seven are right."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]
from scipy.special import expit  # type: ignore[import-untyped]

from digit_detector.metadata import Scaling

MARGIN = 1e-6
"""Least distance of a score from 0 and 1, whose logarithms are no numbers."""

PRIOR = 2.0
"""Weight of the squared distance from no scaling: a dozen detections that are all right hardly move it."""


def fit_scaling(scores: NDArray[np.floating], right: NDArray[np.bool_]) -> Scaling:
    """Fit the scaling of scores (N,), in [0, 1], to whether the detections are right (N,).

    The targets are Platt's (1999): slightly less than 1 for right detections and more than 0 for others, so that a few
    that are all right do not become certain.
    """
    scores = np.clip(scores.astype(np.float64), MARGIN, 1 - MARGIN)
    log_score, log_rest, count = np.log(scores), np.log1p(-scores), int(right.sum())
    targets = np.where(right, (count + 1) / (count + 2), 1 / (len(right) - count + 2))

    def loss(parameters: NDArray[np.float64]) -> float:
        low, high = np.exp(parameters[:2])  # positive, so that the order of scores stays
        likely = np.clip(expit(low * log_score - high * log_rest + parameters[2]), MARGIN, 1 - MARGIN)
        surprise = -float((targets * np.log(likely) + (1 - targets) * np.log(1 - likely)).sum())
        return surprise + PRIOR * float((parameters**2).sum())

    log_low, log_high, offset = minimize(loss, np.zeros(3), method="Nelder-Mead", options={"maxiter": 2000}).x
    return Scaling(float(np.exp(log_low)), float(np.exp(log_high)), float(offset))
