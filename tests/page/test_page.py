"""The page's script, run as Streamlit runs it, without a browser."""

import base64
import io
import logging
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image, ImageDraw
from streamlit.testing.v1 import AppTest

from digit_detector.detect.detector import Detector
from digit_detector.drawing import Stroke
from digit_detector.page.about import figures
from digit_detector.page.canvas import SIDE
from digit_detector.page.strokes import to_drawing
from digit_detector.page.visit import MAX_PAST, Thresholds, Visit, Work

SCRIPT = """
import sys
from streamlit.testing.v1 import AppTest
from digit_detector.page import PAGE

test = AppTest.from_file(str(PAGE))
test.session_state["device"] = "cpu"
test.run(timeout=120)
assert not test.exception, test.exception
unwanted = ("torch", "torchvision", "lightning", "albumentations", "imgaug", "sqlalchemy")
print([name for name in unwanted if name in sys.modules])
"""


def test_the_page_needs_nothing_that_trains_and_without_a_store_nothing_that_keeps() -> None:
    run = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert run.stdout.splitlines()[-1:] == ["[]"], run.stderr


def read_the_drawing() -> None:
    import streamlit as st

    from digit_detector.errors import ImageError
    from digit_detector.page.canvas import sent

    try:
        drawing = sent()
        st.text("nothing" if drawing is None else f"{len(drawing.strokes)} strokes")
    except ImageError as error:
        st.text(f"ImageError: {error}")


def data_url(picture: Image.Image | bytes) -> str:
    file = picture if isinstance(picture, bytes) else png(picture)
    return "data:image/png;base64," + base64.b64encode(file).decode()


def png(*pictures: Image.Image) -> bytes:
    buffer = io.BytesIO()
    pictures[0].save(buffer, "PNG", save_all=len(pictures) > 1, append_images=pictures[1:])
    return buffer.getvalue()


BLACK = data_url(Image.new("RGBA", (SIDE, SIDE), "black"))
ANIMATED = png(*(Image.new("RGBA", (SIDE, SIDE), colour) for colour in ("black", "red")))
LONG = png(Image.new("RGBA", (SIDE, SIDE), "black")) + bytes(1_000_000)
STROKE = Stroke(((10.0, 10.0), (20.0, 30.0)), 14.0)


@pytest.mark.parametrize(
    ("picture", "strokes", "answer"),
    [
        (None, {"objects": []}, "nothing"),
        (data_url(Image.new("RGBA", (SIDE, SIDE))), {"objects": []}, "nothing"),
        (BLACK, to_drawing([STROKE, STROKE]), "2 strokes"),
        (BLACK, {"objects": [{"path": "M 1 1"}]}, "ImageError: the browser sent strokes that cannot be read"),
        (BLACK, {"objects": [{"path": [["L", 1, "nan"]], "strokeWidth": 3}]}, "ImageError: the browser sent strokes"),
        (BLACK, {"objects": [{"path": [["L", 1, 1]], "strokeWidth": -3}]}, "ImageError: the browser sent strokes"),
        (BLACK, {"objects": [{"path": [["L", 1, 1]] * 3}]}, "ImageError: the browser sent strokes"),
        (BLACK, [], "ImageError: the browser sent strokes"),
        (BLACK, None, "ImageError: the browser sent strokes"),
        (BLACK, to_drawing([Stroke(((1.0, 1.0),) * 60_000, 2.0)] * 2), "ImageError: the drawing has more than 40,000"),
        (data_url(Image.new("RGB", (SIDE, SIDE))), {"objects": []}, "ImageError: the browser sent a drawing of"),
        (data_url(Image.new("RGBA", (4000, 4000))), {"objects": []}, "ImageError: the browser sent a drawing of"),
        (data_url(ANIMATED), {"objects": []}, "ImageError: the browser sent more than a drawing"),
        (data_url(LONG), {"objects": []}, "ImageError: the browser sent more than a drawing"),
        (BLACK[:2000], {"objects": []}, "ImageError: the browser sent no picture"),
        ("data:image/png;base64,%%%", {"objects": []}, "ImageError: the browser sent no picture"),
        ("data:image/png;base64,AAAA", {"objects": []}, "ImageError: the browser sent no picture"),
        (7, {"objects": []}, "ImageError: the browser sent no picture"),
    ],
)
def test_whatever_a_browser_sends_is_a_drawing_or_a_named_fault(picture: object, strokes: object, answer: str) -> None:
    test = AppTest.from_function(read_the_drawing)
    test.session_state["canvas"] = {"drawing": {"data": picture, "raw": strokes}}
    test.run(timeout=120)
    assert not test.exception, test.exception
    assert test.text[0].value.startswith(answer)


def stroked(detector: Detector, number: int) -> Work:
    """A drawing of one line; another number is another line."""
    ink = Image.new("RGBA", (SIDE, SIDE))
    ink.paste("black", (20, 20 + number, 200, 40 + number))
    work = Work(png(ink), strokes=(Stroke(((20.0, 20.0 + number),), 3.0),))
    work.prediction = detector.predict(work.png)
    return work


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector.load(device="cpu", threads=1)


def test_the_latest_drawings_of_a_visit_are_kept_each_once(detector: Detector) -> None:
    visit = Visit(thresholds=Thresholds(0.4, 0.4))
    for number in (*range(MAX_PAST + 2), MAX_PAST + 1):
        visit.drawing = stroked(detector, number)
        visit.put_away()
    assert visit.drawing is None
    assert [past.strokes[0].points[0][1] - 20 for past in visit.past] == list(range(MAX_PAST + 1, 1, -1))


def test_low_threshold_adds_no_alternatives(detector: Detector) -> None:
    ink = Image.new("L", (400, 400), 255)
    ImageDraw.Draw(ink).line([(150, 120), (210, 80), (180, 300)], fill=0, width=12)  # a 1, or a 7
    visit = Visit(thresholds=Thresholds(0.02, 0.3))
    work = Work(png(ink))
    work.prediction = detector.predict(work.png)
    shown = visit.found(work)
    assert shown is not None
    assert shown.to_json() == work.prediction.detections(0.02, 0.3).to_json()
    assert len(shown) == 1


def test_an_error_that_nobody_foresaw_gets_an_id_and_is_logged_once(
    detector: Detector, caplog: pytest.LogCaptureFixture
) -> None:
    visit = Visit(thresholds=Thresholds(0.4, 0.4))
    work = stroked(detector, 0)
    assert work.prediction is not None
    work.prediction.outputs[:, 0] = np.nan  # what damaged weights may say
    work.prediction.outputs[:, 4:] = 1
    with caplog.at_level(logging.ERROR, "digit_detector"):
        assert visit.found(work) is None
        assert visit.found(work) is None
    (record,) = caplog.records
    assert record.exc_info is not None
    assert visit.fault is not None
    assert record.getMessage().split()[-1] in visit.fault


def test_of_the_model_card_the_figures_alone_are_shown() -> None:
    text = "All [of it](../x.md), [there](https://a.b)."
    table = "| a |\n|---|\n| 1 |"
    command = "```sh\nrun\n```\n\n"
    plots = "![Plot](../docs/p.png)\n![Other plot](../docs/q.png)"
    card = f"# Card\n\n## Figures\n\n{text}\n\n{command}{table}\n\n{plots}\n\n## Data\n\nsecret\n"
    assert figures(card) == f"All of it, [there](https://a.b).\n\n\n{table}"
    assert figures("# Card\n") == ""
