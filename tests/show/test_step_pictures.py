"""The pictures of the detector's steps show what they say they do."""

import numpy as np

from digit_detector.classes import CLASSES
from digit_detector.detect.postprocess import Candidates
from digit_detector.metadata import ModelMetadata
from digit_detector.show.colours import COLOURS
from digit_detector.show.explain import Origin
from digit_detector.show.step_pictures import (
    ENLARGED,
    FAINT,
    HEAT,
    Frame,
    anchor_frames,
    frames_picture,
    heat_picture,
    ink_picture,
    labelled_frames,
    rgb,
)

SIDE = 24 * ENLARGED


def ink() -> np.ndarray:
    ink = np.zeros((24, 24), np.float32)
    ink[4:8, 4:20] = 1
    return ink


def test_ink_is_black_on_white_pixel_by_pixel() -> None:
    picture = ink_picture(ink())
    assert picture.shape == (SIDE, SIDE, 3)
    dark = (picture == 0).all(axis=2)
    assert dark.sum() == 4 * 16 * ENLARGED**2
    assert dark[4 * ENLARGED, 4 * ENLARGED]
    assert (picture[~dark] == 255).all()


def test_heat_is_where_the_grid_is_sure() -> None:
    objectness = np.zeros((3, 3), np.float32)
    objectness[2, 1] = 1
    picture = heat_picture(ink(), objectness)
    cell = SIDE // 3
    assert tuple(picture[2 * cell + 5, cell + 5]) == HEAT
    assert tuple(picture[2 * cell + 5, 5]) == (255, 255, 255)
    assert tuple(picture[cell + 5, cell]) == FAINT  # the grid's line
    assert picture[5 * ENLARGED, 12 * ENLARGED].max() < 60  # the ink stays visible


def test_boxes_lie_over_the_ink_and_the_last_over_the_others() -> None:
    red, blue = (255, 0, 0), (0, 0, 255)
    box = np.array([2, 2, 12, 12], np.float32)
    picture = frames_picture(ink(), [Frame(box, red, 1), Frame(np.array([2, 2, 18, 12], np.float32), blue, 1)])
    assert tuple(picture[2 * ENLARGED + 10, 2 * ENLARGED]) == blue
    assert tuple(picture[2 * ENLARGED + 10, 12 * ENLARGED]) == red
    assert (frames_picture(ink(), [Frame(box + 1e9, red, 1)]) == frames_picture(ink(), [])).all()


def test_anchors_stand_around_their_cell_and_the_one_used_stands_out(metadata: ModelMetadata) -> None:
    box = np.array([40, 40, 60, 70], np.float32)
    cell, *anchors, made = anchor_frames(metadata, Origin(scale=1, row=2, column=3, anchor=1), box)
    np.testing.assert_array_equal(cell.box, [48, 32, 64, 48])
    for anchor, (width, height) in zip(anchors, metadata.anchors[1], strict=True):
        np.testing.assert_allclose(anchor.box[:2] + anchor.box[2:], [2 * 56, 2 * 40])
        np.testing.assert_allclose(anchor.box[2:] - anchor.box[:2], [width, height])
    assert [anchor.colour for anchor in anchors] == [FAINT, HEAT, FAINT]
    np.testing.assert_array_equal(made.box, box)


def test_named_boxes_have_the_colours_of_their_classes_the_best_on_top() -> None:
    scores = np.zeros((2, len(CLASSES)), np.float32)
    scores[0, 7], scores[1, 3] = 0.9, 0.4
    boxes = np.array([[0, 0, 10, 10], [5, 5, 20, 20]], np.float32)
    frames = labelled_frames(Candidates(boxes, np.ones(2, np.float32), scores, np.zeros(2, np.int64)), CLASSES, 2)
    assert [frame.colour for frame in frames] == [rgb(COLOURS["3"]), rgb(COLOURS["7"])]
