"""Photograph sheets: strokes, lines and print move into the picture, so that boxes are exact in perspective."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image

from benchmark_scenes.ink import Canvas, draw_ink
from benchmark_scenes.light import lamp
from benchmark_scenes.sheets import DIGIT, Floats, Sheet
from digit_detector.synth.perturbation import log_uniform
from digit_detector.synth.scene import MARK, Placed

Plane = NDArray[np.uint8]

DESKS: Final = ((120, 82, 52), (168, 128, 88), (70, 50, 38), (60, 62, 66), (150, 150, 152), (205, 196, 182))
"""Colours of desks, RGB."""


@dataclass(frozen=True)
class View:
    """How a camera sees a sheet: a curl beside a gutter, then perspective.

    Attributes:
        matrix: (3, 3), from the sheet to pixels.
        gutter: where the sheet curls, in its units; None if it lies flat.
    """

    matrix: NDArray[np.float64]
    width: int
    height: int
    gutter: float | None = None

    def points(self, points: Floats) -> Floats:
        """Move points (n, 2) of the sheet into the picture."""
        if self.gutter is not None:
            curl = 1.2 * DIGIT * np.exp(-np.abs(points[:, 0] - self.gutter) / (1.5 * DIGIT))
            points = points + np.stack([np.zeros_like(curl), curl], axis=1)
        moved = cv2.perspectiveTransform(points[None].astype(np.float64), self.matrix)
        return np.asarray(moved[0], np.float32)

    def scale(self, points: Floats) -> float:
        """Pixels per unit around points of the sheet."""
        middle = points.mean(0)
        square = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32) + middle
        return float(np.sqrt(cv2.contourArea(self.points(square)) / 4))


def aim(rng: Generator, sheet: Sheet, tilt: float, gutter: float | None = None) -> View:
    """Aim a camera at a sheet on a desk, or close to the writing."""
    if sheet.size:
        low, high = np.zeros(2), np.array(sheet.size)
        margin = rng.uniform(0.02, 0.25, 4) * (high - low).max()
    else:
        low, high = (corner.astype(np.float64) for corner in sheet.extent)
        margin = rng.uniform(0.25, 1.2, 4) * DIGIT * log_uniform(rng, 1, 4)
    low, high = low - margin[:2], high + margin[2:]
    grow = max(0.0, (high - low).max() / 2.2 - (high - low).min()) / 2  # a camera's picture is no strip
    narrow = np.eye(2)[int(np.argmin(high - low))]
    low, high = low - grow * narrow, high + grow * narrow
    # A photograph's longer side, but no digit smaller than a person would take.
    side = max(log_uniform(rng, 300, 3000), 14 / DIGIT * float((high - low).max()))
    width, height = np.rint((high - low) * side / (high - low).max()).astype(int).tolist()
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
    inward = rng.uniform(0, tilt, (4, 2)) * (1 - 2 * corners)
    angle = rng.normal(0, tilt / 3)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    target = ((corners + inward - 0.5) * (width, height) * (1 - abs(angle))) @ turn + np.array([width, height]) / 2
    source = low + corners * (high - low)
    matrix = cv2.getPerspectiveTransform(source.astype(np.float32), target.astype(np.float32))
    return View(np.asarray(matrix, np.float64), width, height, gutter)


def photograph(
    rng: Generator,
    sheet: Sheet,
    tilt: float = 0.06,
    gutter: float | None = None,
    light: Callable[[Generator, int, int], Floats] | None = None,
) -> Canvas:
    """Take the picture: sheet, desk, light, then the camera's blur, noise and JPEG."""
    view = aim(rng, sheet, tilt, gutter)
    image, boxes, labels = draw(rng, sheet, view)
    image *= lamp(rng, view.width, view.height)[..., None]
    if light:
        image *= light(rng, view.width, view.height)[..., None]
    if gutter is not None:
        image *= _gutter_light(rng, view, gutter)[..., None]
    image *= (1 - rng.uniform(0, 0.14, 3) * (0, 0.5, 1)).astype(np.float32)  # white balance
    digit = DIGIT * view.scale(sheet.written[0][0].points)
    blurred = cv2.GaussianBlur(image, (0, 0), float(np.clip(rng.uniform(0.005, 0.03) * digit, 0.4, 2.5)))
    noise = rng.standard_normal((view.height, view.width), np.float32) * np.float32(rng.uniform(1, 5))
    picture = np.clip(np.rint(blurred + noise[..., None]), 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=int(rng.integers(60, 93)))
    return Canvas(picture, boxes, labels, None, file.getvalue())


