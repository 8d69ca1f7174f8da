"""Augmentation: the ink's geometry before it is drawn, the picture's look afterwards.

Geometry moves the ink's key points, and boxes are computed from the moved ink; rotated boxes would be far too large.
Pictures are (H, W), black ink on white, and boxes (n, 4) xyxy in their pixels. Each function changes its input with a
probability, and returns it as it was otherwise.
"""

import os
from dataclasses import replace
from functools import cache
from typing import Final

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digit_detector.synth.perturbation import log_uniform
from digit_detector.synth.sampler import pick
from digit_detector.synth.scene import Scene

os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")  # otherwise its import asks a server for the newest version
import albumentations

# imgaug, which this project is asked to use, was last released in 2020 and reads `np.sctypes`, which NumPy 2 removed.
if not hasattr(np, "sctypes"):
    np.sctypes = {  # type: ignore[attr-defined]  # noqa: NPY201
        "int": [np.int8, np.int16, np.int32, np.int64],
        "uint": [np.uint8, np.uint16, np.uint32, np.uint64],
        "float": [np.float16, np.float32, np.float64],
    }
import imgaug
from imgaug import augmenters

OVERHANG: Final = 0.03
"""Fraction of the canvas by which ink may leave it; otherwise the scene stays as it was."""

NOISE_SIDE: Final = 1024
"""Side in pixels of the pencil's noise, of which each picture gets a part."""

MIN_HATCHED_PEN: Final = 9.0
"""Width in pixels of the thinnest strokes that a pencil hatches."""

MIN_CELL: Final = 3.0
"""Smallest cells of a coarse raster, in pixels of the canvas."""

MIN_CELLS_ACROSS: Final = 14
"""Minimum cells on the longer side of a raster's smallest object; MNIST's digits have 20."""

MAX_CELL_PER_PEN: Final = 0.8
"""Largest cell as a fraction of the thinnest pen's width: wider cells lose lines."""

ENLARGED: Final = (cv2.INTER_NEAREST, cv2.INTER_LINEAR, cv2.INTER_CUBIC, None)
"""Interpolation of a raster back to the canvas's size; None leaves it small."""

_MOVE_INK: Final = augmenters.Sequential(
    [
        augmenters.Affine(rotate=(-12, 12), shear=(-14, 14), scale=(0.7, 1.05)),
        augmenters.PerspectiveTransform(scale=(0.0, 0.06), keep_size=True),
    ]
)
_MOVE_PICTURE: Final = augmenters.Affine(scale=(0.6, 1.1), translate_percent=(-0.25, 0.25), cval=255)
_PHOTOGRAPH: Final = albumentations.Compose(
    [
        albumentations.InvertImg(p=0.3),
        albumentations.RandomBrightnessContrast(brightness_limit=0.25, contrast_limit=(-0.5, 0.1), p=0.4),
        albumentations.Downscale(scale_range=(0.45, 0.9), p=0.25),
        albumentations.GaussianBlur(blur_limit=(3, 7), p=0.35),
        albumentations.GaussNoise(std_range=(0.005, 0.1), p=0.25),
        albumentations.ImageCompression(quality_range=(40, 95), p=0.25),
    ]
)

Image = NDArray[np.uint8]
Boxes = NDArray[np.float32]


def geometric(scene: Scene, rng: Generator, probability: float = 0.25) -> Scene:
    """Rotate, shear, shrink and tilt a scene's ink as a whole."""
    # Specks and lines stay in place, so moved ink might cover them.
    if not scene.objects or scene.specks or scene.lines or rng.random() >= probability:
        return scene
    _MOVE_INK.seed_(int(rng.integers(2**31)))
    points = np.concatenate([placed.points for placed in scene.objects])
    keypoints = imgaug.KeypointsOnImage.from_xy_array(points, (scene.height, scene.width))
    moved = _MOVE_INK(keypoints=keypoints).to_xy_array().astype(np.float32)
    size = np.array([scene.width, scene.height], np.float32)
    if (moved < -OVERHANG * size).any() or (moved > (1 + OVERHANG) * size).any():
        return scene
    ends = np.cumsum([len(placed.points) for placed in scene.objects])
    pieces = np.split(moved, ends[:-1])
    objects = tuple(replace(placed, points=piece) for placed, piece in zip(scene.objects, pieces, strict=True))
    centres = np.stack([(piece.min(0) + piece.max(0)) / 2 for piece in pieces])
    if (centres < 0).any() or (centres > size).any():  # an object whose middle is off the canvas is hardly seen
        return scene
    return replace(scene, objects=objects)


def picture(image: Image, boxes: Boxes, rng: Generator, probability: float = 0.5) -> tuple[Image, Boxes]:
    """Move and shrink a picture as a whole, which keeps its boxes exact; rotated ones would be too large."""
    if rng.random() >= probability:
        return image, boxes
    _MOVE_PICTURE.seed_(int(rng.integers(2**31)))
    on_image = imgaug.BoundingBoxesOnImage.from_xyxy_array(boxes, image.shape)
    moved_image, moved = _MOVE_PICTURE(image=image, bounding_boxes=on_image)
    corners = moved.to_xyxy_array().astype(np.float32)
    if (corners < 0).any() or (corners > [image.shape[1], image.shape[0]] * 2).any():
        return image, boxes
    return np.asarray(moved_image, np.uint8), corners


