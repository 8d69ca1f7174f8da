"""Pictures whose paper is not of one colour: shadows, sheets on a desk, thick pens."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digit_detector.detect.background import ink_of
from digit_detector.detect.letterbox import steepen

WIDTH, HEIGHT = 640, 480


def written(width: int = 12) -> NDArray[np.bool_]:
    """A 7 in the middle."""
    drawn = np.zeros((HEIGHT, WIDTH), np.uint8)
    points = np.array([[270, 160], [370, 160], [310, 330]], np.int32)
    cv2.polylines(drawn, [points], False, 1, width)
    return drawn > 0


def photographed(light: NDArray[np.float64], drawn: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Paper under a light (H, W) in [0, 1], with dark blue ink and a sensor's noise."""
    colour = np.where(drawn[..., None], (30, 35, 80), (235, 230, 215))
    noise = np.random.default_rng(0).normal(0, 2, (HEIGHT, WIDTH, 1))
    return np.clip(np.rint(light[..., None] * colour + noise), 0, 255).astype(np.uint8)


def fading() -> NDArray[np.float64]:
    return np.tile(np.linspace(1, 0.7, WIDTH), (HEIGHT, 1))


def shadow() -> NDArray[np.float64]:
    """A shadow with sharp edges and a corner, over half of the 7."""
    light = fading()
    light[:250, :300] *= 0.45
    return light


def gutter() -> NDArray[np.float64]:
    """Darkness towards a book's spine at the left."""
    return fading() * (1 - 0.7 * np.exp(-np.arange(WIDTH) / 25))


def spine() -> NDArray[np.float64]:
    """A dark band right of the 7, hardly wider than the thickest pen."""
    return fading() * (1 - 0.6 * np.exp(-(((np.arange(WIDTH) - 480) / 24) ** 2)))


@pytest.mark.parametrize("light", [fading(), shadow(), gutter(), spine()], ids=["fading", "shadow", "gutter", "spine"])
@pytest.mark.parametrize("width", [4, 12, 40])
def test_light_and_shadow_leave_the_strokes(light: NDArray[np.float64], width: int) -> None:
    drawn = written(width)
    ink = steepen(ink_of(photographed(light, drawn)))
    assert ink[drawn].mean() >= 245
    assert ink[~drawn].mean() <= 1


@pytest.mark.parametrize("width", [12, 40])
def test_strokes_out_of_focus_stay(width: int) -> None:
    drawn = written(width)
    photo = cv2.GaussianBlur(photographed(fading(), drawn), (0, 0), 8)
    assert steepen(ink_of(photo))[drawn].mean() >= 200


def test_sheet_on_a_desk() -> None:
    photo = photographed(fading(), written())
    desk = np.random.default_rng(1).normal(70, 3, (HEIGHT, WIDTH))
    sheet = np.zeros((HEIGHT, WIDTH), bool)
    sheet[40:430, 90:580] = True
    photo = np.where(sheet[..., None], photo, np.clip(desk, 0, 255)[..., None]).astype(np.uint8)
    ink = steepen(ink_of(photo))
    assert ink[written()].mean() >= 245
    assert ink[~written()].mean() <= 1


def test_chalk_on_an_uneven_board_is_ink_on_paper() -> None:
    photo = photographed(fading(), written())
    chalk, ink = steepen(ink_of(255 - photo)), steepen(ink_of(photo))
    assert np.abs(chalk.astype(int) - ink).mean() <= 0.1
