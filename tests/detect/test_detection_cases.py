"""The table of cases that this detector and the one in the browser both pass."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digit_detector.classes import CLASSES
from digit_detector.detect.detections import Detections
from digit_detector.detect.letterbox import ink_of, prepare
from digit_detector.detect.postprocess import Candidates, Decoder, select
from digit_detector.detect.tighten import tightened
from digit_detector.metadata import ModelMetadata, NetworkConfig

TABLE = json.loads((Path(__file__).parent / "detection_cases.json").read_text())


def named(case: dict[str, Any]) -> str:
    return case["name"]


@pytest.fixture(scope="module")
def decoder() -> Decoder:
    model = TABLE["model"]
    anchors = tuple(tuple(map(tuple, scale)) for scale in model["anchors"])
    network = NetworkConfig(width=1.0, depth=1.0, in_channels=1)
    return Decoder(ModelMetadata(model["input_size"], tuple(model["strides"]), anchors, network, 0.5, 0.5))


@pytest.mark.parametrize("case", TABLE["paper"], ids=named)
def test_paper(case: dict[str, Any]) -> None:
    width, height = case["size"]
    y, x = np.mgrid[:height, :width]
    light = 1 - case["fade"][0] * x / (width - 1) - case["fade"][1] * y / (height - 1)
    picture = np.floor(light[..., None] * case["paper"] + 0.5).astype(np.uint8)
    for x0, y0, x1, y1, *colour in case["ink"]:
        picture[y0:y1, x0:x1] = colour
    ink = ink_of(picture)
    for x, y, expected in case["found"]:
        assert ink[y, x] == pytest.approx(expected, abs=1), (x, y)


@pytest.mark.parametrize("case", TABLE["preprocessing"], ids=named)
def test_preprocessing(case: dict[str, Any]) -> None:
    prepared = prepare(np.array(case["picture"], np.uint8), case["input_size"])
    assert prepared.input[0, 0] == pytest.approx(np.array(case["input"]), abs=1e-4)
    assert (prepared.scale, [prepared.pad_x, prepared.pad_y]) == (case["scale"], case["pad"])


@pytest.mark.parametrize("case", TABLE["decoding"], ids=named)
def test_decoding(case: dict[str, Any], decoder: Decoder) -> None:
    predictions = np.full((168, 17), -12, np.float32)  # two anchors in each of 64, 16 and 4 cells
    for index, row in case["predictions"].items():
        predictions[int(index)] = row
    found = select(decoder(predictions, case["score_threshold"]), case["iou_threshold"])
    expected = np.array([one["box"] for one in case["found"]]).reshape(-1, 4)
    assert found.boxes == pytest.approx(expected, abs=0.01)
    shown = Detections.of(found._replace(boxes=np.zeros_like(found.boxes)), 64, 64)
    assert [[name for name, _ in top] for top in shown.top] == [[n for n, _ in one["top"]] for one in case["found"]]
    for top, one in zip(shown.top, case["found"], strict=True):
        assert [score for _, score in top] == pytest.approx([score for _, score in one["top"]], abs=1e-5)


@pytest.mark.parametrize("case", TABLE["reading"], ids=named)
def test_reading(case: dict[str, Any]) -> None:
    boxes = np.array([one["box"] for one in case["objects"]], np.float32).reshape(-1, 4)
    scores = np.zeros((len(boxes), len(CLASSES)), np.float32)
    for index, one in enumerate(case["objects"]):
        scores[index, CLASSES.index(one["label"])] = 0.9 - 0.01 * index  # best first
    assert Detections.of(Candidates(boxes, scores), 400, 400).reading() == case["reading"]


@pytest.mark.parametrize("case", TABLE["tightening"], ids=named)
def test_tightening(case: dict[str, Any]) -> None:
    ink = np.zeros((case["size"], case["size"]), np.float32)
    for x0, y0, x1, y1, strength in case["ink"]:
        ink[y0:y1, x0:x1] = strength
    boxes = np.array([case["box"]], np.float32)
    assert tightened(boxes, ink)[0] == pytest.approx(case["tight"], abs=0.01)
    assert boxes.tolist() == [case["box"]]
