"""Choose what is photographed: notes, tables, forms, puzzles and boards, as a phone's camera shows them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.random import Generator

from benchmark_scenes import light
from benchmark_scenes.camera import aim, draw, photograph
from benchmark_scenes.conditions import Condition, digits
from benchmark_scenes.ink import Canvas
from benchmark_scenes.layout import line, moved_to
from benchmark_scenes.sheets import DIGIT, Floats, Sheet
from digit_detector.synth.scene import Placed, extent_of
from digit_detector.synth.strokes import Sketch

COUNT: Final = 20
"""Pictures of each kind."""

WORDS: Final = ("TOTAL", "Name", "Date", "Score", "Room", "No", "Amount", "Hour", "KM", "Table", "PIN", "Sum", "Phone")

PAPERS: Final = ((250, 249, 245), (244, 243, 240), (252, 246, 228), (236, 240, 244))
"""Colours of paper, RGB."""

PENS: Final = ((25, 35, 110), (25, 25, 30), (20, 30, 80), (150, 25, 30))

MARKERS: Final = ((20, 20, 25), (30, 50, 160), (190, 30, 40), (20, 120, 60))


def _sheet(rng: Generator, papers: Sequence[tuple[int, int, int]] = PAPERS) -> Sheet:
    return Sheet(papers[int(rng.integers(len(papers)))], PENS[int(rng.integers(len(PENS)))])


def _numbers(rng: Generator, drawings: Sequence[Sketch], most: int) -> Iterator[list[Placed]]:
    """Split drawings into numbers of at most so many digits, written by one pen."""
    pen, gap = rng.uniform(0.05, 0.11) * DIGIT, rng.uniform(0.08, 0.35)
    first = 0
    while first < len(drawings):
        count = int(rng.integers(1, most + 1))
        yield line(rng, drawings[first : first + count], DIGIT, pen, gap)
        first += count


def _note(rng: Generator, sheet: Sheet, drawings: Sequence[Sketch], row: float, most: int = 6) -> None:
    """Write numbers below one another, a row apart, with their feet near multiples of a row."""
    left = rng.uniform(0, 2) * DIGIT
    for index, number in enumerate(_numbers(rng, drawings, most)):
        low, high = extent_of(number)
        foot = (2 + index) * row + rng.normal(0, 0.05) * DIGIT
        sheet.write(moved_to(number, (left + rng.uniform(0, 1) * DIGIT, foot - float(high[1] - low[1]))))


def _in_cell(rng: Generator, number: list[Placed], middle: Sequence[float], room: float) -> list[Placed]:
    """Write a number into a cell around its middle, smaller where it would not fit into `room`."""
    low, high = extent_of(number)
    scale = np.float32(min(1.0, 0.85 * room / float(high[0] - low[0])))
    number = [replace(p, points=(p.points - low) * scale, pen=p.pen * float(scale)) for p in number]
    return moved_to(number, np.array(middle) - (high - low) * scale / 2 + rng.normal(0, 0.06 * DIGIT, 2))


def _around(sheet: Sheet) -> tuple[Floats, Floats]:
    """Return corners between which the lines of paper that goes on everywhere are drawn, at multiples of a digit."""
    low, high = sheet.extent
    reach = 6 * DIGIT + (high - low).max()
    return np.floor((low - reach) / DIGIT) * DIGIT, high + reach


def _rule_rows(sheet: Sheet, step: float, width: float, cover: float) -> None:
    (left, top), (right, bottom) = _around(sheet)
    for y in np.arange(np.ceil(top / step) * step, bottom, step).tolist():
        sheet.rule((left, y), (right, y), width, cover)


def squared(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Write on squared paper, close to the camera."""
    sheet, step = _sheet(rng), rng.uniform(0.5, 1.2) * DIGIT
    _note(rng, sheet, drawings, step * np.ceil(1.2 * DIGIT / step))
    (left, top), (right, bottom) = _around(sheet)
    xs, ys = (np.arange(low, high, step).tolist() for low, high in ((left, right), (top, bottom)))
    sheet.grid(xs, ys, rng.uniform(0.01, 0.03) * DIGIT, rng.uniform(0.15, 0.6))
    return photograph(rng, sheet)


