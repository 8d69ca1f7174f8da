"""A visitor's session, and the page's script as Streamlit runs it."""

import logging
import subprocess
import sys

import numpy as np
import pytest
from support.page import pen_strokes

from digit_detector.detect.detector import Detector
from digit_detector.drawing import Stroke
from digit_detector.page import PAGE
from digit_detector.page.components.canvas import MAX_POINTS, CanvasState, rasterize
from digit_detector.page.session import MAX_PAST, Picture, Session, Thresholds
from digit_detector.page.views.about import figures

SCRIPT = """
import sys
from streamlit.testing.v1 import AppTest
from digit_detector.page import PAGE

test = AppTest.from_file(str(PAGE))
test.run(timeout=120)
assert not test.exception, test.exception
unwanted = ("torch", "torchvision", "lightning", "albumentations", "imgaug", "sqlalchemy", "pandas")
print([name for name in unwanted if name in sys.modules])
"""


def test_no_pages_folder() -> None:
    """Streamlit runs the files of a `pages` folder beside the main script by themselves, without its surroundings."""
    assert not PAGE.with_name("pages").exists()


def test_page_imports_no_training_database_or_pandas() -> None:
    """Streamlit imports pandas, 70 MB, as soon as a component's data is a dictionary."""
    run = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert run.stdout.splitlines()[-1:] == ["[]"], run.stderr


@pytest.fixture
def session() -> Session:
    return Session(thresholds=Thresholds(0.4, 0.4))


def reading(session: Session) -> str | None:
    detections = session.answer(session.drawing).detections
    return None if detections is None else detections.reading()


def test_each_drawing_is_put_away_once(detector: Detector, session: Session) -> None:
    for number in (*range(MAX_PAST + 2), MAX_PAST + 1):
        line = Stroke(((20.0, 20.0 + number), (200.0, 30.0)), 6.0)
        session.draw(CanvasState(1, 2 * number, (line,)), lambda: detector)
        session.draw(CanvasState(2, 2 * number + 1, ()), lambda: detector)
    assert session.drawing is None
    assert [past.strokes[0].points[0][1] - 20 for past in session.past] == list(range(MAX_PAST + 1, 1, -1))


def test_past_drawings_have_as_many_points_as_one(detector: Detector, session: Session) -> None:
    half = MAX_POINTS // 2
    for sheet, count in enumerate((1, half, half, half, MAX_POINTS)):
        line = Stroke(((20.0, 20.0 + sheet),) * count, 6.0)
        session.draw(CanvasState(1, sheet, (line,)), lambda: detector)
        if sheet == 3:
            assert [len(past.strokes[0].points) for past in session.past] == [half, half]
    session.draw(CanvasState(2, 5, ()), lambda: detector)
    assert [len(past.strokes[0].points) for past in session.past] == [MAX_POINTS]


def test_undone_stroke_is_not_put_away(detector: Detector, session: Session) -> None:
    session.draw(CanvasState(1, 0, pen_strokes("3")), lambda: detector)
    session.draw(CanvasState(2, 0, ()), lambda: detector)
    assert session.drawing is None
    assert not session.past


def test_chosen_label_stays_while_more_is_drawn(detector: Detector, session: Session) -> None:
    three = pen_strokes("3", x=40)
    session.draw(CanvasState(1, 0, three), lambda: detector)
    assert session.drawing is not None
    session.fix(session.drawing, 0, "8")
    assert reading(session) == "8"
    session.draw(CanvasState(2, 0, three + pen_strokes("1", x=240)), lambda: detector)
    assert reading(session) == "8 1"
    session.draw(CanvasState(3, 1, three), lambda: detector)  # another sheet
    assert reading(session) == "3"


