"""Plots of a benchmark's figures."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from digit_detector.classes import CLASSES
from digit_detector.evaluate.figures import Measured
from digit_detector.evaluate.metrics import Calibration, Precision
from digit_detector.show.colours import COLOURS


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


class Trade(NamedTuple):
    """The speed and the accuracy of one detector."""

    name: str
    milliseconds: float
    """From a PNG file's bytes to detections, p50."""
    exact: float
    """Ratio of the benchmark's canvases that are exactly right."""


def trades(groups: Mapping[str, Sequence[Trade]], path: Path) -> None:
    """Plot canvases exactly right over milliseconds, one colour a group, joined in the given order."""
    figure, axes = _figure()
    for (title, group), colour in zip(groups.items(), ("3", "0", "2"), strict=False):
        times, exact = [trade.milliseconds for trade in group], [trade.exact for trade in group]
        axes.plot(times, exact, marker="o", linestyle=":", color=COLOURS[colour], label=title)
        for trade in group:
            at = (trade.milliseconds, trade.exact)
            axes.annotate(trade.name, at, xytext=(6, -11), textcoords="offset points", fontsize="small")
    every = [trade.milliseconds for group in groups.values() for trade in group]
    axes.set(xscale="log", xlim=(min(every) / 1.5, max(every) * 2), ylim=(None, 1))
    axes.set(xlabel="milliseconds from PNG to detections (p50)", ylabel="canvases exactly right")
    axes.set_xticks([tick for tick in (0.5, 1, 2, 5, 10, 20, 50, 100) if min(every) / 1.5 < tick < max(every) * 2])
    axes.xaxis.set_major_formatter("{x:g}")
    axes.minorticks_off()
    axes.legend(loc="best", fontsize="small")
    figure.savefig(path)


def _figure() -> tuple[Figure, Axes]:
    figure = Figure(figsize=(6.5, 6), dpi=120, layout="constrained")
    return figure, figure.subplots()
