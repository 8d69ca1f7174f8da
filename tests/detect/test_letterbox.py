"""Any picture to the network's input, and boxes back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from digit_detector.detect.background import MIN_CONTRAST, ink_of
from digit_detector.detect.letterbox import preprocess

SIZE = 192


def stroke_on(paper: int | tuple[int, int, int], ink: int | tuple[int, int, int]) -> NDArray[np.uint8]:
    shape = (400, 400) if isinstance(paper, int) else (400, 400, 3)
    image = np.full(shape, paper, np.uint8)
    image[100:300, 190:210] = ink
    return image


BLACK_ON_WHITE = preprocess(stroke_on(255, 0), SIZE).input


@pytest.mark.parametrize(
    ("paper", "ink"),
    [
        (0, 255),
        (200, 90),
        ((255, 255, 255), (0, 0, 0)),
        ((255, 255, 255), (255, 0, 0)),
        ((20, 30, 60), (240, 220, 0)),
        ((255, 240, 200), (0, 60, 200)),
    ],
)
def test_paper_and_ink_of_any_colour_are_the_same_drawing(paper: int, ink: int) -> None:
    assert preprocess(stroke_on(paper, ink), SIZE).input == pytest.approx(BLACK_ON_WHITE, abs=0.02)


def in_light(image: NDArray[np.uint8], darkest: float, angle: float) -> NDArray[np.uint8]:
    """The picture under a light that fades to `darkest` (of 1) across it, as on a photo taken beside a lamp."""
    y, x = np.mgrid[: image.shape[0], : image.shape[1]] / max(image.shape[:2])
    across = x * np.cos(angle) + y * np.sin(angle)
    light = 1 - (1 - darkest) * (across - across.min()) / np.ptp(across)
    return np.asarray(np.rint(image * (light[..., None] if image.ndim == 3 else light)), np.uint8)


@pytest.mark.parametrize("darkest", [0.8, 0.6, 0.4])
@pytest.mark.parametrize("angle", [0.0, 0.7, 2.0])
@pytest.mark.parametrize("paper", [255, (230, 220, 200)])
def test_a_photos_uneven_light_is_no_ink(paper: int | tuple[int, int, int], darkest: float, angle: float) -> None:
    ink = 40 if isinstance(paper, int) else (30, 30, 90)
    photo = in_light(stroke_on(paper, ink), darkest, angle)
    assert preprocess(photo, SIZE).input == pytest.approx(BLACK_ON_WHITE, abs=0.02)
    assert ink_of(photo)[stroke_on(255, 0) == 0].min() >= 200


@pytest.mark.parametrize("width", [1, 3, 20])
@pytest.mark.parametrize(("frame", "paper", "ink"), [(0, 255, 0), (90, 255, 0), (255, 0, 255)])
def test_a_frame_is_no_ink(frame: int, paper: int, ink: int, width: int) -> None:
    image = stroke_on(paper, ink)
    framed = np.pad(image[width:-width, width:-width], width, constant_values=frame)
    assert preprocess(framed, SIZE).input == pytest.approx(BLACK_ON_WHITE, abs=0.02)


def test_inside_a_frame_light_may_be_uneven() -> None:
    framed = np.pad(in_light(stroke_on(255, 0), 0.5, 0.3), 2, constant_values=0)
    assert np.array_equal(ink_of(framed) > 30, np.pad(stroke_on(255, 0) == 0, 2))


def test_a_drawing_that_touches_every_side_is_no_frame() -> None:
    image = np.full((400, 400), 255, np.uint8)
    image[:, 180:230] = image[180:230] = 0
    assert np.array_equal(ink_of(image), 255 - image)


def test_transparency_is_white_paper() -> None:
    alpha = 255 - stroke_on(255, 0)
    black_on_nothing = np.dstack([np.zeros((400, 400, 3), np.uint8), alpha])
    assert preprocess(black_on_nothing, SIZE).input == pytest.approx(BLACK_ON_WHITE, abs=1e-6)
    red = np.zeros((400, 400, 4), np.uint8)
    red[100:300, 190:210] = (255, 0, 0, 255)
    assert preprocess(red, SIZE).input == pytest.approx(BLACK_ON_WHITE, abs=1e-6)
    red[..., 3] //= 2
    assert preprocess(red, SIZE).input == pytest.approx(BLACK_ON_WHITE, abs=0.02)


PIXELS = st.tuples(st.integers(1, 6), st.integers(1, 6), st.sampled_from([(), (3,), (4,)])).flatmap(
    lambda size: arrays(np.uint8, (*size[:2], *size[2]), elements=st.sampled_from([0, 1, 127, 128, 240, 254, 255]))
)


@given(PIXELS, st.sampled_from(["", "opaque", "black"]))
def test_ink_is_the_greatest_difference_from_the_paper(image: NDArray[np.uint8], kind: str) -> None:
    if image.shape[2:] == (4,):
        if kind:
            image[..., slice(3, 4) if kind == "opaque" else slice(3)] = 255 if kind == "opaque" else 0
        colours, alpha = image[..., :3].astype(int), image[..., 3:].astype(int)
        seen = np.rint((colours * alpha + 255 * (255 - alpha)) / 255).astype(int)
        if alpha.min() < 255 and seen.min() > 255 - MIN_CONTRAST:  # nothing shows on white paper: white ink
            seen = alpha
    else:
        seen = image.reshape(*image.shape[:2], -1).astype(int)
    paper = np.median(np.concatenate([seen[0], seen[-1], seen[:, 0], seen[:, -1]]), axis=0).astype(int)
    expected = np.abs(seen - paper).max(axis=2)
    # Black ink without any other colour is a drawing canvas's, whose paper is what lies under it.
    if image.shape[2:] == (4,) and not image[..., :3].any() and image[..., 3].min() < 255:
        expected = image[..., 3]
    assert np.array_equal(ink_of(image), expected)
    assert np.array_equal(ink_of(image[::-1, ::-1]), expected[::-1, ::-1])


def test_transparency_blends_with_white() -> None:
    colour, alpha = np.meshgrid(np.arange(256, dtype=np.uint8), np.arange(256, dtype=np.uint8))
    image = np.dstack([colour, np.full_like(colour, 255), np.full_like(colour, 255), alpha])
    image = np.pad(image, ((64, 64), (64, 64), (0, 0)), constant_values=255)
    shares = alpha / 255
    assert np.array_equal(255 - ink_of(image)[64:-64, 64:-64], np.rint(colour * shares + 255 * (1 - shares)))


@pytest.mark.parametrize("image", [np.full((50, 70), shade, np.uint8) for shade in (0, 128, 255)])
def test_blank_pictures_have_no_ink(image: NDArray[np.uint8]) -> None:
    assert not preprocess(image, SIZE).input.any()


def test_paper_noise_is_no_ink() -> None:
    noise = np.random.default_rng(0).normal(200, 3, (300, 300)).clip(0, 255).astype(np.uint8)
    assert not preprocess(noise, SIZE).input.any()


def test_a_hairline_stays_visible() -> None:
    image = np.full((1200, 1200), 255, np.uint8)
    image[300:900, 600] = 0
    assert preprocess(image, SIZE).input.max() == pytest.approx(1)


def test_the_letterbox_keeps_proportions_and_centres() -> None:
    image = np.full((100, 400), 255, np.uint8)
    image[40:60, 180:220] = 0
    prepared = preprocess(image, SIZE)
    rows, columns = np.nonzero(prepared.input[0, 0] > 0.5)
    assert (rows.min() + rows.max()) / 2 == pytest.approx(95.5, abs=1)
    assert np.ptp(columns) == pytest.approx(2 * np.ptp(rows), abs=2)


@given(
    st.integers(1, 900),
    st.integers(1, 900),
    arrays(np.float32, (3, 2), elements=st.floats(0, 1, width=32)),
)
def test_boxes_come_back(width: int, height: int, shares: NDArray[np.float32]) -> None:
    prepared = preprocess(np.full((height, width), 255, np.uint8), SIZE)
    size = np.array([width, height], np.float32)
    boxes = np.concatenate([shares * size / 2, size / 2 + shares * size / 2], axis=1)
    inside = prepared.to_input(boxes)
    assert (inside >= -0.51).all()
    assert (inside <= SIZE + 0.51).all()
    assert prepared.to_image(inside) == pytest.approx(boxes, abs=1e-2 * max(width, height))


def test_boxes_are_clipped_to_the_picture() -> None:
    prepared = preprocess(np.full((100, 200), 255, np.uint8), SIZE)
    assert prepared.to_image(np.array([[-50, -50, 500, 500]], np.float32)).tolist() == [[0, 0, 200, 100]]


def test_the_picture_stays_as_it_was() -> None:
    image = stroke_on((255, 255, 255), (10, 20, 30))
    before = image.copy()
    preprocess(image, SIZE)
    assert np.array_equal(image, before)


@pytest.mark.parametrize(
    "image",
    [np.zeros((4, 4), np.float32), np.zeros((4, 4, 2), np.uint8), np.zeros(16, np.uint8)],
)
def test_other_arrays_are_named(image: NDArray[np.uint8]) -> None:
    with pytest.raises(ValueError, match="expected uint8"):
        preprocess(image, SIZE)