def test_later_label_replaces_an_earlier_one(detector: Detector, session: Session) -> None:
    """Also where a further stroke has moved the object's box."""
    seven = Stroke(((100.0, 100.0), (150.0, 100.0), (115.0, 180.0)), 14.0)
    serif = Stroke(((100.0, 100.0), (94.0, 112.0)), 14.0)
    session.draw(CanvasState(1, 0, (seven,)), lambda: detector)
    assert session.drawing is not None
    session.fix(session.drawing, 0, "1")
    session.draw(CanvasState(2, 0, (seven, serif)), lambda: detector)
    assert reading(session) == "1"
    session.fix(session.drawing, 0, "4")
    assert reading(session) == "4"
    session.fix(session.drawing, 0, "7")
    assert reading(session) == "7"
    assert not session.drawing.fixes


def test_visitors_label_decides_what_is_covered(detector: Detector, session: Session) -> None:
    session.draw(CanvasState(1, 0, pen_strokes("rude")), lambda: detector)
    assert session.drawing is not None
    assert session.is_covered(session.drawing)
    session.fix(session.drawing, 0, "other")
    assert not session.is_covered(session.drawing)
    session.draw(CanvasState(2, 1, pen_strokes("3")), lambda: detector)
    session.fix(session.drawing, 0, "censored")
    assert session.is_covered(session.drawing)


def test_cleared_drawing_is_no_longer_the_latest(detector: Detector, session: Session) -> None:
    session.upload = Picture(rasterize(pen_strokes("7")))
    session.draw(CanvasState(1, 0, pen_strokes("3")), lambda: detector)
    assert session.latest is session.drawing
    session.draw(CanvasState(2, 1, ()), lambda: detector)
    assert session.latest is session.upload


def test_picture_has_the_strokes_of_each_change(detector: Detector, session: Session) -> None:
    three, seven = pen_strokes("3", x=40), pen_strokes("7", x=220)
    for revision, strokes in enumerate((three, three + seven, seven, seven)):  # drawn, added to, in part rubbed out
        session.draw(CanvasState(revision, 0, strokes), lambda: detector)
        assert session.drawing is not None
        assert np.array_equal(session.drawing.pixels, rasterize(strokes))


def test_detectors_label_undoes_the_visitors(detector: Detector, session: Session) -> None:
    session.draw(CanvasState(1, 0, pen_strokes("3")), lambda: detector)
    assert session.drawing is not None
    for label, read in (("8", "8"), ("other", ""), ("3", "3")):
        session.fix(session.drawing, 0, label)
        assert reading(session) == read
    assert not session.drawing.fixes


def test_low_threshold_adds_no_alternatives(detector: Detector) -> None:
    session = Session(thresholds=Thresholds(0.02, 0.3))
    picture = Picture(rasterize([Stroke(((150, 120), (210, 80), (180, 300)), 12)]))  # a 1, or a 7
    picture.prediction = detector.predict(picture.pixels)
    detections = session.detections(picture)
    assert detections is not None
    assert detections.to_json() == picture.prediction.detections(0.02, 0.3).to_json()
    assert len(detections) == 1


def test_unexpected_error_has_an_id(detector: Detector, session: Session, caplog: pytest.LogCaptureFixture) -> None:
    picture = Picture(rasterize(pen_strokes("3")))
    picture.prediction = detector.predict(picture.pixels)
    picture.prediction.outputs[:, 0] = np.nan  # what damaged weights may say
    picture.prediction.outputs[:, 4:] = 1
    with caplog.at_level(logging.ERROR, "digit_detector"):
        assert session.detections(picture) is None
        assert session.detections(picture) is None
    (record,) = caplog.records
    assert record.exc_info is not None
    assert session.error is not None
    assert record.getMessage().split()[-1] in session.error


def test_only_the_figures_of_the_model_card_are_shown() -> None:
    text = "All [of it](../x.md), [there](https://a.b)."
    table = "| a |\n|---|\n| 1 |"
    command = "```sh\nrun\n```\n\n"
    plots = "![Plot](../docs/p.png)\n![Other plot](../docs/q.png)"
    card = f"# Card\n\n## Figures\n\n{text}\n\n{command}{table}\n\n{plots}\n\n## Data\n\nsecret\n"
    assert figures(card) == f"All of it, [there](https://a.b).\n\n\n{table}"
    assert figures("# Card\n") == ""
