"""What the page says beside the digits."""

import numpy as np
import pytest

from digit_detector.classes import CLASSES
from digit_detector.detect.detections import Detections
from digit_detector.page.components.answer import Answer, box_views, left_out_views, object_views, remark
from digit_detector.show.explain import LeftOut, Reason
from digit_detector.show.texts import Texts

TEXTS = Texts("en")


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
        (seen({"7": 0.6, "1": 0.35}), short(), "7 (60%) or 1 (35%)?"),
        (seen({"9": 0.45, "8": 0.1}), short(), "9 (45%) or 8 (10%)?"),
        (seen({"9": 0.45, "8": 0.01}), short(), "9 is doubtful (45%)."),
        (seen({"other": 0.9}), short(), "Found: 1 doodle."),
        (
            seen({"4": 0.95}, {"other": 0.9}, {"other": 0.8}, {"censored": 0.75}),
            short(),
            "Also found: 2 doodles, 1 rude doodle.",
        ),
        (seen(), short({"7": 0.31, "1": 0.12}), "Nothing is certain. Perhaps 7 (31%) / 1 (12%)."),
        (seen(), short({"other": 0.3, "1": 0.01}), "Nothing is certain. Perhaps doodle (30%)."),
        (seen(), short(), "Nothing found. Try larger strokes."),
    ],
)
def test_remark(found: Detections, left_out: LeftOut, words: str) -> None:
    assert remark(TEXTS, Answer(found, left_out=left_out)) == words


def test_objects_have_three_best_classes() -> None:
    listed = object_views(TEXTS, seen({"4": 0.9, "9": 0.3, "1": 0.1, "7": 0.05}, {"7": 0.8}))
    assert [each["label"] for each in listed] == ["4", "7"]
    assert [(entry["label"], entry["score"]) for entry in listed[0]["top"]] == [("4", 0.9), ("9", 0.3), ("1", 0.1)]


def test_list_follows_the_reading() -> None:
    """Digits line by line as they are read, then everything else."""
    table = np.eye(len(CLASSES), dtype=np.float32)[[2, 7, CLASSES.index("other"), 4, 0]] * 0.9
    places = [[20, 120, 40, 160], [80, 20, 100, 60], [0, 0, 10, 10], [20, 20, 40, 60], [60, 120, 80, 160]]
    found = Detections(np.array(places, np.float32), table, 200, 200)
    assert found.reading() == "4 7\n2 0"
    assert [view["name"] for view in object_views(TEXTS, found)] == ["4", "7", "2", "0", "doodle"]
    assert [view["index"] for view in box_views(TEXTS, Answer(found), covered=False).boxes] == [0, 1, 2, 3, 4]


def test_rude_boxes_are_covered() -> None:
    found = Answer(seen({"4": 0.9}, {"censored": 0.8}))
    views = box_views(TEXTS, found, covered=True)
    assert [(box["box"], box["text"]) for box in views.boxes] == [([0, 10, 5, 90], "4 90%")]
    assert views.covered == [[10, 10, 15, 90]]
    shown = box_views(TEXTS, found, covered=False)
    assert [box["text"] for box in shown.boxes] == ["4 90%", "rude doodle 80%"]
    assert not shown.covered


def test_left_out_boxes_lie_below_the_others() -> None:
    drawn = box_views(TEXTS, Answer(seen({"4": 0.9}), left_out=short({"7": 0.2})), covered=False).boxes
    assert [box.get("leftOut", False) for box in drawn] == [False, True]


def test_corrected_object_is_not_doubtful() -> None:
    found = seen({"7": 0.6, "1": 0.5})
    assert [view["doubtful"] for view in object_views(TEXTS, found)] == [True]
    (view,) = object_views(TEXTS, found, frozenset({0}))
    assert (view["doubtful"], view["corrected"]) == (False, True)
    assert remark(TEXTS, Answer(found, frozenset({0}))) == ""


def test_reasons_of_left_out_boxes() -> None:
    rest = LeftOut(seen({"7": 0.6}, {"1": 0.2}), (Reason("overlap", "other", 0.634), Reason("score")))
    assert left_out_views(TEXTS, rest, 0.35) == [
        {"text": "7 60%", "why": "overlaps the doodle by 63%, which scores higher"},
        {"text": "1 20%", "why": "below the score threshold of 35%"},
    ]
