"""One visitor's session: what was drawn, uploaded, chosen and agreed to, kept for as long as the session lasts."""

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from uuid import uuid4

import cv2
import numpy as np
import streamlit as st

from digit_detector.classes import CENSORED, CLASSES
from digit_detector.collect.collector import Kept, new_receipt
from digit_detector.detect.detections import ClassScore, Detections
from digit_detector.detect.detector import Detector, Prediction
from digit_detector.detect.images import Pixels
from digit_detector.drawing import Stroke
from digit_detector.errors import DigitDetectorError
from digit_detector.page.components import Opened, PastDrawing, data_url
from digit_detector.page.components.answer import Answer, LabelFix, apply_fixes, read_correction
from digit_detector.page.components.canvas import MAX_POINTS, CanvasState, rasterize
from digit_detector.show.explain import left_out
from digit_detector.show.listing import MISSED_SCORE
from digit_detector.show.render import cover, on_paper
from digit_detector.show.texts import Texts, find_language

MAX_PAST: Final = 12
_THUMBNAIL_SIDE: Final = 96  # px
_log = logging.getLogger("digit_detector")


class Thresholds(NamedTuple):
    """Score and IoU threshold, both in [0, 1]."""

    score: float
    iou: float


@dataclass(eq=False)
class Picture:
    """A drawing or a picture from the visitor's device, and what the network predicted for it."""

    pixels: Pixels
    """uint8 (H, W), (H, W, 3) or (H, W, 4), transparency being white paper."""
    prediction: Prediction | None = None
    """None if the network failed."""
    strokes: tuple[Stroke, ...] = ()
    """Empty for an upload."""
    revision: int = 0
    fixes: tuple[LabelFix, ...] = ()
    is_uncovered: bool = False
    """Whether its author wants to see what would be covered."""
    id: str = field(default_factory=lambda: uuid4().hex)
    """As a contribution, so that a second tap does not store it twice."""
    kept: Kept | None = None
    """Where it is stored as a contribution; None if it is not."""
    _cached: tuple[Thresholds, Detections, ClassScore | None] | None = None
    """For these thresholds: what was found, and the best class of the best object that may be missed."""

    def renew(self) -> None:
        """Become another contribution: the store refuses the ID of one that was deleted."""
        self.id, self.kept = uuid4().hex, None

    def uncover(self) -> None:
        """Show what would be covered, of this picture alone."""
        self.is_uncovered = True


@dataclass
class Contribution:
    """What a visitor has agreed to, and under which codes the drawings are stored."""

    agreed: bool = False
    writer: str = field(default_factory=lambda: str(secrets.randbelow(10**12)))
    """A random number that tells which drawings are by one person, and nothing else."""
    code: str = field(default_factory=new_receipt)
    """Of the receipt; shown once something is stored."""
    editing: str | None = None
    """ID of the picture whose boxes the visitor corrects."""
    error: tuple[str, str] | None = None
    """ID of the picture that could not be kept, and why."""
    prompt: str = ""
    """Number that the page asks the visitor to write, its digits separated by spaces; empty for none."""
    prompts_written: int = 0


