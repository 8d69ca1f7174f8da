"""Calibrated scores are probabilities in the order of before."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.special import expit, logit

from digit_detector.evaluate.metrics import calibration
from digit_detector.metadata import ModelMetadata, Scaling
from digit_detector.train.promote import fit_scaling
from digit_detector.yolo.anchors import with_decoding
from digit_detector.yolo.network import YOLOv3


def test_fit_makes_scores_probabilities() -> None:
    rng = np.random.default_rng(0)
    scores = rng.uniform(0.1, 0.95, 5000)
    right = rng.random(5000) < expit(2 * logit(scores) - 0.5)
    assert calibration(scores, right).error > 0.05
    scaling = fit_scaling(scores, right)
    assert calibration(np.array([scaling.of(score) for score in scores]), right).error < 0.02


@pytest.mark.parametrize("right", [True, False])
def test_few_detections_hardly_move_scores(right: bool) -> None:
    scaling = fit_scaling(np.full(12, 0.8), np.full(12, right))
    assert 0.3 < scaling.of(0.8) < 0.95
    assert (scaling.of(0.8) > 0.8) == right
    assert scaling.of(0.001) < 0.01


def test_scores_that_fall_with_confidence_keep_their_order() -> None:
    scaling = fit_scaling(np.linspace(0.1, 0.9, 9), np.arange(9) < 4)
    assert scaling.of(0.3) <= scaling.of(0.8)


def test_served_scores_are_scaled(network: YOLOv3, metadata: ModelMetadata) -> None:
    scaling = Scaling(1.0, 2.0, -0.5)
    picture = torch.rand(1, 1, 192, 192, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        before = with_decoding(network, metadata)(picture)
        after = with_decoding(network, replace(metadata, scaling=scaling))(picture)
    torch.testing.assert_close(after[..., :4], before[..., :4])
    assert (after[..., 5:] <= 1).all()
    scores = before[..., 4:5] * before[..., 5:]
    expected = torch.sigmoid(scores.log() - 2 * (1 - scores).log() - 0.5)
    torch.testing.assert_close(after[..., 4:5] * after[..., 5:], expected, atol=1e-5, rtol=0)
