"""Pictures side by side, to look at."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from digit_detector.classes import CLASSES
from digit_detector.detect.images import read_image
from digit_detector.evaluate.benchmark import Canvas, Result
from digit_detector.evaluate.figures import right
from digit_detector.show.colours import COLOURS
from digit_detector.show.render import draw_boxes

LINE: Final = 12
"""Height of a line of a caption, in pixels."""


def contact_sheet(pictures: Sequence[Image.Image], captions: Sequence[str], columns: int, tile: int) -> Image.Image:
    """Lay pictures out in rows, each fitted into `tile` pixels, above its caption of one or more lines."""
    below = LINE * max((caption.count("\n") + 1 for caption in captions if caption), default=0)
    rows = max(1, -(-len(pictures) // columns))
    sheet = Image.new("RGB", (columns * tile, rows * (tile + below)), "white")
    draw = ImageDraw.Draw(sheet)
    for index, (picture, caption) in enumerate(zip(pictures, captions, strict=True)):
        left, top = index % columns * tile, index // columns * (tile + below)
        scale = (tile - 2) / max(picture.size)
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        sheet.paste(picture.resize(size, Image.Resampling.BOX if scale < 1 else None), (left + 1, top + 1))
        for number, line in enumerate(caption.splitlines()):
            draw.text((left + 3, top + tile - 1 + LINE * number), line[: tile // 6], fill="black")
        draw.rectangle((left, top, left + tile - 1, top + tile + below - 1), outline="silver")
    return sheet


def labelled(picture: Image.Image, boxes: NDArray[np.float32], labels: NDArray[np.integer]) -> Image.Image:
    """Draw the boxes (N, 4) xyxy and the names of class indices (N,) onto a copy of a picture."""
    picture = picture.convert("RGB")
    draw = ImageDraw.Draw(picture)
    for box, label in zip(boxes.tolist(), labels.tolist(), strict=True):
        name = CLASSES[label]
        draw.rectangle(box, outline=COLOURS[name])
        draw.text((box[0] + 2, box[1]), name if len(name) == 1 else name[:5], fill=COLOURS[name])
    return picture


def condition_sheet(canvases: Sequence[Canvas]) -> Image.Image:
    """Show the first forty canvases of a condition with their true boxes."""
    shown = canvases[:40]
    pictures = [labelled(Image.fromarray(read_image(canvas.image)), canvas.boxes, canvas.labels) for canvas in shown]
    return contact_sheet(pictures, [_names(canvas) for canvas in shown], columns=8, tile=240)


def worst_sheet(results: Sequence[Result]) -> Image.Image:
    """Show the forty worst canvases with what the product found, above the true labels."""
    shown = worst(results, 40)
    pictures = [Image.fromarray(draw_boxes(read_image(result.canvas.image), result.served)) for result in shown]
    captions = [f"{result.canvas.condition}: {_names(result.canvas)}" for result in shown]
    return contact_sheet(pictures, captions, columns=8, tile=240)


def worst(results: Sequence[Result], count: int) -> list[Result]:
    """Choose the canvases that are not exactly right, those first that have most mistakes with the highest scores."""
    return sorted((result for result in results if not result.exact), key=_mistakes, reverse=True)[:count]


def _mistakes(result: Result) -> float:
    """Scores of wrong detections, and a half for each object that is not found, divided by the number of objects."""
    missed = len(result.canvas.labels) - int((result.matches >= 0).sum())
    return float(result.served.scores[~right(result)].sum() + 0.5 * missed) / max(1, len(result.canvas.labels))


def _names(canvas: Canvas) -> str:
    order = np.argsort(canvas.boxes[:, 0], kind="stable")
    return " ".join(CLASSES[label] for label in canvas.labels[order]) or "nothing"
