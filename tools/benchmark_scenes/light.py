"""Light on photographed sheets: the fraction of it that reaches each pixel, float32 (H, W)."""

import cv2
import numpy as np
from numpy.random import Generator

from benchmark_scenes.sheets import Floats


def lamp(rng: Generator, width: int, height: int) -> Floats:
    """Return light that falls off to one side, and to the corners of the picture: (H, W), at most 1."""
    across = np.linspace(-0.5, 0.5, width, dtype=np.float32)[None]
    down = np.linspace(-0.5, 0.5, height, dtype=np.float32)[:, None]
    angle, fall, corners = rng.uniform(0, 2 * np.pi), rng.uniform(0.02, 0.35), rng.uniform(0, 0.3)
    light = 1 - fall * (0.5 + 0.7 * (np.cos(angle) * across + np.sin(angle) * down))
    return np.asarray(rng.uniform(0.72, 1.0) * light * (1 - corners * 2 * (across**2 + down**2)), np.float32)


def shadow(rng: Generator, width: int, height: int) -> Floats:
    """Return the shadow of a phone or a hand, whose edge is blurred: (H, W)."""
    shape = np.array([width, height])
    mask = np.zeros((height, width), np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    away = np.array([np.cos(angle), np.sin(angle)])
    middle = shape * (0.5 + away * rng.uniform(0.15, 0.5))
    if rng.random() < 0.5:  # a phone, with its arm
        half = shape.min() * rng.uniform(0.2, 0.45) * np.array([1, rng.uniform(1.2, 2.0)])
        turned = angle + rng.normal(0, 0.3)
        turn = np.array([[np.cos(turned), np.sin(turned)], [-np.sin(turned), np.cos(turned)]])
        corners = middle + (np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half) @ turn
        cv2.fillPoly(mask, [corners.astype(np.int32)], 1.0)
    else:  # a hand: fingers that reach in from the side
        for finger in range(int(rng.integers(2, 5))):
            tip = middle + np.array([-away[1], away[0]]) * finger * 0.12 * shape.min()
            start = tip + away * shape.max()
            cv2.line(mask, tip.astype(int).tolist(), start.astype(int).tolist(), 1.0, round(0.11 * shape.min()))
    soft = cv2.GaussianBlur(mask, (0, 0), rng.uniform(0.004, 0.03) * shape.max())
    return np.asarray(1 - rng.uniform(0.25, 0.6) * soft, np.float32)


def folds(rng: Generator, width: int, height: int) -> Floats:
    """Return the light on a sheet that was folded once or twice, and crumpled a little: (H, W)."""
    rough = rng.standard_normal((7, 7), np.float32)
    smooth = cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC)
    light = 1 + np.float32(rng.uniform(0.01, 0.05)) * np.asarray(smooth, np.float32)
    across, down = np.arange(width)[None], np.arange(height)[:, None]
    for _ in range(int(rng.integers(1, 3))):
        angle = rng.choice([0, np.pi / 2]) + rng.normal(0, 0.05)
        place = rng.uniform(0.25, 0.75) * (np.cos(angle) * width + np.sin(angle) * height)
        beyond = np.cos(angle) * across + np.sin(angle) * down - place
        crease = np.exp(-((beyond / (0.004 * max(width, height))) ** 2))
        light = light * (1 - rng.uniform(0.03, 0.15) * (beyond > 0)) - rng.uniform(0.02, 0.15) * crease
    return np.asarray(light, np.float32)


def glare(rng: Generator, width: int, height: int) -> Floats:
    """Return the light on a whiteboard, with the reflection of a lamp: (H, W)."""
    x, y = rng.uniform(0, 1, 2) * (width, height)
    across, down = np.arange(width, dtype=np.float32)[None], np.arange(height, dtype=np.float32)[:, None]
    reach = rng.uniform(0.05, 0.2) * max(width, height)
    distance = ((across - x) / reach) ** 2 + ((down - y) / (reach * rng.uniform(0.4, 1))) ** 2
    return np.asarray(1 + rng.uniform(0.1, 0.4) * np.exp(-distance), np.float32)
