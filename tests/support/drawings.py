"""Generate drawings with any valid content, for the tests of the formats."""

import io
from datetime import UTC
from pathlib import Path

import numpy as np
from hypothesis import strategies as st
from PIL import Image

from digit_detector.classes import CLASSES
from digit_detector.drawing import Annotation, Detection, Drawing, Model, Stroke

SIZES = ((40, 30), (1, 7))


def picture(width: int, height: int, kind: str = "PNG", shade: int = 255, **options: object) -> bytes:
    """Return a picture file of one shade."""
    buffer = io.BytesIO()
    Image.new("L", (width, height), shade).save(buffer, kind, **options)
    return buffer.getvalue()


PICTURES = {(size, kind): picture(*size, kind) for size in SIZES for kind in ("PNG", "JPEG")}

_finite = st.floats(-1e6, 1e6)
_fraction = st.floats(0, 1)
_names = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)
_parts = st.text("abc123ü+-_ ()", min_size=1, max_size=8).map(lambda text: f"x{text}x")
_ids = st.lists(_parts, min_size=1, max_size=2).map("/".join)
_strokes = st.lists(
    st.builds(
        Stroke,
        st.lists(st.tuples(_finite, _finite), min_size=1, max_size=4).map(tuple),
        st.floats(0.1, 99),
        st.from_regex(r"#[0-9a-f]{6}", fullmatch=True),
    ),
    max_size=3,
).map(tuple)


@st.composite
def _boxes(draw: st.DrawFn, width: int, height: int) -> tuple[float, float, float, float]:
    """Draw boxes at least a hundredth of a pixel wide and high."""
    x0, y0 = draw(st.floats(0, width - 0.01)), draw(st.floats(0, height - 0.01))
    x1 = min(float(width), x0 + 0.01 + draw(_fraction) * (width - x0))
    return x0, y0, x1, min(float(height), y0 + 0.01 + draw(_fraction) * (height - y0))


@st.composite
def _drawing(draw: st.DrawFn, drawing_id: str) -> Drawing:
    size, kind = draw(st.sampled_from(sorted(PICTURES)))
    annotation = st.builds(Annotation, st.sampled_from(CLASSES), _boxes(*size))
    # Formats round: boxes that differ by less are the same to them.
    annotations = st.lists(annotation, max_size=4, unique_by=lambda a: (a.label, *np.round(a.box, 6))).map(tuple)
    detections = st.lists(st.builds(Detection, st.sampled_from(CLASSES), _boxes(*size), _fraction), max_size=2).map(
        tuple
    )
    return Drawing(
        id=drawing_id,
        image=PICTURES[size, kind],
        width=size[0],
        height=size[1],
        annotations=draw(annotations),
        session=draw(_names),
        source=draw(_names),
        strokes=draw(st.none() | _strokes),
        detections=draw(st.none() | detections),
        model=draw(st.none() | st.builds(Model, _names, st.from_regex(r"[0-9a-f]{64}", fullmatch=True))),
        time=draw(st.none() | st.datetimes(timezones=st.just(UTC))),
        reviewed=draw(st.booleans()),
    )


@st.composite
def collections(draw: st.DrawFn) -> list[Drawing]:
    """Draw a few drawings with distinct IDs."""
    ids = draw(st.lists(_ids, min_size=1, max_size=4, unique_by=str.casefold))
    return [draw(_drawing(drawing_id)) for drawing_id in ids]


def write_pictures(folder: Path, *names: str, size: tuple[int, int] = (40, 30)) -> None:
    """Write white pictures with these names, PNG or JPEG by suffix."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture(*size, "JPEG" if path.suffix == ".jpg" else "PNG"))
