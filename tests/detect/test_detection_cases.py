"""The cases that this detector and the one in the browser both pass."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digit_detector.classes import CLASSES
from digit_detector.detect.background import ink_of
from digit_detector.detect.detections import Detections
from digit_detector.detect.faint import find_faint
from digit_detector.detect.letterbox import Letterbox, letterbox, preprocess
from digit_detector.detect.postprocess import Candidates, View, postprocess, snap_to_ink, suppress
from digit_detector.detect.windows import look_closer

CASES = json.loads((Path(__file__).parent / "detection_cases.json").read_text())


def name(case: dict[str, Any]) -> str:
    return case["name"]


@pytest.mark.parametrize("case", CASES["background"], ids=name)
def test_background(case: dict[str, Any]) -> None:
    width, height = case["size"]
    y, x = np.mgrid[:height, :width]
    light = 1 - case["fade"][0] * x / (width - 1) - case["fade"][1] * y / (height - 1)
    picture = np.floor(light[..., None] * case["paper"] + 0.5).astype(np.uint8)
    for x0, y0, x1, y1, *colour in case["ink"]:
        picture[y0:y1, x0:x1] = colour
    ink = ink_of(picture)
    for x, y, expected in case["found"]:
        assert ink[y, x] == pytest.approx(expected, abs=1), (x, y)


@pytest.mark.parametrize("case", CASES["letterbox"], ids=name)
def test_letterbox(case: dict[str, Any]) -> None:
    letterbox = preprocess(np.array(case["picture"], np.uint8), case["input_size"])
    assert letterbox.ink == pytest.approx(np.array(case["input"]), abs=1e-4)
    assert (letterbox.scale, [letterbox.pad_x, letterbox.pad_y]) == (case["scale"], case["pad"])


@pytest.mark.parametrize("case", CASES["postprocess"], ids=name)
def test_postprocess(case: dict[str, Any]) -> None:
    # A blank input of 128 px with the picture in its middle: boxes may lie outside the network's usual input.
    blank = Letterbox(np.zeros((1, 1, 128, 128), np.float32), 1.0, -64, -64, (0, 0, 192, 192), 192, 192)
    predictions = np.array(case["predictions"], np.float32).reshape(-1, 5 + len(CLASSES))
    found = postprocess([View(predictions, blank)], case["score_threshold"], case["iou_threshold"])
    expected = np.array([entry["box"] for entry in case["found"]]).reshape(-1, 4)
    assert found.boxes - 64 == pytest.approx(expected, abs=0.01)
    for top, entry in zip(found.top, case["found"], strict=True):
        assert [label for label, _ in top] == [label for label, _ in entry["top"]]
        assert [score for _, score in top] == pytest.approx([score for _, score in entry["top"]], abs=1e-5)


@pytest.mark.parametrize("case", CASES["reading"], ids=name)
def test_reading(case: dict[str, Any]) -> None:
    boxes = np.array([entry["box"] for entry in case["objects"]], np.float32).reshape(-1, 4)
    scores = np.zeros((len(boxes), len(CLASSES)), np.float32)
    for index, entry in enumerate(case["objects"]):
        scores[index, CLASSES.index(entry["label"])] = 0.9 - 0.01 * index  # best first
    assert Detections(boxes, scores, 400, 400).reading() == case["reading"]


@pytest.mark.parametrize("case", CASES["snap"], ids=name)
def test_snap_to_ink(case: dict[str, Any]) -> None:
    ink = np.zeros((case["size"], case["size"]), np.float32)
    for x0, y0, x1, y1, strength in case["ink"]:
        ink[y0:y1, x0:x1] = strength
    boxes = np.array([case["box"]], np.float32)
    assert snap_to_ink(boxes, ink)[0] == pytest.approx(case["snapped"], abs=0.01)
    assert boxes.tolist() == [case["box"]]


@pytest.mark.parametrize("case", CASES["windows"], ids=name)
def test_windows(case: dict[str, Any]) -> None:
    width, height = case["size"]
    ink = np.zeros((height, width), np.uint8)
    for x0, y0, x1, y1 in case["ink"]:
        ink[y0:y1, x0:x1] = 255
    boxes = np.array([entry["box"] for entry in case["objects"]], np.float32).reshape(-1, 4)
    scores = np.zeros((len(boxes), len(CLASSES)), np.float32)
    for row, entry in zip(scores, case["objects"], strict=True):
        row[CLASSES.index(entry["label"])] = entry["score"]
    whole = letterbox(ink, 192)
    windows = look_closer(ink, whole, whole.to_input(boxes), scores)
    assert [list(window.region) for window in windows] == [expected["region"] for expected in case["windows"]]
    for window, expected in zip(windows, case["windows"], strict=True):
        assert window.ink.sum() == pytest.approx(expected["ink"], rel=1e-3)


@pytest.mark.parametrize("case", CASES["faint"], ids=name)
def test_faint(case: dict[str, Any]) -> None:
    width, height = case["size"]
    ink = np.zeros((height, width), np.uint8)
    for x0, y0, x1, y1, strength in case["ink"]:
        ink[y0:y1, x0:x1] = strength
    whole = letterbox(ink, 192)
    boxes = np.array([entry["box"] for entry in case["objects"]], np.float32)
    scores = np.array([[entry["label"] == label for label in CLASSES] for entry in case["objects"]], np.float32)
    candidates = Candidates(whole.to_input(boxes), scores, np.zeros(len(scores), np.int64))
    faint = find_faint(ink, candidates, whole.scale)
    if faint is None:
        assert case["found"] == []
    else:
        assert [[x, y, faint[y, x]] for x, y, _ in case["found"]] == case["found"] != []


@pytest.mark.parametrize("case", CASES["groups"], ids=name)
def test_groups(case: dict[str, Any]) -> None:
    ink = np.zeros((192, 192), np.float32)
    for x0, y0, x1, y1 in case["ink"]:
        ink[y0:y1, x0:x1] = 1
    scores = np.array(case["scores"], np.float32)[:, None]
    candidates = Candidates(np.array(case["boxes"], np.float32), scores, np.zeros(len(scores), np.int64))
    view = View(
        np.zeros((0, 5 + len(CLASSES)), np.float32), Letterbox(ink[None, None], 1.0, 0, 0, (0, 0, 192, 192), 192, 192)
    )
    assert suppress(candidates, [view], 0.3).tolist() == case["kept"]
