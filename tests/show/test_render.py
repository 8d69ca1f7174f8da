"""Boxes on pictures: in their place, in colours that people can tell apart, without touching the picture given."""

from itertools import combinations

import numpy as np
import pytest
from PIL import Image, ImageColor

from digit_detector.classes import CLASSES
from digit_detector.detect.detections import Detections
from digit_detector.detect.images import read_image
from digit_detector.show.render import COLOURS, draw_boxes, luminance, to_png


def found(boxes: list[list[float]], label: str = "7", size: int = 100) -> Detections:
    scores = np.zeros((len(boxes), len(CLASSES)), np.float32)
    scores[:, CLASSES.index(label)] = np.linspace(0.9, 0.5, len(boxes))
    return Detections(np.array(boxes, np.float32).reshape(-1, 4), scores, size, size)


def rgb(colour: str) -> np.ndarray:
    return np.array(ImageColor.getrgb(colour))


def painted(picture: np.ndarray, label: str) -> np.ndarray:
    return (picture == rgb(COLOURS[label])).all(axis=-1)


def test_nothing_found_leaves_the_picture() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (50, 60, 3)).astype(np.uint8)
    np.testing.assert_array_equal(draw_boxes(picture, found([])), picture)


@pytest.mark.parametrize("shape", [(100, 100), (100, 100, 3), (100, 100, 4)])
def test_a_box_is_where_the_object_is(shape: tuple[int, ...]) -> None:
    picture = np.full(shape, 255, np.uint8)
    drawn = draw_boxes(picture, found([[20, 40, 60, 90]]))
    assert drawn.shape == (100, 100, 3)
    rows, columns = np.nonzero(painted(drawn, "7"))
    assert (columns.min(), rows.max()) == (20, 90)
    assert painted(drawn, "7")[60, 20]
    assert painted(drawn, "7")[60, 60]
    assert (drawn[50:80, 30:50] == 255).all()
    assert (picture == 255).all()


def test_boxes_follow_a_picture_that_was_enlarged() -> None:
    drawn = draw_boxes(np.full((400, 400), 255, np.uint8), found([[20, 40, 60, 90]]))
    assert painted(drawn, "7")[240, 80]
    assert painted(drawn, "7")[240, 240]


def test_a_box_around_everything_shows_all_four_sides() -> None:
    drawn = painted(draw_boxes(np.full((100, 100), 255, np.uint8), found([[0, 0, 100, 100]])), "7")
    assert drawn[50, 0]
    assert drawn[50, 99]
    assert drawn[99, 50]
    assert drawn[0, 90]


def test_tags_of_two_objects_at_one_place_stand_apart() -> None:
    one = painted(draw_boxes(np.full((200, 200), 255, np.uint8), found([[50, 50, 120, 120]], size=200)), "7").sum()
    boxes = [[50, 50, 120, 120], [50, 50, 120, 120]]
    two = painted(draw_boxes(np.full((200, 200), 255, np.uint8), found(boxes, size=200)), "7").sum()
    assert two > one + 300


def test_transparency_is_white_paper() -> None:
    drawn = draw_boxes(np.zeros((10, 10, 4), np.uint8), found([]))
    assert (drawn == 255).all()


def test_png_round_trip() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (50, 60, 3)).astype(np.uint8)
    np.testing.assert_array_equal(read_image(to_png(picture)), picture)
    assert Image.fromarray(picture).size == (60, 50)


def test_class_colours_stand_out_on_white() -> None:
    assert tuple(COLOURS) == CLASSES
    for colour in COLOURS.values():
        assert 1.05 / (luminance(colour) + 0.05) >= 3  # WCAG 2.2, 1.4.11


# Machado, Oliveira & Fernandes 2009, "A Physiologically-based Model for Simulation of Color Vision Deficiency".
SIGHT = {
    "usual": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}


def oklab(linear: np.ndarray) -> np.ndarray:
    """Björn Ottosson's Oklab (2020) from linear sRGB."""
    lms = np.cbrt(
        linear
        @ np.array(
            [
                [0.4122214708, 0.2119034982, 0.0883024619],
                [0.5363325363, 0.6806995451, 0.2817188376],
                [0.0514459929, 0.1073969566, 0.6299787005],
            ]
        )
    )
    return lms @ np.array(
        [
            [0.2104542553, 1.9779984951, 0.0259040371],
            [0.793617785, -2.428592205, 0.7827717662],
            [-0.0040720468, 0.4505937099, -0.808675766],
        ]
    )


@pytest.mark.parametrize("sight", SIGHT)
def test_every_two_colours_differ_for_every_sight(sight: str) -> None:
    values = {label: rgb(colour) / 255 for label, colour in COLOURS.items()}
    linear = {k: np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4) for k, v in values.items()}
    seen = {k: oklab(np.clip(np.array(SIGHT[sight]) @ v, 0, 1)) for k, v in linear.items()}
    for first, second in combinations(CLASSES, 2):
        assert np.linalg.norm(seen[first] - seen[second]) > 0.07, (first, second)


def test_tags_of_a_crowded_picture_leave_its_digits_visible() -> None:
    boxes = [[x, y, x + 14, y + 24] for y in range(20, 380, 40) for x in range(10, 380, 30)]
    drawn = draw_boxes(np.full((400, 400), 255, np.uint8), found(boxes, size=400))
    for x0, y0, x1, y1 in boxes:
        assert (drawn[y0 + 2 : y1 - 2, x0 + 2 : x1 - 2] == 255).all()
