import numpy as np
import pytest

from digit_detector.handwriting.references import find_references, make_reference

SEVEN = [[(10, 10), (50, 10), (20, 80)], [(15, 45), (45, 45)]]
ONE = [[(100, 10), (102, 80)]]
BOXES = [(5, 5, 55, 85), (95, 5, 105, 85)]


def test_strokes_are_assigned_by_box() -> None:
    found = find_references([*SEVEN, *ONE], ["7", "1"], BOXES)
    assert [reference.digit for reference in found] == [7, 1]
    assert [reference.size for reference in found] == [70, 70]
    assert found[0].glyph[-1] == 1


def test_stroke_through_two_digits_belongs_to_none() -> None:
    across = [(20 + 10 * step, 40) for step in range(9)]
    found = find_references([across], ["7", "1"], BOXES)
    assert found == []


def test_label_corrected_twice_is_the_last_one() -> None:
    found = find_references(ONE, ["7", "4", "1"], [BOXES[1]] * 3)
    assert [reference.digit for reference in found] == [1]


@pytest.mark.parametrize(
    ("label", "strokes"),
    [("other", ONE), ("censored", ONE), ("1", []), ("1", [[(3, 3)]]), ("1", [[(3, 3), (3, 3)]])],
    ids=["doodle", "rude doodle", "no strokes", "dot", "dot of two points"],
)
def test_no_reference(label: str, strokes: list[list[tuple[float, float]]]) -> None:
    assert make_reference(label, strokes) is None


def test_no_boxes() -> None:
    assert find_references(ONE, [], np.zeros((0, 4))) == []
