"""What a visitor gives: one collector for the server, and of each visit what was agreed to and kept."""

import logging
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Final
from uuid import uuid4
from weakref import WeakKeyDictionary

import streamlit as st

from digit_detector.collect.receipt import new_receipt
from digit_detector.collect.settings import Settings
from digit_detector.detect.detections import Detections
from digit_detector.detect.detector import Detector
from digit_detector.drawing import Annotation, Detection, Drawing, Model
from digit_detector.errors import StoreError
from digit_detector.page.visit import Work
from digit_detector.server.model import identity

if TYPE_CHECKING:  # which import SQLAlchemy: only where a store is named
    from digit_detector.collect.collector import Collector, Kept

SOURCE: Final = "page"

_log = logging.getLogger("digit_detector")


@cache
def _collector(settings: Settings) -> "Collector":
    try:
        from digit_detector.collect.collector import Collector
    except ModuleNotFoundError as error:
        raise StoreError(f"keeping drawings needs {error.name}: pip install 'digit-detector[collect]'") from error
    return Collector(settings)


def collector() -> "Collector | None":
    """Return what keeps drawings on this server, or None where no store is named.

    Raises StoreError for unfit settings, with which the server does not start.
    """
    settings = Settings.from_environment()
    return None if settings is None else _collector(settings)


@dataclass
class Giving:
    """Of one visit."""

    agreed: bool = False
    session: str = field(default_factory=lambda: str(secrets.randbelow(10**12)))
    """A number that says which drawings are by one hand, and nothing else."""
    code: str = field(default_factory=new_receipt)
    """Of the receipt; shown once something is kept."""
    ids: WeakKeyDictionary[Work, str] = field(default_factory=WeakKeyDictionary)
    """Each drawing's, made here, so that a second tap gives it no second time."""
    kept: "WeakKeyDictionary[Work, Kept]" = field(default_factory=WeakKeyDictionary)
    correcting: Work | None = None
    fault: str | None = None

    def give(
        self, to: "Collector", work: Work, annotations: tuple[Annotation, ...], found: Detections, detector: Detector
    ) -> None:
        """Have a drawing or picture kept that the visitor confirmed; what goes wrong is told in `fault`."""
        self.fault = None
        name = self.ids.setdefault(work, uuid4().hex)
        record = Drawing(
            id=name,
            image=work.png,
            width=found.width,
            height=found.height,
            annotations=annotations,
            session=self.session,
            source=SOURCE,
            strokes=work.strokes or None,
            detections=detections_of(found),
            model=Model(*identity(detector.runtime)),
            time=datetime.now(UTC),
        )
        try:
            self.kept[work] = to.keep(record, self.code)
            self.correcting = None
        except StoreError as error:
            _log.error("a confirmed drawing could not be kept: %s", error)
            self.fault = "It could not be kept, since the store and this server's disk refuse it. Try again later."


def giving() -> Giving:
    """The visit's."""
    found: Giving = st.session_state.setdefault("giving", Giving())
    return found


def detections_of(found: Detections) -> tuple[Detection, ...]:
    """Return what the page showed, best first."""
    rows = zip(found.top, found.boxes.tolist(), strict=True)
    return tuple(Detection(top[0].label, (x0, y0, x1, y1), top[0].score) for top, (x0, y0, x1, y1) in rows)


def annotations_of(found: Detections) -> tuple[Annotation, ...]:
    """The same, as the visitor confirms it."""
    return tuple(Annotation(detection.label, detection.box) for detection in detections_of(found))
