"""What the page tells the browser of an answer."""

import json

import numpy as np

from digit_detector.classes import CLASSES
from digit_detector.detect.detections import Detections
from digit_detector.page.components.answer import Answer, left_out_views, object_views
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


def test_objects_have_three_best_classes() -> None:
    listed = object_views(TEXTS, Answer(seen({"4": 0.9, "9": 0.3, "1": 0.1, "7": 0.05}, {"7": 0.8})))
    assert [each["label"] for each in listed] == ["4", "7"]
    assert [(entry["label"], entry["score"]) for entry in listed[0]["top"]] == [("4", 0.9), ("9", 0.3), ("1", 0.1)]


def test_list_follows_the_reading() -> None:
    """Digits line by line as they are read, then everything else."""
    table = np.eye(len(CLASSES), dtype=np.float32)[[2, 7, CLASSES.index("other"), 4, 0]] * 0.9
    places = [[20, 120, 40, 160], [80, 20, 100, 60], [0, 0, 10, 10], [20, 20, 40, 60], [60, 120, 80, 160]]
    found = Detections(np.array(places, np.float32), table, 200, 200)
    assert found.reading() == "4 7\n2 0"
    assert [view["name"] for view in object_views(TEXTS, Answer(found))] == ["4", "7", "2", "0", "doodle"]


def test_rude_objects_are_covered() -> None:
    found = seen({"4": 0.9}, {"censored": 0.8})
    for is_covered in (True, False):
        views = object_views(TEXTS, Answer(found, is_covered=is_covered))
        assert [view["covered"] for view in views] == [False, is_covered]
        json.dumps(views)  # as Streamlit sends them


def test_boxes_are_in_per_cent() -> None:
    (view,) = object_views(TEXTS, Answer(seen({"4": 0.9})))
    assert view["box"] == [0, 10, 5, 90]


def test_corrected_object_is_not_doubtful() -> None:
    found = seen({"7": 0.6, "1": 0.5})
    assert [view["doubtful"] for view in object_views(TEXTS, Answer(found))] == [True]
    (view,) = object_views(TEXTS, Answer(found, frozenset({0})))
    assert (view["doubtful"], view["corrected"]) == (False, True)


def test_reasons_of_left_out_boxes() -> None:
    rest = LeftOut(seen({"7": 0.6}, {"1": 0.2}), (Reason("overlap", "other", 0.634), Reason("score")))
    views = left_out_views(TEXTS, Answer(seen(), left_out=rest, score_threshold=0.35))
    assert [(view["text"], view["why"]) for view in views] == [
        ("7 60%", "overlaps the doodle by 63%, which scores higher"),
        ("1 20%", "below the score threshold of 35%"),
    ]
