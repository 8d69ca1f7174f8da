"""The detector in the browser agrees with the Python detector on the same PNG files."""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
import pytest
from support.live_visitor import Enter
from support.source_samples import BAR, CIRCLE
from support.strokes import SHAPES, strokes

from digit_detector.detect.detector import Detector
from digit_detector.detect.images import read_image
from digit_detector.detect.postprocess import pairwise_iou
from digit_detector.evaluate.benchmark import BUNDLED, load
from digit_detector.show.render import to_png
from digit_detector.synth.generator import SceneGenerator
from digit_detector.synth.scene import draw
from digit_detector.synth.strokes import Sketch

CANVASES = 100
ROUNDING = 0.1
"""Largest difference of scores that rounding makes."""
Detection = dict[str, Any]


def drawings() -> list[Sketch]:
    """The digits of the tests, and a stand-in for both kinds of doodles."""
    digits = [(name[0], [stroke.astype(np.float32) for stroke in strokes(name, 0, 0, 100)]) for name in SHAPES]
    doodles = [
        (label, [np.array(CIRCLE, np.float32).T, np.array(BAR, np.float32).T]) for label in ("other", "censored")
    ]
    return [
        Sketch.from_strokes(ink, label=label, name=label, writer="", source="", key=f"{number}")
        for number, (label, ink) in enumerate(digits + doodles)
    ]


def canvases() -> list[bytes]:
    """PNG files of many sizes: grey, black ink on transparency, and coloured ink on noisy paper."""
    generator = SceneGenerator(drawings())
    return [png(draw(generator.scene(7, index)), index) for index in range(CANVASES)]


def png(grey: np.ndarray, index: int) -> bytes:
    rng = np.random.default_rng(index)
    if index % 3 == 1:
        picture = np.dstack([np.zeros((*grey.shape, 3), np.uint8), 255 - grey])
    elif index % 3 == 2:
        paper, pen = rng.integers(170, 256, 3), rng.integers(0, 110, 3)
        blend = grey[..., None] / 255
        picture = (pen + (paper - pen) * blend + rng.normal(0, 3, (*grey.shape, 3))).clip(0, 255).astype(np.uint8)
    else:
        picture = grey
    return to_png(picture)


def lying_page() -> bytes:
    """Return a page of the benchmark on its side."""
    page = next(canvas for canvas in load(BUNDLED) if canvas.condition == "dense page")
    return to_png(np.rot90(read_image(page.image), -1))


def compare(detections: list[Detection], others: list[Detection]) -> Iterator[Literal["equal", "similar", "different"]]:
    """Compare each detection with the one in its place among the others.

    Now and then the two round a number of the first, unrounded stage differently, which later roundings enlarge.
    """
    boxes, other_boxes = (
        np.array([detection["box"] for detection in each], np.float32).reshape(-1, 4) for each in (detections, others)
    )
    for detection, overlaps in zip(detections, pairwise_iou(boxes, other_boxes), strict=True):
        match = others[overlaps.argmax()] if others else None
        if match is None or match["label"] != detection["label"] or overlaps.max() <= 0.7:
            yield "different"
        elif abs(match["score"] - detection["score"]) > 0.01 or match["box"] != pytest.approx(detection["box"], abs=1):
            yield "similar"
        else:
            yield "equal"


def test_parity(enter: Enter, plain: str) -> None:
    page = enter(plain).page  # with one thread: two would wait for each other on a busy machine
    detector = Detector.load(device="cpu", threads=1)
    threshold = detector.metadata.score_threshold
    compared: Counter[str] = Counter()
    for picture in [*canvases(), lying_page()]:
        expected = detector.detect(picture).to_json()
        found = page.evaluate(
            "async (png) => digitDetector.detect(new Blob([Uint8Array.from(atob(png), (c) => c.charCodeAt(0))]))",
            b64encode(picture).decode(),
        )
        for name in ("width", "height", "turned"):
            assert found[name] == expected[name]
        for result, other in ((expected, found), (found, expected)):
            # At the threshold itself, rounding decides on which side a score lies.
            clear = [detection for detection in result["detections"] if detection["score"] >= threshold + ROUNDING]
            compared.update(compare(clear, other["detections"]))
    assert expected["turned"] == 90
    assert compared.total() > 2 * CANVASES
    assert compared["equal"] > 0.96 * compared.total()
    assert compared["different"] < 0.004 * compared.total()
