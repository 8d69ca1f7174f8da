import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digit_detector.handwriting.glyphs import FIRST, SECOND, SIZE, to_glyph, to_strokes

CASES = json.loads(Path(__file__).with_name("glyph_cases.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_glyph_cases(case: dict[str, Any]) -> None:
    glyph = to_glyph(case["strokes"])
    if case["glyph"] is None:
        assert glyph is None
    else:
        np.testing.assert_allclose(glyph, case["glyph"], atol=1e-4)


def test_glyph_ignores_place_and_size() -> None:
    strokes = [[(0, 0), (40, 5), (10, 70)], [(5, 30), (35, 32)]]
    moved = [[(3 * x + 500, 3 * y - 20) for x, y in stroke] for stroke in strokes]
    np.testing.assert_allclose(to_glyph(strokes), to_glyph(moved), atol=1e-5)


def test_glyph_ignores_sampling_rate() -> None:
    angles = np.linspace(0, 2 * np.pi, 400)
    ring = np.stack((30 * np.sin(angles), 50 * np.cos(angles)), axis=1)
    np.testing.assert_allclose(to_glyph([ring]), to_glyph([ring[::7]]), atol=0.02)


def test_glyph_has_more_points_in_corners() -> None:
    glyph = to_glyph([[(0, 0), (50, 0), (50, 50)]])
    assert glyph is not None
    points = to_strokes(glyph)[0]
    near = np.hypot(*(points - [0.5, -0.5]).T) < 0.1
    assert near.sum() > FIRST / 10  # which an even spacing has so near the corner


def test_glyph_strokes_round_trip() -> None:
    glyph = to_glyph([[(0, 0), (0, 10)], [(0, 5), (5, 5)]])
    assert glyph is not None
    assert glyph.shape == (SIZE,)
    assert [len(stroke) for stroke in to_strokes(glyph)] == [FIRST, SECOND]
    again = to_glyph(to_strokes(glyph))
    np.testing.assert_allclose(again, glyph, atol=0.02)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_glyph_refuses_infinite_points(value: float) -> None:
    assert to_glyph([[(0, 0), (value, 5)]]) is None
