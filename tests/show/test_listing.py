"""The list of objects: doubt and scores as both pages show them."""

import json
from pathlib import Path

import pytest

from digit_detector.detect.detections import ClassScore
from digit_detector.show.listing import is_doubtful, per_cent, text_table

CASES = json.loads(Path(__file__).with_name("doubt_cases.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["scores"]))
def test_doubt(case: dict[str, object]) -> None:
    """The same cases hold for TypeScript."""
    scores = case["scores"]
    assert isinstance(scores, list)
    top = [ClassScore(str(label), score) for label, score in enumerate(scores)]
    assert is_doubtful(top) is case["doubtful"]


@pytest.mark.parametrize(
    ("score", "text"), [(0, "0%"), (0.004, "<1%"), (0.005, "1%"), (0.125, "13%"), (0.996, "100%"), (0.5, "50%")]
)
def test_per_cent(score: float, text: str) -> None:
    assert per_cent(score) == text


def test_columns_align() -> None:
    rows = [("name", "count", ""), ("a", "1", "missed"), ("long name", "1000", "")]
    assert text_table(rows).splitlines() == [
        "name       count",
        "a              1  missed",
        "long name   1000",
    ]
    assert text_table([("a", "1"), ("bb", "22")], left=range(2)).splitlines() == ["a   1", "bb  22"]
