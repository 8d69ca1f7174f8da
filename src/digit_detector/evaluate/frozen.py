"""The committed list: which drawings and which seed make each canvas, and the hash that every rebuilding must meet."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from digit_detector.errors import DataError
from digit_detector.evaluate.canvases import Canvas
from digit_detector.evaluate.conditions import CONDITIONS, Condition
from digit_detector.evaluate.pen import FINE
from digit_detector.evaluate.pool import Chooser, Pool

FORMAT: Final = 1
CONFIGS: Final = Path(__file__).parents[3] / "configs"
LIST: Final = CONFIGS / "suite.json"
REVIEW: Final = CONFIGS / "suite_review.json"


SHORT: Final = 8
"""Hexadecimal digits of each canvas's own digest, which tell of one that is rebuilt alone whether it is the same."""


class Frozen(NamedTuple):
    """One condition's rebuilt canvases."""

    condition: str
    canvases: list[Canvas]


class LeftOut(NamedTuple):
    """How many of a condition's canvases cannot be rebuilt from the drawings at hand."""

    condition: str
    lacking: int
    """A drawing of theirs is not there."""
    different: int
    """They come out otherwise, as where a public set has a drawing in another form."""
    canvases: int
    """On the list."""


def freeze(chooser: Chooser, conditions: Sequence[Condition] = CONDITIONS) -> dict[str, Any]:
    """Chooses every canvas's drawings; the list as JSON values. Raises DataError where a kind of drawing is missing."""
    listed = {}
    for condition in conditions:
        rows: list[list[int | str]] = []
        canvases: list[Canvas] = []
        seed = 0
        while len(rows) < condition.count:
            pieces = condition.chosen(chooser, seed)
            canvas = condition.canvas(seed, pieces)
            if condition.keep(canvas, pieces):
                rows.append([seed, *(piece.key for piece in pieces)])
                canvases.append(canvas)
            seed += 1
        each = [digest([canvas])[:SHORT] for canvas in canvases]
        listed[condition.name] = {"sha256": digest(canvases), "each": each, "canvases": rows}
    return {"format": FORMAT, "conditions": listed}


def to_text(listed: dict[str, Any]) -> str:
    """The list as a file's text, a canvas a line."""
    parts = []
    for name, condition in listed["conditions"].items():
        rows = ",\n".join(f"  {json.dumps(row)}" for row in condition["canvases"])
        facts = f'"sha256": "{condition["sha256"]}", "each": {json.dumps(condition["each"])}'
        parts.append(f' {json.dumps(name)}: {{{facts}, "canvases": [\n{rows}\n ]}}')
    return f'{{"format": {listed["format"]}, "conditions": {{\n' + ",\n".join(parts) + "\n}}\n"


def load(path: Path) -> dict[str, Any]:
    """The committed list. Raises DataError when it is missing or is no such list."""
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))
        known = listed["format"] == FORMAT and set(listed["conditions"]) <= {one.name for one in CONDITIONS}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DataError(
            f"{path}: expected the suite's list, made by digit-detector evaluate --freeze ({error})"
        ) from error
    if not known:
        raise DataError(f"{path}: a list of another version; make it anew by digit-detector evaluate --freeze")
    return dict(listed)


def rebuild(listed: dict[str, Any], pool: Pool) -> list[Frozen]:
    """The canvases of the list, each condition in its order.

    Raises DataError where a drawing is not there, or where canvases differ from those that were frozen.
    """
    conditions = {condition.name: condition for condition in CONDITIONS}
    built = [
        Frozen(
            name,
            [
                conditions[name].canvas(seed, [pool[key] for key in keys])
                for seed, *keys in listed["conditions"][name]["canvases"]
            ],
        )
        for name in listed["conditions"]
    ]
    different = [name for name, canvases in built if digest(canvases) != listed["conditions"][name]["sha256"]]
    if different:
        raise DataError(
            f"the suite's canvases are not those that were frozen: {', '.join(different)} differ; "
            "take the data root, and the versions of numpy, opencv and pillow, that the list was made with"
        )
    return built


def rebuild_at_hand(listed: dict[str, Any], pool: Pool) -> tuple[list[Frozen], list[LeftOut]]:
    """Those canvases of the list that the pool has the drawings of, each as it was frozen, and how many it has not.

    Raises DataError where no canvas comes out as it was frozen.
    """
    conditions = {condition.name: condition for condition in CONDITIONS}
    built: list[Frozen] = []
    left_out: list[LeftOut] = []
    for name, condition in listed["conditions"].items():
        rows = condition["canvases"]
        there = [
            (short, conditions[name].canvas(seed, [pool[key] for key in keys]))
            for short, (seed, *keys) in zip(condition["each"], rows, strict=True)
            if all(key in pool for key in keys)
        ]
        same = [canvas for short, canvas in there if digest([canvas]).startswith(short)]
        if same:
            built.append(Frozen(name, same))
        left_out.append(LeftOut(name, len(rows) - len(there), len(there) - len(same), len(rows)))
    if not built:
        raise DataError(
            "no canvas of the suite comes out as it was frozen: take drawings that `digit-detector data fetch` brings, "
            "and the versions of numpy, opencv and pillow that the list was made with"
        )
    return built, left_out


def digest(canvases: Iterable[Canvas]) -> str:
    """SHA-256 of pictures, boxes and labels."""
    state = hashlib.sha256()
    for canvas in canvases:
        boxes = np.rint(canvas.boxes * FINE).astype("<i4")
        state.update(repr(canvas.image.shape).encode())
        for part in (canvas.image, boxes, canvas.labels.astype("<i4")):
            state.update(np.ascontiguousarray(part).tobytes())
    return state.hexdigest()
