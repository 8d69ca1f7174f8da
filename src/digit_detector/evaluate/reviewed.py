"""Reviewed drawings of the page's visitors as canvases to measure on."""

from pathlib import Path

import numpy as np

from digit_detector.classes import CLASSES
from digit_detector.data.formats import drawings_ndjson as ndjson
from digit_detector.detect.images import read_image
from digit_detector.drawing import Drawing
from digit_detector.errors import DataError
from digit_detector.evaluate.canvases import Canvas
from digit_detector.synth.splits import split_of


def reviewed(folder: Path) -> list[Canvas]:
    """The drawings of `folder` (our ndjson format) that a maintainer looked at, of sessions that training never sees.

    Raises DataError where the folder cannot be read or holds no such drawing.
    """
    records = [record for record in ndjson.read(folder) if record.reviewed and _is_kept_back(record)]
    if not records:
        raise DataError(f"{folder}: no reviewed drawing of a session kept back from training: review some first")
    return [_canvas(record) for record in records]


def _is_kept_back(record: Drawing) -> bool:
    return split_of(record.source, record.session) != "train"


def _canvas(record: Drawing) -> Canvas:
    boxes = np.array([annotation.box for annotation in record.annotations], np.float32).reshape(-1, 4)
    labels = np.array([CLASSES.index(annotation.label) for annotation in record.annotations], np.int64)
    return Canvas(read_image(record.read()), boxes, labels)
