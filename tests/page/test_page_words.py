"""What the page says beside the digits."""

import numpy as np
import pytest

from digit_detector.classes import CLASSES
from digit_detector.detect.detections import Detections
from digit_detector.page.overlay import boxes, left_out_rows, objects
from digit_detector.page.words import remark
from digit_detector.show.explain import LeftOut, Reason


def seen(*scores: dict[str, float]) -> Detections:
    """An object for each, from left to right, with the scores of its classes."""
    table = np.zeros((len(scores), len(CLASSES)), np.float32)
    for row, named in zip(table, scores, strict=True):
        for label, score in named.items():
            row[CLASSES.index(label)] = score
    places = np.array([[20 * i, 10, 20 * i + 10, 90] for i in range(len(scores))], np.float32).reshape(-1, 4)
    return Detections(places, table, 200, 100)


def short(*scores: dict[str, float]) -> LeftOut:
    return LeftOut(seen(*scores), (Reason("score"),) * len(scores))


@pytest.mark.parametrize(
    ("found", "left_out", "words"),
    [
        (seen({"4": 0.95}, {"7": 0.9, "1": 0.05}), short(), ""),
        (seen({"7": 0.6, "1": 0.35}), short(), "The 7 (60%) could also be a 1 (35%)."),
        (seen({"9": 0.45, "8": 0.1}), short(), "The 9 (45%) could also be an 8 (10%)."),
        (seen({"9": 0.45, "8": 0.01}), short(), "Not quite sure of the 9 (45%)."),
        (seen({"other": 0.9}), short(), "Found: a doodle."),
        (
            seen({"4": 0.95}, {"other": 0.9}, {"other": 0.8}, {"censored": 0.7}),
            short(),
            "Also found: 2 doodles and a rude doodle.",
        ),
        (seen(), short({"7": 0.31, "1": 0.12}), "Nothing is sure. Perhaps a 7 (31%), or a 1 (12%)."),
        (seen(), short({"other": 0.3, "1": 0.01}), "Nothing is sure. Perhaps a doodle (30%)."),
        (seen(), short(), "Nothing found. Try larger strokes."),
    ],
)
def test_doubts_and_what_is_no_digit_are_said_in_plain_words(found: Detections, left_out: LeftOut, words: str) -> None:
    assert remark(found, left_out) == words


def test_objects_are_listed_from_left_to_right_with_their_three_best_classes() -> None:
    listed = objects(seen({"4": 0.9, "9": 0.3, "1": 0.1, "7": 0.05}, {"7": 0.8}))
    assert [each["label"] for each in listed] == ["4", "7"]
    assert [(entry["label"], entry["score"]) for entry in listed[0]["top"]] == [("4", 0.9), ("9", 0.3), ("1", 0.1)]


def test_boxes_are_in_per_cent_and_only_the_rude_ones_are_covered() -> None:
    found = seen({"4": 0.9}, {"censored": 0.8})
    four, rude = boxes(found, None, covered=True)
    assert (four["box"], four["text"], four["covered"]) == ([0, 10, 5, 90], "4 90%", None)
    left, top, right, bottom = rude["covered"]
    assert left < 10
    assert top < 10
    assert right > 15
    assert bottom > 90
    assert [box["covered"] for box in boxes(found, None, covered=False)] == [None, None]


def test_boxes_that_were_left_out_lie_below_the_others() -> None:
    drawn = boxes(seen({"4": 0.9}), short({"7": 0.2}), covered=False)
    assert [box.get("leftOut", False) for box in drawn] == [True, False]


def test_the_reason_is_said_in_words() -> None:
    rest = LeftOut(seen({"7": 0.6}, {"1": 0.2}), (Reason("overlap", "other", 0.634), Reason("score")))
    assert left_out_rows(rest, 0.35) == [
        {"text": "7 60%", "why": "overlaps the doodle by 63%, which scores higher"},
        {"text": "1 20%", "why": "below the score threshold of 35%"},
    ]
