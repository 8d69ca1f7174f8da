"""The detector's result: one entry per object."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar, Final, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from digit_detector.classes import CLASSES, DIGITS
from digit_detector.detect.reading_order import written_lines

TOP: Final = 3
"""Classes that are listed for each object."""


class ClassScore(NamedTuple):
    """A class's name and its score in [0, 1]."""

    label: str
    score: float


@dataclass(frozen=True, eq=False)
class Detections:
    """The objects found in one picture, best first.

    Example:
        >>> found = Detections(np.array([[10, 20, 40, 80]]), 0.9 * np.eye(12)[[7]], width=100, height=100)
        >>> len(found), found.reading(), found.top[0][0].label
        (1, '7', '7')

    Attributes:
        boxes: float32 (N, 4) xyxy in pixels of the picture, inside it.
        class_scores: float32 (N, classes) in [0, 1]: objectness times class probability; each row's best descends.
        width, height: of the picture, in pixels.
        turned: quarter turns counterclockwise, 0 to 3, after which the picture stands upright, as `reading` reads it.
        names: the classes' names, the same for all.

    Raises:
        ValueError: shapes, boxes or scores that do not fit together.
    """

    boxes: npt.NDArray[np.float32]
    class_scores: npt.NDArray[np.float32]
    width: int
    height: int
    turned: int = 0
    names: ClassVar[tuple[str, ...]] = CLASSES

    def __post_init__(self) -> None:
        for name in ("boxes", "class_scores"):
            array = np.array(getattr(self, name), dtype=np.float32)
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        count = len(self.boxes)
        _require(self.boxes.shape == (count, 4), f"boxes of shape {self.boxes.shape}")
        expected = (count, len(self.names))
        _require(self.class_scores.shape == expected, f"scores of shape {self.class_scores.shape}, not {expected}")
        _require(self.width > 0 and self.height > 0, f"a picture of {self.width} x {self.height} px")
        x0, y0, x1, y1 = self.boxes.T
        inside = (x0 >= 0) & (x0 <= x1) & (x1 <= self.width) & (y0 >= 0) & (y0 <= y1) & (y1 <= self.height)
        _require(bool(inside.all()), f"boxes outside {self.width} x {self.height} px, or not xyxy")
        _require(bool(((self.class_scores >= 0) & (self.class_scores <= 1)).all()), "scores outside [0, 1]")
        _require(bool((np.diff(self.scores) <= 0).all()), "scores that do not descend")

    def __len__(self) -> int:
        return len(self.boxes)

    @cached_property
    def scores(self) -> npt.NDArray[np.float32]:
        """Each object's score: float32 (N,), that of its best class, descending."""
        return np.asarray(self.class_scores.max(axis=1))

    @cached_property
    def labels(self) -> npt.NDArray[np.int64]:
        """Each object's best class: int64 (N,), indices into `names`."""
        return np.asarray(self.class_scores.argmax(axis=1), np.int64)

    @cached_property
    def top(self) -> tuple[tuple[ClassScore, ...], ...]:
        """The three best classes of each object, best first."""
        ranking = np.argsort(-self.class_scores, axis=1, kind="stable")[:, :TOP]
        scores = np.take_along_axis(self.class_scores, ranking, axis=1)
        return tuple(
            tuple(ClassScore(self.names[label], score) for label, score in zip(*row, strict=True))
            for row in zip(ranking.tolist(), scores.tolist(), strict=True)
        )

    def take(self, indices: npt.NDArray[np.bool_] | slice) -> Self:
        """Return the objects that a mask or slice selects."""
        return replace(self, boxes=self.boxes[indices], class_scores=self.class_scores[indices])

    def turn(self, turns: int) -> Self:
        """Return the same objects in the picture turned by 90 degrees counterclockwise, as often as `turns`."""
        if turns % 4 == 0:
            return self
        boxes, width, height = self.boxes, self.width, self.height
        for _ in range(turns % 4):
            x0, y0, x1, y1 = boxes.T
            boxes = np.stack([y0, width - x1, y1, width - x0], axis=1)
            width, height = height, width
        return replace(self, boxes=boxes, width=width, height=height, turned=(self.turned - turns) % 4)

    def to_json(self) -> dict[str, Any]:
        """Return the HTTP API's form, the objects in reading order.

        `{"width", "height", "turned", "detections": [{"label", "score", "box": [x0, y0, x1, y1], "top": […]}]}`; turned
        is in degrees counterclockwise.
        """
        boxes = self.boxes.tolist()
        detections = [
            {
                "label": self.top[index][0].label,
                "score": self.top[index][0].score,
                "box": boxes[index],
                "top": [entry._asdict() for entry in self.top[index]],
            }
            for index in self.reading_order()
        ]
        return {"width": self.width, "height": self.height, "turned": 90 * self.turned, "detections": detections}

    def reading(self) -> str:
        """Return the digits as a person reads them: lines top to bottom, each left to right with one space between.

        `other` and `censored` are left out. Without a digit the reading is empty. Scores do not matter.
        """
        return "\n".join(
            " ".join(self.names[self.labels[index]] for index in line) for line in self._lines(self._is_digit)
        )

    def reading_order(self) -> list[int]:
        """Return the objects' indices: the digits in the order of `reading`, then the others likewise."""
        return [index for group in (self._is_digit, ~self._is_digit) for line in self._lines(group) for index in line]

    @property
    def _is_digit(self) -> npt.NDArray[np.bool_]:
        return np.array([self.names[label] in DIGITS for label in self.labels], bool)

    def _lines(self, group: npt.NDArray[np.bool_]) -> list[list[int]]:
        """Return the indices of a group's objects by written lines."""
        indices = np.flatnonzero(group).tolist()
        lines = written_lines(self.turn(self.turned).boxes[group], self.labels[group].tolist())
        return [[indices[place] for place in line] for line in lines]


def _require(condition: bool, found: str) -> None:
    if not condition:
        raise ValueError(f"these are no detections: {found}")
