"""The names that other programs rely on, and the examples in their docstrings."""

import doctest
import inspect

import numpy as np
import pytest

import digit_detector
from digit_detector import Detections, Detector
from digit_detector.detect import detections, detector


def public_names(owner: object) -> set[str]:
    return {name for name in dir(owner) if not name.startswith("_")}


def test_package_names() -> None:
    assert digit_detector.__all__ == ["Detections", "Detector"]


def test_detector_names() -> None:
    names = {"detect", "device", "from_pretrained", "load", "predict", "predict_ink", "runtime"}
    assert public_names(Detector) == names


def test_detections_names() -> None:
    empty = Detections(np.empty((0, 4), np.float32), np.empty((0, 12), np.float32), width=10, height=10)
    attributes = {"boxes", "class_scores", "height", "labels", "names", "scores", "top", "turned", "width"}
    assert public_names(empty) == attributes | {"reading", "reading_order", "take", "to_json", "turn"}


@pytest.mark.parametrize(
    ("function", "parameters"),
    [
        (Detector.load, ["weights", "device", "runtime", "threads"]),
        (Detector.from_pretrained, ["repository", "revision", "device", "runtime", "threads"]),
        (Detector.detect, ["self", "image", "score_threshold", "iou_threshold"]),
    ],
)
def test_parameters(function: object, parameters: list[str]) -> None:
    assert callable(function)
    assert list(inspect.signature(function).parameters) == parameters


@pytest.mark.parametrize("module", [detections, detector], ids=lambda module: module.__name__)
def test_docstring_examples(module: object) -> None:
    assert inspect.ismodule(module)
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