@dataclass
class Session:
    """All that the page keeps of one visitor."""

    id: str = field(default_factory=secrets.token_hex)
    language: str | None = None
    """Chosen by the visitor; None for the browser's."""
    page: str = ""
    """Path of the page that the visitor is on."""
    drawing: Picture | None = None
    upload: Picture | None = None
    pictures_received: int = 0
    """From the browser, which waits until its picture is counted."""
    latest: Picture | None = None
    """The one of these two that changed last."""
    revision: int = 0
    """Of the drawing on the canvas, also if that is empty."""
    sheet: int = 0
    opened: Opened = field(default_factory=Opened)
    past: list[PastDrawing] = field(default_factory=list)
    """Newest first."""
    thresholds: Thresholds = field(default_factory=lambda: Thresholds(0, 0))
    shows_left_out: bool = False
    """Whether boxes that were left out are shown, too."""
    device: str = "auto"
    error: str | None = None
    """Why the latest drawing or picture on this page could not be read."""
    outside: object = None
    """What the parts of the page show that do not run again after each stroke."""
    contribution: Contribution = field(default_factory=Contribution)

    def enter(self, page: str) -> None:
        """Come to a page; errors of another page are left behind."""
        if page != self.page:
            self.page, self.error = page, None

    def draw(self, state: CanvasState, detector: Callable[[], Detector]) -> None:
        """Take over what is on the canvas, and detect what it shows."""
        before, self.error = self.drawing, None
        if state.sheet != self.sheet:
            self._put_away()
            before = None
        self.revision, self.sheet, self.drawing = state.revision, state.sheet, None
        self.opened = Opened(self.opened.id)  # the canvas has it
        if not state.strokes:
            self.latest = self.upload
            return
        pixels = _pixels_of(state.strokes, before)
        self.latest = self.drawing = Picture(pixels, strokes=state.strokes, revision=state.revision)
        if before is not None:
            self.drawing.fixes, self.drawing.is_uncovered = before.fixes, before.is_uncovered
        self.detect(self.drawing, detector)

    def remove_upload(self) -> None:
        """Forget the picture, and what was wrong with it."""
        self.upload = self.error = None
        self.latest = self.drawing

    def detect(self, picture: Picture, detector: Callable[[], Detector]) -> None:
        """Run the network on a picture; an error becomes `error`."""
        with self.reporting():
            pixels, run = picture.pixels, detector()
            picture.prediction = run.predict_ink(255 - pixels) if picture.strokes else run.predict(pixels)
            picture._cached = None

    def detections(self, picture: Picture | None) -> Detections | None:
        """Return what the detector found in a picture at the session's thresholds; None if it failed."""
        if picture is None or picture.prediction is None:
            return None
        if picture._cached is not None and picture._cached[0] == self.thresholds:
            return picture._cached[1]
        with self.reporting():
            score, iou = self.thresholds
            # Greedy suppression ignores lower scores, so the objects at the threshold are the first of these.
            candidates = picture.prediction.detections(min(score, MISSED_SCORE), iou)
            detections = candidates.take(candidates.scores >= score)
            missed = candidates.top[len(detections)][0] if len(candidates) > len(detections) else None
            picture._cached = self.thresholds, detections, missed
            return detections
        picture.prediction = None  # it would fail in each run of the page
        return None

    def labelled(self, picture: Picture) -> Detections | None:
        """Return what was found in a picture with the visitor's labels, which also decide what is covered."""
        detections = self.detections(picture)
        return None if detections is None else apply_fixes(detections, picture.fixes)[0]

    def answer(self, picture: Picture | None) -> Answer:
        """Return what the page tells about a picture, with the visitor's labels."""
        detections = self.detections(picture)
        if picture is None or picture.prediction is None or detections is None:
            return Answer()
        fixed, corrected = apply_fixes(detections, picture.fixes)
        wanted = self.shows_left_out or not len(detections)
        rest = left_out(picture.prediction, *self.thresholds) if wanted else None
        missed = picture._cached[2] if picture._cached else None
        covered = self.is_covered(picture)
        return Answer(fixed, corrected, missed, rest, self.thresholds.score, is_covered=covered)

    def correct(self, picture: Picture | None) -> None:
        """Take over the label that the visitor chose for an object of a picture."""
        shown = self.answer(picture).detections
        if picture is None or shown is None:
            return
        with self.reporting():
            index, label, revision = read_correction(shown)
            if revision == picture.revision:
                self.fix(picture, index, label)

    def fix(self, picture: Picture, index: int, label: str) -> None:
        """Label an object of a picture, which is an index into its detections, as the visitor says."""
        detections = self.detections(picture)
        if detections is None:
            return
        box = tuple(detections.boxes[index].tolist())
        # Strokes since then may have moved the object's box a little.
        others = tuple(fix for fix in picture.fixes if index not in apply_fixes(detections, (fix,))[1])
        detected = int(detections.labels[index])
        is_detectors = CLASSES[detected] == label
        picture.fixes = others if is_detectors else (*others, LabelFix(box, detected, label))

    def open(self, strokes: tuple[Stroke, ...]) -> None:
        """Have the canvas show a drawing."""
        self.opened = Opened(self.opened.id + 1, strokes)

    def is_covered(self, picture: Picture | None) -> bool:
        """Return whether something in a picture is covered."""
        if picture is None or picture.is_uncovered:
            return False
        detections = self.labelled(picture)
        return detections is not None and CENSORED in detections.labels

    @contextmanager
    def reporting(self) -> Iterator[None]:
        """Turn an error into `error`; an unexpected one gets an ID and is logged once under it."""
        try:
            yield
        except DigitDetectorError as error:
            self.error = str(error)
        except Exception:
            error_id = secrets.token_hex(4)
            _log.exception("error %s", error_id)
            self.error = self.texts("page.error.unexpected", id=error_id)

    @property
    def texts(self) -> Texts:
        """The texts of the visitor's language."""
        return Texts(self.language or find_language(st.context.locale))

    def _put_away(self) -> None:
        """Keep the drawing among the past ones, which together have as many points as one may have."""
        picture = self.drawing
        if picture is None or any(past.strokes == picture.strokes for past in self.past):
            return
        detections = self.labelled(picture)
        reading = "" if detections is None else detections.reading().replace("\n", ", ")
        past = PastDrawing(picture.strokes, reading, self._thumbnail(picture))
        self.past = [past, *self.past][:MAX_PAST]
        while sum(len(stroke.points) for past in self.past for stroke in past.strokes) > MAX_POINTS:
            self.past.pop()

    def _thumbnail(self, picture: Picture) -> str:
        pixels, detections = on_paper(picture.pixels), self.labelled(picture)
        if detections is not None and self.is_covered(picture):
            pixels = cover(pixels, detections)
        small = cv2.resize(pixels[:, :, 0], (_THUMBNAIL_SIDE, _THUMBNAIL_SIDE), interpolation=cv2.INTER_AREA)
        return data_url(np.asarray(small, np.uint8))


def _pixels_of(strokes: tuple[Stroke, ...], before: Picture | None) -> Pixels:
    """Return the picture of these strokes; after the drawing before, only what is new has to be drawn."""
    if before is None or strokes[: len(before.strokes)] != before.strokes:
        return rasterize(strokes)
    return rasterize(strokes[len(before.strokes) :], before.pixels)


def current_session() -> Session:
    """Return the session that this run of the page belongs to."""
    if "session" not in st.session_state:
        st.session_state["session"] = Session()
    session: Session = st.session_state["session"]
    return session
