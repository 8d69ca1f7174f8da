"""The pictures of a measured suite: what the model card shows."""

from collections.abc import Sequence
from pathlib import Path

from digit_detector.evaluate import contact_sheet as sheets
from digit_detector.evaluate import plots
from digit_detector.evaluate.benchmark import Result
from digit_detector.evaluate.report import Measured


def draw_pictures(measured: Measured, results: Sequence[Result], folder: Path) -> None:
    """Write the curves, the confusion matrix, the reliability diagram and the worst canvases as PNG files."""
    plots.precision_recall(measured.precision, folder / "precision-recall.png")
    plots.confusion_matrix(measured.confusion, folder / "confusion.png")
    plots.reliability(measured.calibration, folder / "calibration.png")
    sheets.worst_sheet(results, folder / "worst.png")
