"""The page's script, run as Streamlit runs it, without a browser."""

import base64
import io
import subprocess
import sys

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

SCRIPT = """
import sys
from streamlit.testing.v1 import AppTest
from digit_detector.page import PAGE

test = AppTest.from_file(str(PAGE))
test.session_state["device"] = "cpu"
test.run(timeout=60)
assert not test.exception, test.exception
print([name for name in ("torch", "torchvision", "lightning", "albumentations", "imgaug") if name in sys.modules])
"""


def test_the_page_needs_nothing_that_trains() -> None:
    run = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert run.stdout.splitlines()[-1:] == ["[]"], run.stderr


def read_the_drawing() -> None:
    import streamlit as st

    from digit_detector.errors import ImageError
    from digit_detector.page.canvas import drawing

    try:
        ink = drawing("canvas")
        st.text("nothing" if ink is None else f"ink {ink.shape}")
    except ImageError as error:
        st.text(f"ImageError: {error}")


def data_url(picture: Image.Image) -> str:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (None, "nothing"),
        (data_url(Image.new("RGBA", (4, 4))), "nothing"),
        (data_url(Image.new("RGBA", (4, 4), "black")), "ink (4, 4, 4)"),
        (data_url(Image.new("RGB", (4, 4))), "ImageError: the browser sent a drawing without transparency"),
        ("data:image/png;base64,%%%", "ImageError: the browser sent no picture"),
        ("data:image/png;base64,AAAA", "ImageError: the picture is not a picture this program reads"),
        (7, "ImageError: the browser sent no picture"),
    ],
)
def test_whatever_a_browser_sends_is_ink_or_a_named_fault(sent: object, answer: str) -> None:
    test = AppTest.from_function(read_the_drawing)
    test.session_state["canvas"] = {"drawing": {"data": sent}}
    test.run(timeout=60)
    assert not test.exception, test.exception
    assert test.text[0].value.startswith(answer)
