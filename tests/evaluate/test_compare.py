"""A detector counts as worse only beyond chance."""

import numpy as np
import pytest
from numpy.random import Generator
from scipy.stats import binom

from digit_detector.detect.detections import Detections
from digit_detector.evaluate.benchmark import Canvas, Result
from digit_detector.evaluate.compare import Pairs, compared, significantly_worse, worse

CONDITIONS = {"one digit": 150, "doodles": 150, "MNIST pictures": 400, **{f"condition {n}": 80 for n in range(28)}}
"""As many canvases as the benchmark has, under as many conditions."""

RATE = 0.03
"""Canvases that are not exactly right, as with the bundled weights."""


def pairs(losses: int, gains: int, both: int = 50, name: str = "") -> Pairs:
    """Answers with so many discordant pairs."""
    old = [True] * losses + [False] * gains + [True] * both
    new = [False] * losses + [True] * gains + [True] * both
    return Pairs(name, np.array(old, bool), np.array(new, bool))


def test_p_value_is_exact() -> None:
    assert pairs(8, 2).p_value == pytest.approx(binom.sf(7, 10, 0.5))
    assert pairs(0, 5).p_value == 1
    assert pairs(0, 0).p_value == 1


def test_holm_correction() -> None:
    """Ten lost and none gained is p = 0.001; six, 0.016; five, 0.031; four, 0.0625."""
    assert significantly_worse([pairs(5, 0)]) != []
    assert significantly_worse([pairs(5, 0), pairs(0, 0)]) == []
    names = [one.name for one in significantly_worse([pairs(6, 0, name="a"), pairs(10, 0, name="b"), pairs(4, 0)])]
    assert names == ["b", "a"]
    names = [one.name for one in significantly_worse([pairs(5, 0, name="a"), pairs(10, 0, name="b"), pairs(4, 0)])]
    assert names == ["b"]


def simulated(rng: Generator, new_rates: dict[str, float]) -> list[Pairs]:
    """Independent answers of an old and a new detector, which is the hardest case for a test of pairs."""
    made = [
        Pairs(name, rng.random(count) > RATE, rng.random(count) > new_rates.get(name, RATE))
        for name, count in CONDITIONS.items()
    ]
    together = [np.concatenate([getattr(one, side) for one in made]) for side in ("old", "new")]
    return [*made, Pairs("all", *together)]


def test_equally_good_is_seldom_refused() -> None:
    rng = np.random.default_rng(1)
    refused = [bool(significantly_worse(simulated(rng, {}))) for _ in range(400)]
    assert np.mean(refused) <= 0.05


def test_worse_is_refused() -> None:
    rng = np.random.default_rng(2)
    in_one = [bool(significantly_worse(simulated(rng, {"doodles": 0.2}))) for _ in range(100)]
    overall = [bool(significantly_worse(simulated(rng, dict.fromkeys(CONDITIONS, 0.06)))) for _ in range(100)]
    assert np.mean(in_one) >= 0.9
    assert np.mean(overall) >= 0.95


def answered(condition: str, label: int | None) -> Result:
    """A canvas with a 3 that was labelled so, or not found."""
    box = np.array([[10, 10, 30, 50]], np.float32)
    count = int(label is not None)
    detections = Detections(box[:count], 0.9 * np.eye(12)[[label or 0]][:count], 100, 100)
    canvas = Canvas(np.full((100, 100), 255, np.uint8), box, np.array([3]), condition)
    return Result(canvas, detections, detections, 1.0)


def test_compared_answers() -> None:
    old = [answered("slanted", 3), answered("slanted", 3), answered("broken", None)]
    new = [answered("slanted", 3), answered("slanted", 5), answered("broken", 3)]
    counts = {one.name: (one.losses, one.gains) for one in compared(old, new)}
    assert counts["slanted: canvases exactly right"] == (1, 0)
    assert counts["broken: canvases exactly right"] == (0, 1)
    assert counts["all canvases exactly right"] == counts["digits read right"] == (1, 1)
    assert counts["rude doodles censored"] == (0, 0)


def test_worse_lines() -> None:
    old, new = [answered("slanted", 3)] * 20, [answered("slanted", None)] * 20
    figures = {"AP50": 0.98, "AP50:95": 0.94}
    assert worse(old, old, figures, figures | {"AP50": 0.978}) == []
    first, *rest = worse(old, new, figures, figures | {"AP50:95": 0.9})
    assert first == "AP50:95 fell from 0.940 to 0.900"
    assert any(line.startswith("slanted: canvases exactly right: 20 lost, 0 gained") for line in rest)
