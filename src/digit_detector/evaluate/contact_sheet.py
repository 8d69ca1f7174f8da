"""Canvases to look at, side by side."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageDraw

from digit_detector.classes import CLASSES
from digit_detector.evaluate.benchmark import Result
from digit_detector.evaluate.canvases import Canvas
from digit_detector.show.render import COLOURS, draw_boxes

TILE: Final = 240
CAPTION: Final = 16
COLUMNS: Final = 8
WORST: Final = 40


def worst(results: Sequence[Result], count: int = WORST) -> list[Result]:
    """The canvases that are not read right, those first where most is wrong, and most surely so."""
    wrong = [result for result in results if not result.right]
    return sorted(wrong, key=_badness, reverse=True)[:count]


def _badness(result: Result) -> float:
    """A canvas's mistakes for each of its objects: the scores of wrong detections, and half for what is not found."""
    served, hits = result.reading.served, result.matches >= 0
    right = hits.copy()
    right[hits] = served.labels[hits] == result.canvas.labels[result.matches[hits]]
    missed = len(result.canvas.labels) - int(hits.sum())
    return float(served.scores[~right].sum() + 0.5 * missed) / max(1, len(result.canvas.labels))


def worst_sheet(results: Sequence[Result], path: Path) -> None:
    """The worst canvases as the product shows them, each above its condition and what is there."""
    shown = worst(results)
    _sheet(
        [Image.fromarray(draw_boxes(one.canvas.image, one.reading.served)) for one in shown],
        [f"{one.condition}: {_there(one.canvas)}" for one in shown],
    ).save(path)


def condition_sheet(canvases: Sequence[Canvas], path: Path) -> None:
    """The first canvases of a condition with the boxes and labels that they are judged by."""
    shown = canvases[: 5 * COLUMNS]
    _sheet([_labelled(canvas) for canvas in shown], [_there(canvas) for canvas in shown]).save(path)


def _there(canvas: Canvas) -> str:
    names = [CLASSES[label] for label in canvas.labels[np.argsort(canvas.boxes[:, 0], kind="stable")]]
    return " ".join(names) or "nothing"


def _labelled(canvas: Canvas) -> Image.Image:
    picture = Image.fromarray(canvas.image).convert("RGB")
    draw = ImageDraw.Draw(picture)
    for box, label in zip(canvas.boxes.tolist(), canvas.labels.tolist(), strict=True):
        draw.rectangle(box, outline=COLOURS[CLASSES[label]])
    return picture


def _sheet(pictures: Sequence[Image.Image], captions: Sequence[str]) -> Image.Image:
    rows = max(1, -(-len(pictures) // COLUMNS))
    sheet = Image.new("RGB", (COLUMNS * TILE, rows * (TILE + CAPTION)), "white")
    draw = ImageDraw.Draw(sheet)
    for index, (picture, caption) in enumerate(zip(pictures, captions, strict=True)):
        left, top = index % COLUMNS * TILE, index // COLUMNS * (TILE + CAPTION)
        share = (TILE - 2) / max(picture.size)
        sheet.paste(picture.resize([max(1, round(side * share)) for side in picture.size]), (left + 1, top + 1))
        draw.text((left + 3, top + TILE), caption[: TILE // 6], fill="black")
        draw.rectangle((left, top, left + TILE - 1, top + TILE + CAPTION - 1), outline="silver")
    return sheet
