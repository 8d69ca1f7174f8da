"""Augmentation: the ink's geometry before it is drawn, the picture's look after.

Geometry moves the key points of the ink, so that boxes are computed from the ink as it was drawn; boxes that are
themselves rotated come out far too large.
"""

import os
from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digit_detector.synth.scene import Scene
from digit_detector.train.imgaug_numpy2 import augmenters, imgaug

os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")  # its import asks a server for its newest version
import albumentations  # after the variable that it reads

OVERHANG: Final = 0.03
"""Share of the canvas by which ink may leave it; a scene that leaves further stays as it was."""

FINEST_CELL: Final = 3.0
"""Smallest cells of a coarse raster, in pixels of the canvas."""

CELLS_ACROSS: Final = 14
"""Cells on the longer side of a raster's smallest object, at least; MNIST's digits have 20."""

CELL_OF_PEN: Final = 0.8
"""Largest cell as a share of the thinnest pen's width: wider ones lose lines."""


class GeometricAugmentation:
    """Turns, shears, shrinks and tilts a scene's ink as a whole."""

    def __init__(self, share: float = 0.25) -> None:
        """share: probability that a scene is changed."""
        self.share = share
        self._augmenter = augmenters.Sequential(
            [
                augmenters.Affine(rotate=(-12, 12), shear=(-14, 14), scale=(0.7, 1.05)),
                augmenters.PerspectiveTransform(scale=(0.0, 0.06), keep_size=True),
            ]
        )

    def __call__(self, scene: Scene, rng: np.random.Generator) -> Scene:
        """The scene with its ink moved, or the scene itself."""
        if not scene.objects or rng.random() >= self.share:
            return scene
        self._augmenter.seed_(int(rng.integers(2**31)))
        points = np.concatenate([placed.points for placed in scene.objects])
        keypoints = imgaug.KeypointsOnImage.from_xy_array(points, (scene.height, scene.width))
        moved = self._augmenter(keypoints=keypoints).to_xy_array().astype(np.float32)
        size = np.array([scene.width, scene.height], np.float32)
        if (moved < -OVERHANG * size).any() or (moved > (1 + OVERHANG) * size).any():
            return scene
        ends = np.cumsum([len(placed.points) for placed in scene.objects])
        pieces = np.split(moved, ends[:-1])
        objects = tuple(replace(placed, points=piece) for placed, piece in zip(scene.objects, pieces, strict=True))
        centres = np.stack([(piece.min(0) + piece.max(0)) / 2 for piece in pieces])
        # An object whose middle is off the canvas is hardly seen; specks, which stay, must not come to lie on ink.
        if scene.specks or (centres < 0).any() or (centres > size).any():
            return scene
        return replace(scene, objects=objects)


class PictureAugmentation:
    """Moves and shrinks a ready picture as a whole, which keeps its boxes exact; turned ones would be too large."""

    def __init__(self, share: float = 0.5) -> None:
        """share: probability that a picture is changed."""
        self.share = share
        self._augmenter = augmenters.Affine(scale=(0.6, 1.1), translate_percent=(-0.25, 0.25), cval=255)

    def __call__(
        self, image: NDArray[np.uint8], boxes: NDArray[np.float32], rng: np.random.Generator
    ) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """A picture (H, W) of black ink on white and its boxes (n, 4), moved, or as they were."""
        if rng.random() >= self.share:
            return image, boxes
        self._augmenter.seed_(int(rng.integers(2**31)))
        on_image = imgaug.BoundingBoxesOnImage.from_xyxy_array(boxes, image.shape)
        moved_image, moved = self._augmenter(image=image, bounding_boxes=on_image)
        corners = moved.to_xyxy_array().astype(np.float32)
        if (corners < 0).any() or (corners > [image.shape[1], image.shape[0]] * 2).any():
            return image, boxes
        return np.asarray(moved_image, np.uint8), corners


class PhotometricAugmentation:
    """Makes a clean canvas look like an uploaded picture now and then: dark paper, blur, noise, compression."""

    def __init__(self, share: float = 0.2) -> None:
        """share: probability that a picture is changed at all."""
        self.share = share
        self._pipeline = albumentations.Compose(
            [
                albumentations.InvertImg(p=0.3),
                albumentations.RandomBrightnessContrast(brightness_limit=0.25, contrast_limit=(-0.5, 0.1), p=0.4),
                albumentations.Downscale(scale_range=(0.45, 0.9), p=0.25),
                albumentations.GaussianBlur(blur_limit=(3, 7), p=0.35),
                albumentations.GaussNoise(std_range=(0.005, 0.1), p=0.25),
                albumentations.ImageCompression(quality_range=(40, 95), p=0.25),
            ]
        )

    def __call__(self, image: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
        """A picture (H, W) of the same shape."""
        if rng.random() >= self.share:
            return image
        self._pipeline.set_random_seed(int(rng.integers(2**31)))
        return np.asarray(self._pipeline(image=image)["image"], np.uint8)


class PaperAugmentation:
    """Draws on ruled or squared paper now and then; its lines are fainter than half the ink."""

    def __init__(self, share: float = 0.05) -> None:
        """share: probability that the paper has lines."""
        self.share = share

    def __call__(self, image: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
        """A picture (H, W) of black ink on white, on lined paper, or as it was."""
        if rng.random() >= self.share:
            return image
        paper = np.full_like(image, 255)
        shade, width = int(rng.integers(140, 236)), int(rng.integers(1, 4))
        step, first = int(rng.integers(14, 80)), int(rng.integers(80))
        squared = rng.random() < 0.5
        for line in range(width):
            paper[(first + line) % step :: step] = shade
            if squared:
                paper[:, (first + line) % step :: step] = shade
        return np.minimum(image, paper)


class RasterAugmentation:
    """Makes a canvas a coarse raster now and then, as MNIST's pictures and pixel art are, enlarged or left small."""

    ENLARGED: Final = (cv2.INTER_NEAREST, cv2.INTER_LINEAR, cv2.INTER_CUBIC, None)
    """How it comes back to the canvas's size; None: it does not."""

    def __init__(self, share: float = 0.4) -> None:
        """share: probability that a canvas is changed, if it can be coarser at all."""
        self.share = share

    def __call__(
        self, image: NDArray[np.uint8], boxes: NDArray[np.float32], scene: Scene, rng: np.random.Generator
    ) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """The picture (H, W) of a scene and its boxes (n, 4), coarser, or as they were."""
        coarsest = _coarsest(scene)
        if coarsest < FINEST_CELL or rng.random() >= self.share:
            return image, boxes
        cell = float(rng.uniform(max(FINEST_CELL, 0.4 * coarsest), coarsest))
        height, width = image.shape
        small = max(1, round(width / cell)), max(1, round(height / cell))
        raster = cv2.resize(image, small, interpolation=cv2.INTER_AREA)
        method = self.ENLARGED[int(rng.integers(len(self.ENLARGED)))]
        if method is None:
            scale = np.array(small * 2, np.float32) / np.array([width, height] * 2, np.float32)
            return np.asarray(raster, np.uint8), np.asarray(boxes * scale, np.float32)
        return np.asarray(cv2.resize(raster, (width, height), interpolation=method), np.uint8), boxes


def _coarsest(scene: Scene) -> float:
    """The largest cells, in pixels of the canvas, in which all of a scene can still be read."""
    cells = []
    for placed in scene.objects:
        low, high = placed.extent
        cells.append(float((high - low).max()) / CELLS_ACROSS)
        if not placed.filled:
            cells.append(placed.pen * CELL_OF_PEN)
    return min(cells, default=0.0)
