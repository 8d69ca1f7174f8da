"""What tests of the page share: buttons to press, and strokes as the canvas sends them."""

from streamlit.testing.v1 import AppTest

from digit_detector.drawing import Stroke
from support.strokes import strokes


def press(page: AppTest, label: str) -> None:
    """Press the only button with this label."""
    (button,) = [button for button in page.button if button.label == label]
    button.click().run()
    assert not page.exception, page.exception


def pen_strokes(
    shape: str, x: float = 130, y: float = 80, height: float = 230, width: float = 14
) -> tuple[Stroke, ...]:
    """Draw a shape with a pen of this width, its upper left corner and its height in px of the drawing."""
    return tuple(Stroke(tuple(map(tuple, line.tolist())), width) for line in strokes(shape, x, y, height))
