"""A kept drawing as a picture with the boxes that people gave it."""

import numpy as np

from digit_detector.classes import CLASSES
from digit_detector.detect.detections import Detections
from digit_detector.detect.images import Pixels, read_image
from digit_detector.drawing import Drawing
from digit_detector.show.render import draw_boxes, on_paper


def marked(record: Drawing) -> Pixels:
    """Return the picture on white paper with its boxes and labels, uint8 (H, W, 3)."""
    boxes = np.array([annotation.box for annotation in record.annotations], np.float32).reshape(-1, 4)
    labels = [CLASSES.index(annotation.label) for annotation in record.annotations]
    detections = Detections(boxes, np.eye(len(CLASSES), dtype=np.float32)[labels], record.width, record.height)
    return draw_boxes(on_paper(read_image(record.read())), detections)