def photometric(image: Image, rng: Generator, probability: float = 0.2) -> Image:
    """Make a clean canvas look like an uploaded picture: dark paper, blur, noise, compression."""
    if rng.random() >= probability:
        return image
    _PHOTOGRAPH.set_random_seed(int(rng.integers(2**31)))
    return np.asarray(_PHOTOGRAPH(image=image)["image"], np.uint8)


def pencil(image: Image, scene: Scene, rng: Generator, probability: float = 0.08) -> Image:
    """Give the ink the texture of a pencil: grain, patches that it skipped, or hatching inside thick strokes."""
    height, width = image.shape
    if rng.random() >= probability or max(height, width) > NOISE_SIDE:
        return image
    pens = [placed.pen for placed in scene.objects if not placed.filled]
    if pens and scene.cell == 1 and min(pens) >= MIN_HATCHED_PEN and rng.random() < 0.6:
        cover = _hatching(height, width, min(pens), rng)
    else:
        y, x = (int(rng.integers(NOISE_SIDE - side + 1)) for side in (height, width))
        noise = pick(rng, _noises())[y : y + height, x : x + width]
        cover = np.clip(rng.uniform(0.6, 1.0) + rng.uniform(0.1, 0.35) * noise, 0, 1)
    return np.asarray(255 - (255 - image) * cover, np.uint8)


@cache
def _noises() -> list[NDArray[np.float32]]:
    """Return grain and patches of three sizes, each of unit variance; made on first use.

    OpenCV filters large pictures in threads, and a data worker that is forked afterwards would hang.
    """
    noise = np.random.default_rng(0).normal(0, 1, (NOISE_SIDE, NOISE_SIDE)).astype(np.float32)
    blurred = (cv2.GaussianBlur(noise, (0, 0), sigma) for sigma in (0.7, 1.5, 4.0))
    return [np.asarray(layer / layer.std(), np.float32) for layer in blurred]


def _hatching(height: int, width: int, pen: float, rng: Generator) -> NDArray[np.float32]:
    """Return parallel lines (H, W), at least two across the thinnest stroke."""
    angle, period = rng.uniform(0, np.pi), rng.uniform(3.0, max(3.1, pen / 2))
    x, y = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)
    across = np.float32(np.cos(angle)) * x + np.float32(np.sin(angle)) * y[:, None]
    waves = np.cos(across * np.float32(2 * np.pi / period))
    return np.asarray(np.clip(0.5 + rng.uniform(-0.1, 0.4) + waves, 0, 1), np.float32)


def shadow(image: Image, rng: Generator, probability: float = 0.08) -> Image:
    """Darken a band across the picture, like a book's gutter or a sheet's edge, and sometimes one side, like a desk."""
    if rng.random() >= probability:
        return image
    height, width = image.shape
    angle = np.pi / 2 * rng.integers(2) + rng.normal(0, 0.08)
    across = np.cos(angle) * np.arange(width) + np.sin(angle) * np.arange(height)[:, None]
    across = (across - across.min()) / np.ptp(across)
    has_desk = rng.random() < 0.3
    near = float(rng.uniform(0.03, 0.4)) if has_desk else float(pick(rng, (0.0, rng.uniform(0, 0.5))))
    distance = across - near if rng.random() < 0.5 else 1 - across - near  # negative beyond the band
    light = 1 - rng.uniform(0.1, 0.7) * np.exp(-((distance / log_uniform(rng, 0.006, 0.2)) ** 2))
    if has_desk:
        light *= np.where(distance < 0, rng.uniform(0.3, 0.9), 1)
    return np.asarray(image * light, np.uint8)


def raster(image: Image, boxes: Boxes, scene: Scene, rng: Generator, probability: float = 0.4) -> tuple[Image, Boxes]:
    """Make a scene's picture a coarse raster, like MNIST's pictures and pixel art, enlarged or left small."""
    coarsest = _coarsest(scene) if scene.cell == 1 else 0.0
    if coarsest < MIN_CELL or rng.random() >= probability:
        return image, boxes
    cell = float(rng.uniform(max(MIN_CELL, 0.4 * coarsest), coarsest))
    height, width = image.shape
    small = max(1, round(width / cell)), max(1, round(height / cell))
    coarse = cv2.resize(image, small, interpolation=cv2.INTER_AREA)
    method = pick(rng, ENLARGED)
    if method is None:
        scale = np.array(small * 2, np.float32) / np.array([width, height] * 2, np.float32)
        return np.asarray(coarse, np.uint8), np.asarray(boxes * scale, np.float32)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=method), np.uint8), boxes


def _coarsest(scene: Scene) -> float:
    """Return the largest cells, in pixels of the canvas, in which a scene can still be read."""
    cells = []
    for placed in scene.objects:
        low, high = placed.extent
        cells.append(float((high - low).max()) / MIN_CELLS_ACROSS)
        if not placed.filled:
            cells.append(placed.pen * MAX_CELL_PER_PEN)
    return min(cells, default=0.0)
