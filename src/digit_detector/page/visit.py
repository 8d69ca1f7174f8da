"""What one visitor has drawn and chosen, kept for as long as the visit lasts."""

import base64
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Final, NamedTuple

import cv2
import numpy as np
import streamlit as st

from digit_detector.classes import CENSORED
from digit_detector.detect.detections import Detections
from digit_detector.detect.detector import Detector, Prediction
from digit_detector.detect.images import Pixels, read_image
from digit_detector.drawing import Stroke
from digit_detector.errors import DigitDetectorError
from digit_detector.show.render import cover, on_paper, to_png

MAX_PAST: Final = 12
_THUMB: Final = 96  # px

_log = logging.getLogger("digit_detector")


class Thresholds(NamedTuple):
    """Both in [0, 1]."""

    score: float
    iou: float


@dataclass(eq=False)
class Work:
    """A picture and what the network said about it."""

    png: bytes
    prediction: Prediction | None = None
    """None where the network could not answer."""
    strokes: tuple[Stroke, ...] = ()
    """Where it was drawn here."""
    found: tuple[Thresholds, Detections] | None = None
    """What was last asked for, so that one run of the page asks only once."""
    shown: bool = False
    """Whether its author wants to see what would be covered."""

    def uncover(self) -> None:
        """Show what would be covered, of this picture alone."""
        self.shown = True


@dataclass(frozen=True)
class Past:
    """An earlier drawing of this visit."""

    strokes: tuple[Stroke, ...]
    reading: str
    thumbnail: str
    """A data URL; what was covered when the drawing was put away is covered here."""


@dataclass
class Visit:
    """All that the page keeps of one visitor."""

    drawing: Work | None = None
    upload: Work | None = None
    latest: Work | None = None
    """Of these two."""
    thresholds: Thresholds = field(default_factory=lambda: Thresholds(0, 0))
    """As the page's sliders stand."""
    left_out: bool = False
    """Whether boxes that were left out are shown too."""
    fault: str | None = None
    """What went wrong on this page with the latest drawing or picture, in words."""
    page: str = ""
    """Where the visitor is."""
    pen_width: int = 14
    past: list[Past] = field(default_factory=list)
    """Newest first."""
    around: object = None
    """What the parts of the page show that do not run again with each stroke."""
    base: tuple[Stroke, ...] = ()
    """What the canvas began with: nothing, or a drawing that was opened again."""
    undone: list[Stroke] = field(default_factory=list)
    """Taken off the base, the latest last."""
    cleared: Work | None = None
    """What was on the canvas before it was cleared, until something is drawn."""
    loads: int = 0
    """How often the canvas was given a base."""

    @property
    def last_drawing(self) -> Work | None:
        """What is on the canvas, or was before it was cleared; None where there is neither."""
        return self.drawing or self.cleared

    def come_to(self, page: str) -> None:
        """Leave behind what went wrong on another page."""
        if page != self.page:
            self.page, self.fault = page, None

    def detect(self, detector: Callable[[], Detector], work: Work, picture: Pixels) -> None:
        """Have the network look at a picture, which is also in the file; what goes wrong is told in `fault`."""
        with self.reporting():
            # Both at once: Streamlit may end a run wherever it looks at the session's state, as `detector` does.
            work.prediction, work.found = detector().predict(picture), None

    def found(self, work: Work | None) -> Detections | None:
        """What is in a picture, at the thresholds; None where the network has not answered."""
        if work is None or work.prediction is None:
            return None
        if work.found is not None and work.found[0] == self.thresholds:
            return work.found[1]
        with self.reporting():
            detections = work.prediction.detections(*self.thresholds)
            work.found = self.thresholds, detections
            return detections
        work.prediction = None  # what failed once is not tried again with every run of the page
        return None

    def load(self, base: tuple[Stroke, ...]) -> None:
        """Make the canvas show these strokes in place of its own."""
        self.base = base
        self.loads += 1

    def is_covered(self, work: Work | None) -> bool:
        """Whether something in a picture is not to be seen yet."""
        if work is None or work.shown:
            return False
        detections = self.found(work)
        return detections is not None and CENSORED in detections.labels

    def put_away(self) -> None:
        """Keep the drawing among the past ones, and begin with none."""
        work, self.drawing = self.drawing, None
        if work is not None and all(past.strokes != work.strokes for past in self.past):
            detections = self.found(work)
            reading = "" if detections is None else detections.reading().replace("\n", ", ")
            self.past = [Past(work.strokes, reading, self._thumbnail(work, detections)), *self.past][:MAX_PAST]

    def _thumbnail(self, work: Work, detections: Detections | None) -> str:
        picture = on_paper(read_image(work.png))
        if detections is not None and self.is_covered(work):
            picture = cover(picture, detections)
        small = cv2.resize(picture[:, :, 0], (_THUMB, _THUMB), interpolation=cv2.INTER_AREA)
        return "data:image/png;base64," + base64.b64encode(to_png(np.asarray(small, np.uint8))).decode()

    @contextmanager
    def reporting(self) -> Iterator[None]:
        """Turn an error into `fault`; an unexpected one gets an ID and is logged once under it."""
        try:
            yield
        except DigitDetectorError as error:
            self.fault = str(error)
        except Exception:
            name = token_hex(4)
            _log.exception("fault %s", name)
            self.fault = f"something went wrong; if it happens again, report error {name}"


def visit() -> Visit:
    """The visit that this run of the page belongs to."""
    found: Visit = st.session_state.setdefault("visit", Visit())
    return found
