"""Turned pictures are read upright; their boxes stay in the picture as it lies."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from digit_detector import Detections, Detector
from digit_detector.detect.images import Pixels, read_image
from digit_detector.detect.postprocess import pairwise_iou
from digit_detector.detect.turning import Count, may_be_turned, quarter_turns
from digit_detector.evaluate.benchmark import BUNDLED, load

CASES = json.loads((Path(__file__).parent / "detection_cases.json").read_text())["turning"]


@pytest.fixture(scope="module")
def pages() -> list[Pixels]:
    return [read_image(canvas.image) for canvas in load(BUNDLED) if canvas.condition == "dense page"][:8]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_turns_of_counts(case: dict[str, Any]) -> None:
    counts = [Count(*count) for count in case["counts"]]
    assert may_be_turned(counts[0]) == case["looks"]
    assert quarter_turns(counts) == case["turns"]


@pytest.mark.parametrize("turned", [1, 2, 3])
def test_turned_page_is_read_upright(detector: Detector, pages: list[Pixels], turned: int) -> None:
    pairs = [(detector.detect(page), detector.detect(np.rot90(page, -turned))) for page in pages]
    assert not any(upright.turned for upright, _ in pairs)
    noticed = [(upright, found) for upright, found in pairs if found.turned == turned]
    assert len(noticed) >= 7 / 8 * len(pages)
    for upright, found in noticed:
        assert found.to_json()["turned"] == 90 * turned
        assert found.reading() == upright.reading()
    upright, found = noticed[0]
    assert [found.labels[index] for index in found.reading_order()] == [
        upright.labels[index] for index in upright.reading_order()
    ]
    overlap = pairwise_iou(found.turn(turned).boxes, upright.boxes)
    assert overlap.max(axis=1).min() > 0.8


def test_canvases_are_not_turned(detector: Detector) -> None:
    by_condition = {canvas.condition: canvas for canvas in load(BUNDLED)}
    assert len(by_condition) == 40
    for canvas in by_condition.values():
        assert detector.predict(canvas.image).turned == 0, canvas.condition


def test_turn_moves_boxes_with_the_picture() -> None:
    picture = np.zeros((50, 80), np.uint8)
    picture[10:20, 60:75] = 1
    found = Detections(np.array([[60, 10, 75, 20]]), 0.9 * np.eye(12)[[7]], 80, 50)
    for turns in range(-3, 4):
        turned = found.turn(turns)
        pixels = np.rot90(picture, turns)
        assert (turned.height, turned.width) == pixels.shape
        x0, y0, x1, y1 = turned.boxes[0].astype(int)
        assert pixels[y0:y1, x0:x1].all()
        assert (x1 - x0) * (y1 - y0) == picture.sum()
        assert turned.turned == -turns % 4
        assert_allclose(turned.turn(-turns).boxes, found.boxes)
        assert turned.turn(-turns).turned == 0
