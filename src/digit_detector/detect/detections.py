"""What the detector answers."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from digit_detector.classes import CLASSES, DIGITS
from digit_detector.detect.postprocess import TOP, Candidates

# Two digits stand on one line when they share this part of the smaller one's height.
LINE_OVERLAP: Final = 0.4


class ClassScore(NamedTuple):
    """A class's name and its score in [0, 1]."""

    label: str
    score: float


@dataclass(frozen=True, eq=False)
class Detections:
    """The objects found in one picture, best first; raises ValueError where the parts do not fit together.

    Attributes:
        boxes: float32 (N, 4) xyxy in px of the picture, inside it.
        scores: float32 (N,) in [0, 1], descending: objectness times class probability.
        labels: int64 (N,), indices into `names`.
        top: for each box its three best classes with their scores, the first being its label and score; for a lesser
            name that name and the best classes below it.
        width, height: of the picture, px.
        names: the classes' names.
        lesser: indices of the detections that are lesser names of an object: what else it may be, at a quarter at most.
    """

    boxes: npt.NDArray[np.float32]
    scores: npt.NDArray[np.float32]
    labels: npt.NDArray[np.int64]
    top: tuple[tuple[ClassScore, ...], ...]
    width: int
    height: int
    names: tuple[str, ...] = CLASSES
    lesser: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for name, dtype in (("boxes", np.float32), ("scores", np.float32), ("labels", np.int64)):
            array = np.array(getattr(self, name), dtype=dtype)
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        count = len(self.top)
        _require(self.boxes.shape == (count, 4), f"boxes of shape {self.boxes.shape} for {count} objects")
        _require(self.scores.shape == (count,), f"scores of shape {self.scores.shape} for {count} objects")
        _require(self.labels.shape == (count,), f"labels of shape {self.labels.shape} for {count} objects")
        _require(self.width > 0 and self.height > 0, f"a picture of {self.width} x {self.height} px")
        x0, y0, x1, y1 = self.boxes.T
        inside = (x0 >= 0) & (x0 <= x1) & (x1 <= self.width) & (y0 >= 0) & (y0 <= y1) & (y1 <= self.height)
        _require(bool(inside.all()), f"boxes outside {self.width} x {self.height} px, or not xyxy")
        ranked = (self.scores >= 0) & (self.scores <= 1) & (np.diff(self.scores, append=0) <= 0)
        _require(bool(ranked.all()), "scores that are not in [0, 1] or do not descend")
        _require(bool(((self.labels >= 0) & (self.labels < len(self.names))).all()), "labels without a name")
        _require(set(self.lesser) <= set(range(count)), f"lesser names {self.lesser} of {count} objects")
        for label, score, best in zip(self.labels, self.scores, self.top, strict=True):
            shown = best[:1] == (ClassScore(self.names[label], float(score)),)
            _require(shown, f"top {best} does not begin with {self.names[label]} at {score}")

    @classmethod
    def of(cls, candidates: Candidates, width: int, height: int, lesser: Iterable[int] = ()) -> Self:
        """Label each box with its best class; the boxes are in px of the picture, best first."""
        scores = candidates.class_scores
        ranking = np.argsort(-scores, axis=1, kind="stable")[:, :TOP]
        top = tuple(
            tuple(ClassScore(CLASSES[label], score) for label, score in zip(labels, own, strict=True))
            for labels, own in zip(ranking.tolist(), np.take_along_axis(scores, ranking, axis=1).tolist(), strict=True)
        )
        lesser = tuple(int(index) for index in lesser)
        return cls(candidates.boxes, scores.max(axis=1), ranking[:, 0], top, width, height, lesser=lesser)

    def __len__(self) -> int:
        return len(self.top)

    def objects(self) -> Self:
        """Each object by its surest name alone, as the page, the API and the command line say it."""
        kept = sorted(set(range(len(self))).difference(self.lesser))
        parts = {name: getattr(self, name)[kept] for name in ("boxes", "scores", "labels")}
        return replace(self, **parts, top=tuple(self.top[index] for index in kept), lesser=())

    def to_json(self) -> dict[str, Any]:
        """`{"width", "height", "detections": [{"label", "score", "box": [x0, y0, x1, y1], "top": […]}]}`."""
        detections = [
            {"label": best[0].label, "score": best[0].score, "box": box, "top": [entry._asdict() for entry in best]}
            for box, best in zip(self.boxes.tolist(), self.top, strict=True)
        ]
        return {"width": self.width, "height": self.height, "detections": detections}

    def reading(self) -> str:
        """The digits as a person reads them: lines from top to bottom, in each left to right with one space between.

        `other`, `censored` and lesser names are left out; without a digit the reading is empty.
        """
        lesser = set(self.lesser)
        digits = [i for i, label in enumerate(self.labels) if self.names[label] in DIGITS and i not in lesser]
        lines: list[list[int]] = []
        for index in sorted(digits, key=lambda i: float(self.boxes[i, 0] + self.boxes[i, 2])):
            # The nearest digit to the left is what a written line, also a rising one, goes on from.
            overlap, line = max(((self._overlap(line[-1], index), line) for line in lines), default=(0.0, []))
            if overlap < LINE_OVERLAP:
                lines.append(line := [])
            line.append(index)
        lines.sort(key=lambda line: float(self.boxes[line][:, [1, 3]].mean()))
        return "\n".join(" ".join(self.names[self.labels[index]] for index in line) for line in lines)

    def _overlap(self, first: int, second: int) -> float:
        """The height that two boxes share, as a part of the smaller one's."""
        (_, top, _, bottom), (_, other_top, _, other_bottom) = self.boxes[[first, second]].tolist()
        shared = min(bottom, other_bottom) - max(top, other_top)
        return float(shared / max(min(bottom - top, other_bottom - other_top), 1e-6))


def _require(holds: bool, found: str) -> None:
    if not holds:
        raise ValueError(f"these are no detections: {found}")
