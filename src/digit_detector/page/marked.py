"""A kept drawing as a picture with the boxes that people gave it."""

import numpy as np

from digit_detector.classes import CLASSES
from digit_detector.detect.detections import ClassScore, Detections
from digit_detector.detect.images import Pixels, read_image
from digit_detector.drawing import Drawing
from digit_detector.show.render import draw_boxes, on_paper


def marked(record: Drawing) -> Pixels:
    """The picture on white paper with its boxes and names, uint8 (H, W, 3)."""
    count = len(record.annotations)
    detections = Detections(
        boxes=np.array([annotation.box for annotation in record.annotations], np.float32).reshape(-1, 4),
        scores=np.ones(count, np.float32),  # people are sure
        labels=np.array([CLASSES.index(annotation.label) for annotation in record.annotations], np.int64),
        top=tuple((ClassScore(annotation.label, 1.0),) for annotation in record.annotations),
        width=record.width,
        height=record.height,
    )
    return draw_boxes(on_paper(read_image(record.read())), detections)