def draw(rng: Generator, sheet: Sheet, view: View) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Draw a sheet without light: float32 (H, W, 3), and boxes and labels of its objects."""
    shape = view.height, view.width
    image = np.empty((*shape, 3), np.float32)
    image[:] = sheet.paper
    image += (rng.standard_normal(shape, np.float32) * np.float32(1.5))[..., None]  # fibres
    if sheet.behind:
        behind = np.zeros(shape, np.uint8)
        for placed in sheet.behind:
            draw_ink(behind, _moved(placed, view))
        faint = cv2.GaussianBlur(behind, (0, 0), 0.03 * DIGIT * view.scale(placed.points))
        _mix(image, np.asarray(faint, np.uint8), sheet.pen, rng.uniform(0.05, 0.16))
    for cover in sorted({cover for _, _, cover in sheet.lines}):
        ruled = np.zeros(shape, np.uint8)
        for points, width, line_cover in sheet.lines:
            if line_cover == cover:
                _stroke(ruled, view.points(points), width * view.scale(points))
        black, grey_blue = (30, 30, 34), (70, 95, 140)
        _mix(image, ruled, black if cover > 0.6 else grey_blue, cover)
    boxes, labels = [], []
    typed = np.zeros(shape, np.uint8)
    for outlines, label in sheet.print:
        moved = [view.points(outline) for outline in outlines]
        cv2.fillPoly(typed, [np.rint(p * 8).astype(np.int32) for p in moved], 255, cv2.LINE_AA, 3)
        boxes.append(np.concatenate([np.min([p.min(0) for p in moved], 0), np.max([p.max(0) for p in moved], 0)]))
        labels.append(label)
    _mix(image, typed, (30, 30, 32), 0.9)
    for cover in sorted({cover for _, cover in sheet.written}):
        ink = np.zeros(shape, np.uint8)
        for placed, placed_cover in sheet.written:
            if placed_cover == cover:
                box = draw_ink(ink, _moved(placed, view))
                if placed.label != MARK:
                    boxes.append(box)
                    labels.append(placed.label)
        if cover < 0.6:  # a pencil's grain
            grain = cv2.GaussianBlur(rng.standard_normal(shape, np.float32), (0, 0), 1.0)
            ink = np.asarray(ink * np.clip(0.9 + 0.6 * grain, 0.35, 1), np.uint8)
        _mix(image, ink, sheet.pen if cover >= 0.6 else (60, 60, 64), cover)
    if sheet.size:
        _lay_on_desk(rng, image, sheet.size, view)
    return image, np.array(boxes, np.float32).reshape(-1, 4), np.array(labels, np.int64)


def _moved(placed: Placed, view: View) -> Placed:
    pen = max(1.0, placed.pen * view.scale(placed.points))
    return replace(placed, points=view.points(placed.points), pen=pen)


def _stroke(plane: Plane, points: Floats, width: float) -> None:
    """Draw a line (n, 2) of a width in pixels; one thinner than a pixel is paler."""
    shade = round(255 * min(1.0, max(width, 0.35)))
    cv2.polylines(plane, [np.rint(points * 8).astype(np.int32)], False, shade, max(1, round(width)), cv2.LINE_AA, 3)


def _mix(image: Floats, ink: Plane, colour: Sequence[int], cover: float) -> None:
    """Lay ink (H, W) of a colour over the image, in place."""
    part = (ink.astype(np.float32) * np.float32(cover / 255))[..., None]
    image += part * (np.array(colour, np.float32) - image)


def _gutter_light(rng: Generator, view: View, place: float) -> Floats:
    """Return the light on a book's page, which darkens towards its gutter: (H, W)."""
    top, bottom = view.points(np.array([[place, -1e4], [place, 1e4]], np.float32))
    down = np.arange(view.height, dtype=np.float32)[:, None]
    at = top[0] + (bottom[0] - top[0]) * (down - top[1]) / (bottom[1] - top[1])
    distance = np.abs(np.arange(view.width, dtype=np.float32)[None] - at) / max(view.width, view.height)
    depth, reach = rng.uniform(0.4, 0.85), rng.uniform(0.03, 0.12)
    return np.asarray(1 - depth * np.exp(-distance / reach), np.float32)


def _lay_on_desk(rng: Generator, image: Floats, size: tuple[float, float], view: View) -> None:
    """Replace what is outside the sheet by a desk, on which the sheet casts a narrow shadow, in place."""
    shape = view.height, view.width
    outline = view.points(np.array([[0, 0], [size[0], 0], size, [0, size[1]]], np.float32))
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [np.rint(outline * 8).astype(np.int32)], 255, cv2.LINE_AA, 3)
    side = max(shape)
    desk = np.empty_like(image)
    desk[:] = DESKS[int(rng.integers(len(DESKS)))]
    if rng.random() < 0.7:  # wood
        streaks = rng.standard_normal((max(8, view.height // 3), max(2, view.width // 60)), np.float32)
        streaks = np.asarray(cv2.resize(streaks, shape[::-1], interpolation=cv2.INTER_CUBIC), np.float32)
        desk *= (1 + rng.uniform(0.04, 0.16) * streaks)[..., None]
        for y in np.arange(rng.uniform(0, 0.4), 1, rng.uniform(0.2, 0.6)) * view.height:  # joints of boards
            cv2.line(desk, (0, int(y)), (view.width, int(y + rng.normal(0, 5))), (20, 15, 12), max(1, side // 500))
    shift = np.array([[1, 0, rng.normal(0, 0.006) * side], [0, 1, rng.uniform(0, 0.01) * side]], np.float32)
    shadow = cv2.GaussianBlur(cv2.warpAffine(mask, shift, shape[::-1]), (0, 0), 0.006 * side)
    desk *= 1 - 0.5 * (shadow.astype(np.float32) / 255)[..., None]
    part = (mask.astype(np.float32) / 255)[..., None]
    image *= part
    image += (1 - part) * desk
