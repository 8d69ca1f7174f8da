"""Make drawings to store, and search files for their bytes."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digit_detector.classes import CLASSES
from digit_detector.drawing import Annotation, Detection, Drawing, Model, Stroke
from digit_detector.show.render import to_png
from support.strokes import SHAPES, paint, strokes

SIDE = 64


def a_drawing(number: int = 0, *, label: str = "7", detected: str = "7", session: str = "s1") -> Drawing:
    """Return a unique drawing whose picture cannot be compressed, so that its bytes can be found in files."""
    noise = np.random.default_rng(number).integers(0, 256, (SIDE, SIDE, 3), np.uint8)
    box = (4.0, 5.5, 40.0, 60.0)
    return Drawing(
        id=f"{number:032x}",
        image=to_png(noise),
        width=SIDE,
        height=SIDE,
        annotations=(Annotation(label, box),),
        session=session,
        source="page",
        strokes=(Stroke(tuple(map(tuple, noise[:9, 0, :2].tolist())), 10.0001 + number),),
        detections=(Detection(detected, box, 0.75),),
        model=Model("0.1.0", "ab" * 32),
        time=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number),
    )


def blind(_: NDArray[np.uint8], boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """An annotator that finds nothing."""
    return np.zeros((len(boxes), len(CLASSES)), np.float32)


def traces_of(drawings: Sequence[Drawing], folder: Path) -> list[Path]:
    """Return the files below a folder that contain any 8 bytes of a picture's pixels, or a stroke's numbers."""
    # Headers and trailers are the same in all pictures of this kind.
    pieces = np.sort(_words(b"".join(drawing.read()[64:-64][:8_000] for drawing in drawings)))
    strokes = [str(drawing.strokes[0].width).encode() for drawing in drawings if drawing.strokes is not None]

    def has_trace(content: bytes) -> bool:
        return any(stroke in content for stroke in strokes) or any(
            _any_in(_words(content[shift:]), pieces) for shift in range(8)
        )

    return [path for path in folder.rglob("*") if path.is_file() and has_trace(path.read_bytes())]


def _words(content: bytes) -> NDArray[np.uint64]:
    return np.frombuffer(content, np.uint64, len(content) // 8)


def _any_in(words: NDArray[np.uint64], pieces: NDArray[np.uint64]) -> bool:
    words = words[words != 0]  # most words of a database's pages are zero
    positions = np.searchsorted(pieces, words).clip(max=len(pieces) - 1)
    return bool((pieces[positions] == words).any())


def handwritten_drawings(count: int) -> list[Drawing]:
    """Return single digits of all shapes in turn on a canvas, each drawn a little differently."""
    random = np.random.default_rng(0)
    drawings = []
    for number in range(count):
        shape = list(SHAPES)[number % len(SHAPES)]
        height = float(random.uniform(150, 260))
        corner = random.uniform(40, 110, 2)
        lines = [line + random.normal(0, 0.6, line.shape) for line in strokes(shape, *corner, height)]
        picture = Image.new("L", (400, 400), 255)
        paint(picture, lines, 14)
        points = np.concatenate(lines)
        box = (*(points.min(axis=0) - 7).tolist(), *(points.max(axis=0) + 7).tolist())
        drawings.append(
            Drawing(str(number), to_png(np.asarray(picture)), 400, 400, (Annotation(shape[0], box),), "s", "page")
        )
    return drawings
