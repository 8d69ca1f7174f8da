"""Calibrated scores are probabilities, and only the prediction layers change."""

from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.special import expit, logit
from support.benchmark_folder import write_benchmark
from support.promotion import MODELS

from digit_detector import Detector
from digit_detector.evaluate.benchmark import load
from digit_detector.metadata import ModelMetadata
from digit_detector.train.calibrate import Observations, Scaling, fit, observe, rescale
from digit_detector.yolo.checkpoint import with_decoding
from digit_detector.yolo.network import YOLOv3


def scaled(observations: Observations, scaling: Scaling) -> Observations:
    return Observations(
        expit(scaling.objectness_slope * logit(observations.objectness) + scaling.objectness_offset),
        expit(scaling.class_slope * logit(observations.probability) + scaling.class_offset),
        observations.right,
    )


def test_fit_makes_scores_probabilities() -> None:
    rng = np.random.default_rng(0)
    objectness, probability = rng.uniform(0.3, 0.95, (2, 5000))
    true = expit(2 * logit(objectness) - 0.5) * expit(1.5 * logit(probability) + 1)
    observations = Observations(objectness, probability, rng.random(5000) < true)
    assert observations.error > 0.08
    assert scaled(observations, fit(observations)).error < 0.02


@pytest.mark.parametrize("right", [True, False])
def test_few_observations_do_not_become_certain(right: bool) -> None:
    observations = Observations(np.full(3, 0.8), np.full(3, 0.8), np.full(3, right))
    found = scaled(observations, fit(observations))
    scores = found.objectness * found.probability
    np.testing.assert_allclose(scores, 4 / 5 if right else 1 / 5, atol=0.01)


def test_rescaled_network_predicts_scaled_probabilities(network: YOLOv3, metadata: ModelMetadata) -> None:
    scaling = Scaling(2.0, -0.5, 1.5, 0.25)
    picture = torch.rand(1, 1, 192, 192, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        before = with_decoding(network, metadata)(picture)
    rescale(network, scaling)
    with torch.inference_mode():
        after = with_decoding(network, metadata)(picture)
    torch.testing.assert_close(after[..., :4], before[..., :4])
    torch.testing.assert_close(after[..., 4], torch.sigmoid(2 * torch.logit(before[..., 4]) - 0.5), atol=1e-4, rtol=0)
    torch.testing.assert_close(
        after[..., 5:], torch.sigmoid(1.5 * torch.logit(before[..., 5:]) + 0.25), atol=1e-4, rtol=0
    )


def test_observations_are_what_the_detector_answers(tmp_path: Path) -> None:
    canvases = load(write_benchmark(tmp_path, written_numbers=3, empty_or_dots=1))
    detector = Detector.load(MODELS / "digit-detector.onnx")
    observations = observe(detector, canvases)
    scores = np.concatenate([detector.detect(canvas.image, 0.1).scores for canvas in canvases])
    np.testing.assert_allclose(observations.objectness * observations.probability, scores, rtol=1e-6)
    assert observations.right.sum() >= 0.9 * sum(len(canvas.labels) for canvas in canvases)