def ruled(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Write on ruled paper, with a margin line now and then."""
    sheet, step = _sheet(rng), rng.uniform(1.15, 1.9) * DIGIT
    _note(rng, sheet, drawings, step)
    cover, width = rng.uniform(0.15, 0.6), rng.uniform(0.01, 0.04) * DIGIT
    _rule_rows(sheet, step, width, cover)
    if rng.random() < 0.4:
        (_, top), (_, bottom) = _around(sheet)
        sheet.rule((-0.3 * DIGIT, top), (-0.3 * DIGIT, bottom), width, cover)
    return photograph(rng, sheet)


def _table(rng: Generator, drawings: Sequence[Sketch]) -> Sheet:
    """Lay out a table or score sheet, with numbers in some of the cells."""
    sheet = _sheet(rng)
    columns, wide, high = int(rng.integers(2, 6)), rng.uniform(1.8, 3) * DIGIT, rng.uniform(1.4, 2) * DIGIT
    numbers = list(_numbers(rng, drawings, 2))
    cells = sorted(rng.permutation(max(columns, round(1.3 * len(numbers))))[: len(numbers)].tolist())
    for cell, number in zip(cells, numbers, strict=True):
        row, column = divmod(cell, columns)
        sheet.write(_in_cell(rng, number, ((column + 0.5) * wide, (row + 0.5) * high), wide))
    rows = cells[-1] // columns + 1
    xs = (np.arange(columns + 1) * wide).tolist()
    ys = (np.arange(rows + 1) * high).tolist()
    sheet.grid(xs, ys, rng.uniform(0.02, 0.06) * DIGIT, rng.uniform(0.45, 0.95))
    return sheet


def table(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Photograph a table."""
    return photograph(rng, _table(rng, drawings))


def plain_table(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Scan a table: white paper, even light, no noise."""
    sheet = replace(_table(rng, drawings), paper=(255, 255, 255), pen=(20, 20, 20))
    view = aim(rng, sheet, 0.0)
    image, boxes, labels = draw(rng, sheet, view)
    return Canvas(np.where(image > 250, 255, np.clip(image, 0, 255)).astype(np.uint8), boxes, labels)


def sudoku(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Photograph a sudoku: printed digits, and written ones in some of the other cells.

    No digit is printed as a 1: nearly every one without a foot is read as 7, which would hide everything else.
    """
    sheet, cell = _sheet(rng), rng.uniform(1.35, 1.7) * DIGIT
    cells = rng.permutation(81)
    given = int(rng.integers(17, 30))
    middles = [((index % 9 + 0.5) * cell, (index // 9 + 0.5) * cell) for index in cells.tolist()]
    for drawing, middle in zip(drawings, middles[given:], strict=False):
        sheet.write(_in_cell(rng, line(rng, [drawing], DIGIT, 0.08 * DIGIT, 0.1), middle, cell))
    for x, y in middles[:given]:
        height = 0.55 * cell
        sheet.type(str(rng.integers(2, 10)), (x - 0.38 * height, y - height / 2), height)
    marks = (np.arange(10) * cell).tolist()
    sheet.grid(marks, marks, 0.025 * DIGIT, 0.7)
    sheet.grid(marks[::3], marks[::3], rng.uniform(0.06, 0.1) * DIGIT, 0.9)
    if rng.random() < 0.3:
        sheet = replace(_shifted(sheet, np.full(2, 0.3 * cell, np.float32)), size=(9.6 * cell, 9.6 * cell))
    return photograph(rng, sheet)


def _shifted(sheet: Sheet, offset: Floats) -> Sheet:
    """Move everything on a sheet."""
    return replace(
        sheet,
        written=[(placed.moved(offset), cover) for placed, cover in sheet.written],
        lines=[(points + offset, width, cover) for points, width, cover in sheet.lines],
        print=[([outline + offset for outline in outlines], label) for outlines, label in sheet.print],
    )


def form_boxes(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Fill the boxes of a form, a digit in each."""
    sheet = _sheet(rng)
    wide, high = rng.uniform(1.1, 1.5) * DIGIT, rng.uniform(1.3, 1.7) * DIGIT
    apart = float(rng.choice([0, rng.uniform(0.1, 0.4)])) * DIGIT
    width, cover = rng.uniform(0.02, 0.05) * DIGIT, rng.uniform(0.35, 0.95)
    for index, drawing in enumerate(drawings):
        left = index * (wide + apart)
        sheet.grid((left, left + wide), (0, high), width, cover)
        number = line(rng, [drawing], DIGIT, 0.08 * DIGIT, 0.1)
        sheet.write(_in_cell(rng, number, (left + wide / 2, high / 2), wide))
    return photograph(rng, sheet)


def comb(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Fill a comb `|_|_|_|` of a form, a digit in each part."""
    sheet, wide = _sheet(rng), rng.uniform(1.1, 1.6) * DIGIT
    tooth, foot = rng.uniform(0.25, 0.7) * DIGIT, 1.15 * DIGIT
    width, cover = rng.uniform(0.02, 0.05) * DIGIT, rng.uniform(0.45, 0.95)
    for index, drawing in enumerate(drawings):
        number = line(rng, [drawing], DIGIT, 0.08 * DIGIT, 0.1)
        sheet.write(_in_cell(rng, number, ((index + 0.5) * wide, 0.5 * DIGIT), wide))
    for index in range(len(drawings) + 1):
        sheet.rule((index * wide, foot - tooth), (index * wide, foot), width, cover)
    sheet.rule((0, foot), (len(drawings) * wide, foot), width, cover)
    return photograph(rng, sheet)


def pencil_beside_ink(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Write some numbers with a pen, others with a light pencil."""
    sheet = _sheet(rng)
    _note(rng, sheet, drawings, 1.6 * DIGIT, most=4)
    faint = rng.uniform(0.22, 0.45)
    half = len(sheet.written) // 2
    sheet.written = [(placed, faint if index < half else 0.9) for index, (placed, _) in enumerate(sheet.written)]
    return photograph(rng, sheet)


def shadow(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Write on paper in the shadow of a hand or phone."""
    sheet = _sheet(rng)
    _note(rng, sheet, drawings, 1.5 * DIGIT)
    return photograph(rng, sheet, light=light.shadow)


def on_desk(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Lay a page on a desk."""
    sheet = _sheet(rng)
    _note(rng, sheet, drawings, 1.5 * DIGIT)
    low, high = sheet.extent
    margin = rng.uniform(0.5, 3, 4) * DIGIT
    sheet = _shifted(sheet, (margin[:2] - low).astype(np.float32))
    width, height = (high - low + margin[:2] + margin[2:]).tolist()
    sheet.size = max(width, 0.6 * height), max(height, 0.6 * width)
    return photograph(rng, sheet, tilt=0.12)


def beside_gutter(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Write into a book, beside its gutter."""
    sheet = _sheet(rng)
    step = rng.uniform(1.3, 1.7) * DIGIT
    _note(rng, sheet, drawings, step)
    low, high = sheet.extent
    left = bool(rng.random() < 0.5)
    place = float(low[0] - rng.uniform(0.8, 1.6) * DIGIT) if left else float(high[0] + rng.uniform(0.8, 1.6) * DIGIT)
    if rng.random() < 0.5:
        _rule_rows(sheet, step, 0.02 * DIGIT, rng.uniform(0.15, 0.5))
    return photograph(rng, sheet, gutter=place)


def whiteboard(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Write on a whiteboard with a marker; a lamp is reflected, and something wiped is not quite gone."""
    sheet = Sheet((228, 231, 234), MARKERS[int(rng.integers(len(MARKERS)))])
    _note(rng, sheet, drawings, 1.6 * DIGIT)
    sheet.written = [
        (replace(placed, pen=max(placed.pen, 0.1 * DIGIT)), rng.uniform(0.75, 0.95)) for placed, _ in sheet.written
    ]
    low, high = sheet.extent
    for _ in range(int(rng.integers(0, 4))):
        start = rng.uniform(low - DIGIT, high + DIGIT)
        sheet.rule(start.tolist(), (start + rng.normal(0, 3, 2) * DIGIT).tolist(), 0.5 * DIGIT, 0.04)
    return photograph(rng, sheet, light=light.glare)


def folded(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Write on a coloured note, folded once or twice."""
    sheet = _sheet(rng, (*PAPERS, (250, 236, 130), (250, 190, 205), (190, 235, 190)))
    _note(rng, sheet, drawings, 1.5 * DIGIT)
    return photograph(rng, sheet, light=light.folds)


def bleed_through(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Write on thin paper, through which the writing of the other side shines."""
    sheet = _sheet(rng)
    half = (len(drawings) + 1) // 2
    _note(rng, sheet, drawings[:half], 1.5 * DIGIT)
    back = _sheet(rng)
    _note(rng, back, drawings[half:], 1.5 * DIGIT)
    low, high = sheet.extent
    mirror = np.array([-1, 1], np.float32)
    away = (rng.uniform(low, high) - (np.array([-1, 1]) * (back.extent[0] + back.extent[1])) / 2).astype(np.float32)
    sheet.behind = [replace(placed, points=placed.points * mirror + away) for placed, _ in back.written]
    return photograph(rng, sheet)


def beside_print(rng: Generator, drawings: Sequence[Sketch]) -> Canvas:
    """Write numbers behind printed words, as on labels and receipts."""
    sheet = _sheet(rng)
    height = rng.uniform(0.45, 0.75) * DIGIT
    for index, number in enumerate(_numbers(rng, drawings, 5)):
        foot = 1.7 * DIGIT * index
        end = sheet.type(WORDS[int(rng.integers(len(WORDS)))], (0, foot - height), height)
        low, high = extent_of(number)
        sheet.write(moved_to(number, (end + 0.5 * DIGIT, foot - float(high[1] - low[1]))))
    return photograph(rng, sheet)


def _kind(name: str, draw: Callable[[Generator, Sequence[Sketch]], Canvas], low: int, high: int) -> Condition:
    return Condition(name, COUNT, digits(low, high), draw, lossy=draw is not plain_table)


PHOTOGRAPHS: Final = (
    _kind("squared", squared, 1, 10),
    _kind("ruled", ruled, 1, 10),
    _kind("table", table, 3, 14),
    _kind("sudoku", sudoku, 3, 20),
    _kind("form boxes", form_boxes, 2, 10),
    _kind("comb", comb, 3, 9),
    _kind("pencil beside ink", pencil_beside_ink, 3, 10),
    _kind("shadow", shadow, 1, 10),
    _kind("page on a desk", on_desk, 1, 12),
    _kind("gutter", beside_gutter, 1, 10),
    _kind("whiteboard", whiteboard, 1, 10),
    _kind("folded note", folded, 1, 8),
    _kind("bleed-through", bleed_through, 2, 12),
    _kind("beside print", beside_print, 1, 8),
    _kind("table, no photo", plain_table, 3, 14),
)
"""Kinds of pictures that people bring, other than canvases."""
