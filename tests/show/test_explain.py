"""Test why a box was left out, and the pictures of the detector's steps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageColor

from digit_detector.classes import CLASSES
from digit_detector.detect.detector import Detector, Prediction
from digit_detector.detect.letterbox import preprocess
from digit_detector.detect.postprocess import Candidates, View
from digit_detector.metadata import ModelMetadata, NetworkConfig
from digit_detector.show.explain import (
    ENLARGED,
    FAINT,
    HEAT,
    MIN_SCORE,
    Frame,
    Origin,
    anchor_frames,
    frames_picture,
    heat_picture,
    ink_picture,
    labelled_frames,
    left_out,
    objectness_maps,
    origin,
)
from digit_detector.show.render import COLOURS

ANCHORS = (
    ((8.0, 8.0), (16.0, 24.0), (10.0, 6.0)),
    ((16.0, 30.0), (20.0, 20.0), (30.0, 16.0)),
    ((30.0, 40.0), (40.0, 40.0), (50.0, 30.0)),
)
METADATA = ModelMetadata(64, ANCHORS, NetworkConfig(1, 1, 1), score_threshold=0.4, iou_threshold=0.45)


def boxes() -> np.ndarray:
    """Each prediction's box (A, 4) xyxy: its anchor, centred in its cell."""
    rows = []
    for stride, anchors in zip(METADATA.strides, METADATA.anchors, strict=True):
        cells = METADATA.input_size // stride
        for row in range(cells):
            for column in range(cells):
                centre = (np.array([column, row]) + 0.5) * stride
                rows += [np.concatenate([centre - np.array(size) / 2, centre + np.array(size) / 2]) for size in anchors]
    return np.array(rows, np.float32)


BLANK = np.full((64, 64), 255, np.uint8)


def predicted(*objects: tuple[int, float, str], picture: np.ndarray = BLANK) -> Prediction:
    """Predict only these objects: index, score, label."""
    outputs = np.zeros((METADATA.predictions, 5 + len(CLASSES)), np.float32)
    outputs[:, :4] = boxes()
    for index, score, label in objects:
        outputs[index, 4] = score
        outputs[index, 5 + CLASSES.index(label)] = 1
    view = View(outputs, preprocess(picture, 64))
    return Prediction((view,), METADATA, 0.0)


def test_each_reason_is_named() -> None:
    # Anchors of 16 x 24 in neighbouring cells overlap by a third; the small anchor stands alone.
    prediction = predicted((4, 0.9, "7"), (7, 0.8, "1"), (180, 0.2, "4"), (181, 0.02, "5"))
    rest = left_out(prediction, 0.4, 0.2)
    assert [top[0].label for top in rest.detections.top] == ["1", "4"]
    overlap, faint = rest.reasons
    assert (overlap.kind, overlap.label) == ("overlap", "7")
    assert overlap.iou == pytest.approx(8 / 24, abs=0.01)
    assert faint.kind == "score"


def test_box_without_ink_of_its_own_is_named() -> None:
    picture = BLANK.copy()
    picture[2:14, 6:19] = 0  # in the better box, and partly in the other one
    rest = left_out(predicted((4, 0.9, "7"), (7, 0.8, "1"), picture=picture), 0.4, 0.45)
    assert [top[0].label for top in rest.detections.top] == ["1"]
    assert [reason.kind for reason in rest.reasons] == ["ink"]


def test_a_lower_threshold_shows_what_fell_short_of_it() -> None:
    prediction = predicted((4, 0.9, "7"), (180, 0.2, "4"))
    assert len(left_out(prediction, 0.1, 0.4).detections) == 0
    assert len(prediction.detections(0.1, 0.4)) == 2


@settings(derandomize=True, max_examples=40)
@given(score=st.floats(MIN_SCORE, 1), iou=st.floats(0, 1), seed=st.integers(0, 20))
def test_shown_and_left_out_make_up_all_boxes(score: float, iou: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    objects = [
        (int(i), float(random.uniform(0.01, 0.99)), "3") for i in random.choice(METADATA.predictions, 8, replace=False)
    ]
    prediction = predicted(*objects)
    rest = left_out(prediction, score, iou)
    short = [s for s, reason in zip(rest.detections.scores, rest.reasons, strict=True) if reason.kind == "score"]
    doubled = len(rest.reasons) - len(short)
    shown = prediction.detections(score, iou)
    everything = prediction.detections(min(MIN_SCORE, score), iou)
    assert sorted([*shown.scores, *short]) == sorted(everything.scores)
    assert len(shown) + doubled == sum(np.float32(best) >= score for _, best, _ in objects)
    assert all(reason.iou > iou - 1e-6 for reason in rest.reasons if reason.kind == "overlap")


@pytest.mark.parametrize(
    ("index", "place"),
    [
        (0, (0, 0, 0, 0)),
        (1, (0, 0, 0, 1)),
        (26, (0, 1, 0, 2)),
        (191, (0, 7, 7, 2)),
        (192, (1, 0, 0, 0)),
        (249, (2, 1, 1, 0)),
    ],
)
def test_a_prediction_is_found_in_its_grid(index: int, place: tuple[int, ...]) -> None:
    assert tuple(origin(METADATA, index)) == place
    prediction = predicted((index, 0.9, "7"))
    maps = objectness_maps(prediction)
    assert [grid.shape for grid in maps] == [(8, 8), (4, 4), (2, 2)]
    assert maps[place[0]][place[1], place[2]] == pytest.approx(0.9)
    assert sum((grid > 0.5).sum() for grid in maps) == 1


def test_there_is_nothing_past_the_last_prediction() -> None:
    with pytest.raises(IndexError, match="252 predictions: index 252"):
        origin(METADATA, 252)


def test_maps_hold_highest_objectness() -> None:
    detector = Detector.load(device="cpu", threads=1)
    prediction = detector.predict(np.full((60, 60), 255, np.uint8))
    maps = objectness_maps(prediction)
    assert [grid.shape[0] for grid in maps] == [192 // stride for stride in detector.metadata.strides]
    assert max(float(grid.max()) for grid in maps) == float(prediction.outputs[:, 4].max())


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


def test_used_anchor_stands_out(metadata: ModelMetadata) -> None:
    box = np.array([40, 40, 60, 70], np.float32)
    cell, *anchors, made = anchor_frames(metadata, Origin(scale=1, row=2, column=3, anchor=1), box)
    np.testing.assert_array_equal(cell.box, [48, 32, 64, 48])
    for anchor, (width, height) in zip(anchors, metadata.anchors[1], strict=True):
        np.testing.assert_allclose(anchor.box[:2] + anchor.box[2:], [2 * 56, 2 * 40])
        np.testing.assert_allclose(anchor.box[2:] - anchor.box[:2], [width, height])
    assert [anchor.colour for anchor in anchors] == [FAINT, HEAT, FAINT]
    np.testing.assert_array_equal(made.box, box)


def test_boxes_have_class_colours_best_on_top() -> None:
    scores = np.zeros((2, len(CLASSES)), np.float32)
    scores[0, 7], scores[1, 3] = 0.9, 0.4
    boxes = np.array([[0, 0, 10, 10], [5, 5, 20, 20]], np.float32)
    frames = labelled_frames(Candidates(boxes, scores, np.zeros(2, np.int64)), CLASSES, 2)
    assert [frame.colour for frame in frames] == [ImageColor.getrgb(COLOURS[label]) for label in "37"]
