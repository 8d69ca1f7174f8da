"""Which digits the hand is learnt from, and what the browser sends about it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import streamlit as st

from digit_detector import Detector
from digit_detector.classes import CLASSES
from digit_detector.detect.detections import Detections
from digit_detector.drawing import Stroke
from digit_detector.page.components import hand
from digit_detector.page.components.answer import Answer
from digit_detector.show.texts import Texts

GLYPH = [0.0, -0.5, *[0.1] * 126, 0.0]
OPEN = {"isOpen": True, "chosen": []}
UNREADABLE = "the browser sent a hand that cannot be read"


Shown = Callable[..., dict[str, Any]]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch, detector: Detector) -> Shown:
    """Show three sevens as objects with these labels and scores, and return what the browser gets."""
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(hand, "_show", lambda _, data, **__: sent.append(data))
    strokes = [Stroke(((10.0 + left, 10.0), (80.0 + left, 10.0), (30.0 + left, 90.0)), 8) for left in (0, 100, 200)]

    def show(objects: list[tuple[str, float]], request: object, corrected: tuple[int, ...] = ()) -> dict[str, Any]:
        scores = np.zeros((len(objects), len(CLASSES)), np.float32)
        for index, (label, score) in enumerate(objects):
            scores[index, CLASSES.index(label)] = score
        boxes = np.array([[100 * index, 0, 100 * index + 100, 100] for index in range(len(objects))], np.float32)
        st.session_state["hand"] = {} if request is None else {"request": request}
        answer = Answer(Detections(boxes, scores, 400, 400), corrected=frozenset(corrected))
        hand.show_hand(Texts("en"), answer, strokes, detector)
        return sent[-1]

    return show


def test_confident_and_corrected_digits_are_sure(shown: Shown) -> None:
    data = shown([("7", 0.95), ("7", 0.6), ("other", 0.5)], None)
    assert [entry["sure"] for entry in data["objects"]] == [True, False, False]
    data = shown([("7", 0.95), ("7", 0.6), ("other", 0.5)], None, corrected=(1, 2))
    assert [entry["sure"] for entry in data["objects"]] == [True, True, False]


def test_hand_is_learnt_once(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = (shown([("7", 0.95)] * count, OPEN)["outputs"] for count in (1, 2))
    assert one != two
    monkeypatch.setattr(hand, "_writer", lambda: pytest.fail("this hand is learnt already"))
    assert shown([("7", 0.95)] * 2, OPEN)["outputs"] == two


def test_hand_is_learnt_on_request_only(shown: Shown) -> None:
    assert shown([("7", 0.95)], None)["outputs"] is None
    data = shown([("7", 0.95)], OPEN)
    assert data["isOpen"]
    assert data["error"] is None
    assert len(data["outputs"]["spread"]) == 10
    assert shown([("other", 0.9)], OPEN)["outputs"] is None


def test_chosen_form_changes_hand(shown: Shown) -> None:
    plain = shown([("7", 0.95)], OPEN)["outputs"]
    for digit, changes in ((2, True), (7, False)):
        request = {"isOpen": True, "chosen": [{"digit": digit, "glyph": GLYPH}]}
        assert (shown([("7", 0.95)], request)["outputs"] != plain) == changes


@pytest.mark.parametrize(
    "request_value",
    [
        7,
        {"isOpen": True},
        {"isOpen": True, "chosen": [{"digit": 2}]},
        {"isOpen": True, "chosen": [{"digit": 12, "glyph": GLYPH}]},
        {"isOpen": True, "chosen": [{"digit": 2, "glyph": GLYPH[1:]}]},
        {"isOpen": True, "chosen": [{"digit": 2, "glyph": [*GLYPH[1:], "nan"]}]},
        {"isOpen": True, "chosen": [{"digit": 2, "glyph": [*GLYPH[1:], 1e9]}]},
    ],
)
def test_unreadable_requests_are_reported(shown: Shown, request_value: object) -> None:
    data = shown([("7", 0.95)], request_value)
    assert UNREADABLE in data["error"]
    assert data["outputs"] is None
