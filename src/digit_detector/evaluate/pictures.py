"""Pictures of a benchmark: plots of its figures, and canvases side by side."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from digit_detector.classes import CLASSES
from digit_detector.detect.images import read_image
from digit_detector.evaluate.benchmark import Canvas, Result, by_condition
from digit_detector.evaluate.figures import Measured
from digit_detector.evaluate.metrics import Calibration, Precision
from digit_detector.show.render import COLOURS, draw_boxes

LINE: Final = 12
"""Height of a line of a caption, in pixels."""


def write_plots(measured: Measured, folder: Path) -> None:
    """Write the curves, the confusion matrix and the reliability diagram as PNG files."""
    precision_recall(measured.precision, folder / "precision-recall.png")
    confusion_matrix(measured.confusion, folder / "confusion.png")
    reliability(measured.calibration, folder / "calibration.png")


def precision_recall(precision: Precision, path: Path) -> None:
    """Plot a curve for each class at IoU 0.5."""
    figure, axes = _figure()
    recall = np.linspace(0, 1, precision.curves.shape[1])
    for at, label in enumerate(precision.labels):
        name, curve = CLASSES[label], precision.curves[0, :, at]
        axes.plot(recall, curve, color=COLOURS[name], label=f"{name}  {curve.mean():.3f}")
    axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1.005), ylim=(0, 1.005), title="IoU 0.5; AP50 by class")
    axes.legend(loc="lower left", fontsize="small")
    figure.savefig(path)


def confusion_matrix(counts: NDArray[np.int64], path: Path) -> None:
    """Plot true classes by row and detected classes by column; shades are ratios of a row, numbers are objects."""
    figure, axes = _figure()
    ratios = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(ratios**0.5, cmap="Blues", vmin=0, vmax=1)  # the root shows the few mistakes
    names = [*CLASSES, "background"]
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel="detected", ylabel="true", title="Objects at the default threshold")
    for row, column in np.argwhere(counts > 0):
        colour = "white" if ratios[row, column] > 0.4 else "black"
        axes.text(column, row, counts[row, column], ha="center", va="center", fontsize="x-small", color=colour)
    figure.savefig(path)


def reliability(calibration: Calibration, path: Path) -> None:
    """Plot how often detections of a score are right, with their number below."""
    figure = Figure(figsize=(6, 6), dpi=120, layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    edges = np.linspace(0, 1, len(calibration.counts) + 1)
    above.plot([0, 1], [0, 1], color="silver")
    filled = calibration.counts > 0
    above.plot(calibration.scores[filled], calibration.right[filled], marker="o", color=COLOURS["0"])
    above.set(ylabel="ratio that is right", ylim=(0, 1.02), title=f"Calibration error {calibration.error:.3f}")
    below.stairs(calibration.counts, edges, fill=True, color=COLOURS["0"])
    below.set(xlabel="score", ylabel="detections", yscale="symlog", xlim=(0, 1))
    figure.savefig(path)


def _figure() -> tuple[Figure, Axes]:
    figure = Figure(figsize=(6.5, 6), dpi=120, layout="constrained")
    return figure, figure.subplots()


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


def write_sheets(results: Sequence[Result], folder: Path) -> None:
    """Write the worst canvases, and the first forty of each condition with their true boxes, as PNG files."""
    worst_sheet(results).save(folder / "worst.png")
    (folder / "conditions").mkdir(exist_ok=True)
    for name, group in by_condition(results).items():
        shown = [result.canvas for result in group[:40]]
        pictures = [labelled(Image.fromarray(read_image(each.image)), each.boxes, each.labels) for each in shown]
        sheet = contact_sheet(pictures, [_names(canvas) for canvas in shown], columns=8, tile=240)
        file_name = re.sub(r"[ /\\]", "-", name.lower())  # a condition's name is anything that the benchmark says
        sheet.save(folder / "conditions" / f"{file_name}.png")


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
    return float(result.served.scores[~result.right].sum() + 0.5 * missed) / max(1, len(result.canvas.labels))


def _names(canvas: Canvas) -> str:
    order = np.argsort(canvas.boxes[:, 0], kind="stable")
    return " ".join(CLASSES[label] for label in canvas.labels[order]) or "nothing"
