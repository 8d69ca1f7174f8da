"""Step pictures: the detector's steps drawn for people who want to see how it works.

All are uint8 (S * ENLARGED, S * ENLARGED, 3) for a network input (S, S); boxes are xyxy in pixels of that input.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from digit_detector.detect.detector import Prediction
from digit_detector.detect.postprocess import Candidates
from digit_detector.metadata import ModelMetadata
from digit_detector.show.colours import COLOURS
from digit_detector.show.explain import Origin
from digit_detector.show.render import Pixels

Floats = npt.NDArray[np.float32]
Colour = tuple[int, int, int]

ENLARGED: Final = 3
HEAT: Final[Colour] = (217, 72, 15)
"""The colour of objectness 1; 0 is white."""
FAINT: Final[Colour] = (150, 156, 163)
FILLED: Final = -1
_CELL: Final[Colour] = (253, 214, 190)
_INK: Final = 0.35  # of black, under boxes


class Frame(NamedTuple):
    """A box in a step picture."""

    box: Floats
    colour: Colour
    width: int
    """Of the line in pixels; FILLED tints the ground under the ink."""


def ink_picture(ink: Floats) -> Pixels:
    """Draw the network's input (S, S), ink in [0, 1], as black on white."""
    return _enlarged(np.asarray(255 * (1 - ink), np.uint8))


def heat_picture(ink: Floats, objectness: Floats) -> Pixels:
    """Draw a grid's objectness (cells, cells) in [0, 1] as colour under the ink."""
    colour = 255 - objectness[:, :, None] * (255 - np.array(HEAT))
    side = ink.shape[0] * ENLARGED
    heat = cv2.resize(np.asarray(colour, np.uint8), (side, side), interpolation=cv2.INTER_NEAREST)
    step = side // objectness.shape[0]
    heat[::step] = heat[:, ::step] = FAINT
    dark = cv2.resize(ink, (side, side), interpolation=cv2.INTER_NEAREST)[:, :, None]
    return np.asarray(heat * (1 - 0.8 * dark), np.uint8)


def frames_picture(ink: Floats, frames: Iterable[Frame]) -> Pixels:
    """Draw boxes over the faint ink, later ones on top."""
    picture = _enlarged(np.asarray(255 * (1 - _INK * ink), np.uint8))
    for box, colour, width in frames:
        x0, y0, x1, y1 = np.rint(np.clip(box, -1e4, 1e4) * ENLARGED).astype(int).tolist()
        if width == FILLED:
            ground = picture[max(y0, 0) : y1, max(x0, 0) : x1]
            ground[:] = np.minimum(ground, colour)
        else:
            cv2.rectangle(picture, (x0, y0), (x1, y1), colour, width)
    return picture


def anchor_frames(metadata: ModelMetadata, where: Origin, box: Floats) -> list[Frame]:
    """Return frames for one cell, its anchors around the cell's centre, and the box made from one of them."""
    stride = metadata.strides[where.scale]
    corner = np.array([where.column, where.row], np.float32) * stride
    centre = corner + stride / 2
    frames = [Frame(np.concatenate([corner, corner + stride]), _CELL, FILLED)]
    for index, (width, height) in enumerate(metadata.anchors[where.scale]):
        half = np.array([width, height], np.float32) / 2
        chosen = index == where.anchor
        frames.append(Frame(np.concatenate([centre - half, centre + half]), HEAT if chosen else FAINT, 2))
    return [*frames, Frame(box, (0, 0, 0), 3)]


def labelled_frames(candidates: Candidates, classes: tuple[str, ...], width: int) -> list[Frame]:
    """Return boxes in the colours of their best classes, best last."""
    labels = candidates.class_scores.argmax(axis=1)
    order = np.argsort(candidates.scores, kind="stable")
    return [Frame(candidates.boxes[index], rgb(COLOURS[classes[labels[index]]]), width) for index in order]


def window_frames(prediction: Prediction) -> list[Frame]:
    """Return frames around the windows that the network saw enlarged; empty if it saw none."""
    regions = np.array([view.letterbox.region for view in prediction.views[1:]], np.float32).reshape(-1, 4)
    return [Frame(box, HEAT, 2) for box in prediction.letterbox.to_input(regions)]


def rgb(colour: str) -> Colour:
    """Convert `#rrggbb` to three numbers in 0..255."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return red, green, blue


def _enlarged(grey: Pixels) -> Pixels:
    side = grey.shape[0] * ENLARGED
    large = cv2.resize(grey, (side, side), interpolation=cv2.INTER_NEAREST)
    return np.asarray(cv2.cvtColor(large, cv2.COLOR_GRAY2RGB), np.uint8)
