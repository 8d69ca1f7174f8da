"""`digit-detector handwriting`: write a number in the hand of somebody who drew a few digits."""

import argparse
import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from digit_detector.data.output import prepare_output
from digit_detector.detect.detector import Detector
from digit_detector.errors import DataError, HandwritingError
from digit_detector.handwriting.paint import paint, to_svg
from digit_detector.handwriting.references import MIN_SCORE, Reference, find_references, make_reference
from digit_detector.handwriting.writer import Writer

PEN: Final = 0.08
"""Width of the pen relative to a digit's size, of strokes without a width."""

_SIDE: Final = 400.0
"""Longer side in pixels of the canvas on which the detector reads a drawing without labels."""

_FORM: Final = '{"strokes": [[[x, y], …], …]}, with "label" for a single digit or "annotations" [{"label", "box"}, …]'


class _Row(NamedTuple):
    """A drawing: the points (n, 2) and the pen of each stroke, and the labelled boxes that a person confirmed."""

    strokes: list[NDArray[np.float64]]
    pens: list[float]
    label: str | None
    annotations: list[tuple[str, list[float]]] | None


def main(argv: Sequence[str]) -> int:
    """Run `digit-detector handwriting`."""
    parser = argparse.ArgumentParser(
        prog="digit-detector handwriting",
        description=f"{__doc__} Each line of the input is a drawing: {_FORM}; the detector reads those without both.",
    )
    parser.add_argument("strokes", type=Path, help="an .ndjson file of drawings, such as drawings.ndjson")
    parser.add_argument("output", type=Path, help="the .svg file to write")
    parser.add_argument("--number", required=True, metavar="DIGITS", help="what to write, such as 2026")
    parser.add_argument("--pen", type=float, help="width of the pen relative to a digit's size; default: as drawn")
    arguments = parser.parse_args(argv)
    if arguments.pen is not None and not 0 < arguments.pen < 1:
        parser.error(f"--pen {arguments.pen}: expected a number between 0 and 1")
    prepare_output(arguments.output)
    detector = Detector.load()
    references, pens = _read_references(arguments.strokes, detector)
    hand = Writer.load().learn(references, detector)
    pen = arguments.pen or (float(np.median(pens)) if pens else PEN)
    count = f"{len(references)} drawn digit" + ("s" if len(references) > 1 else "")
    title = f"{arguments.number} in the hand of {count}"
    arguments.output.write_text(to_svg(hand.write(arguments.number), pen, title), encoding="utf-8")
    print(f"learnt from {count}: {', '.join(sorted({str(reference.digit) for reference in references}))}")
    unsure = max(set(range(10)) - {reference.digit for reference in references}, key=hand.spread.item, default=None)
    if unsure is not None:
        print(f"a drawn {unsure} would tell most about the digits that are not drawn yet")
    return 0


def _read_references(path: Path, detector: Detector) -> tuple[list[Reference], list[float]]:
    """Return the references of all drawings, and their pens relative to the digits; raises HandwritingError."""
    references: list[Reference] = []
    pens: list[float] = []
    rows = list(_rows(path))
    for row in rows:
        found = _references(row, detector)
        references += found
        if row.pens and found:
            pens.append(float(np.median(row.pens)) / float(np.median([reference.size for reference in found])))
    if not any(row.strokes for row in rows):
        raise HandwritingError(f"{path} has no strokes, only pictures: a hand is learnt from strokes, so draw digits")
    if not references:
        raise HandwritingError(f"{path} has no digit that is read with certainty: draw digits, or give their labels")
    return references, pens


def _references(row: _Row, detector: Detector) -> list[Reference]:
    if row.label is not None:
        reference = make_reference(row.label, row.strokes)
        return [] if reference is None else [reference]
    if row.annotations is not None:
        labels, boxes = [label for label, _ in row.annotations], [box for _, box in row.annotations]
        return find_references(row.strokes, labels, boxes)
    if not row.strokes:
        return []
    ink = np.concatenate(row.strokes)
    low, extent = ink.min(0), float(np.ptp(ink, axis=0).max())
    if extent == 0:
        return []
    scale = 0.8 * _SIDE / extent
    moved = [((stroke - low) * scale + 0.1 * _SIDE).astype(np.float32) for stroke in row.strokes]
    width, height = (math.ceil(edge) for edge in np.concatenate(moved).max(0) + 0.1 * _SIDE)
    pen = min(max(float(np.median(row.pens)) * scale if row.pens else 0.02 * _SIDE, 4.0), 0.1 * _SIDE)
    found = detector.predict_ink(255 - paint(moved, pen, width, height)).detections(MIN_SCORE)
    boxes = (found.boxes - 0.1 * _SIDE) / scale + np.tile(low, 2)
    return find_references(row.strokes, [found.names[label] for label in found.labels], boxes)


def _rows(path: Path) -> Iterator[_Row]:
    """Yield the drawings of an .ndjson file; raises DataError, which names the line."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read ({error}): give an .ndjson file of drawings") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield _row(json.loads(line))
            except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
                raise DataError(f"{path}, line {number}: {error!r}; expected {_FORM}") from error


def _row(values: dict[str, Any]) -> _Row:
    strokes, pens = [], []
    for stroke in values.get("strokes") or []:
        points = stroke["points"] if isinstance(stroke, dict) else stroke
        strokes.append(np.array(points, np.float64).reshape(len(points), 2))
        if not np.isfinite(strokes[-1]).all():
            raise ValueError("a coordinate is not finite")
        if isinstance(stroke, dict) and "width" in stroke:
            pens.append(float(stroke["width"]))
            if not 0 < pens[-1] < math.inf:
                raise ValueError(f"a pen of {pens[-1]}")
    annotations = values.get("annotations")
    if annotations is not None:
        annotations = [(str(item["label"]), np.array(item["box"], float).reshape(4).tolist()) for item in annotations]
    label = values.get("label")
    return _Row(
        [stroke for stroke in strokes if len(stroke)], pens, label if label is None else str(label), annotations
    )
