"""Strokes there and back: what the canvas sends is what it can draw again."""

from hypothesis import given, settings
from hypothesis import strategies as st

from digit_detector.drawing import Stroke
from digit_detector.page.strokes import read_strokes, to_drawing, to_json

numbers = st.floats(-50, 500)
strokes = st.lists(
    st.builds(Stroke, points=st.lists(st.tuples(numbers, numbers), min_size=1).map(tuple), width=st.floats(0.5, 60)),
    max_size=4,
).map(tuple)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(strokes)
def test_strokes_survive_the_canvas(drawn: tuple[Stroke, ...]) -> None:
    assert read_strokes(to_drawing(drawn)) == drawn


def test_the_pen_has_been_at_the_curves_control_points() -> None:
    sent = {
        "type": "Path",
        "strokeWidth": 14,
        "path": [["M", 9.99, 10], ["Q", 10, 10, 15, 10], ["Q", 20, 10, 25, 15], ["L", 30, 20]],
    }
    assert read_strokes({"objects": [sent]}) == (Stroke(((10, 10), (20, 10), (30, 20)), 14),)


def test_strokes_as_json() -> None:
    assert to_json([Stroke(((1.0, 2.0),), 3.0)]) == [{"points": ((1.0, 2.0),), "width": 3.0, "colour": "#000000"}]
