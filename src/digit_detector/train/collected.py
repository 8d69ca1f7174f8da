"""Ready pictures with boxes as one more source of training, beside the scenes that are drawn from strokes."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digit_detector.classes import CLASSES
from digit_detector.data.convert import STORE, read
from digit_detector.detect.background import ink_of
from digit_detector.detect.images import read_image
from digit_detector.drawing import Drawing
from digit_detector.errors import DataError
from digit_detector.synth.splits import Split, split_of
from digit_detector.train.redrawn import Redrawn

_WHITE: Final = 255


@dataclass(frozen=True)
class PictureSource:
    """Annotated drawings, and how many of training's pictures come from them.

    Attributes:
        path: a folder, or the store's address.
        format: the folder's format, or `store`.
        share: of the pictures of an epoch, in (0, 1].
        only_reviewed: leave out what no maintainer has looked at.
    """

    path: str
    format: Literal["coco", "yolo", "voc", "ndjson", "folders", "store"]
    share: float
    only_reviewed: bool = False


class Pictures:
    """The drawings of one split from all sources, split by session: no hand is on two sides.

    Training draws those anew whose strokes tell the objects apart; the others are used as the pictures they are.
    """

    def __init__(self, sources: tuple[PictureSource, ...], split: Split) -> None:
        """Raises DataError where the shares do not fit, a source cannot be read, or training finds nothing in it."""
        if any(not 0 < source.share <= 1 for source in sources) or sum(source.share for source in sources) > 1:
            raise DataError(f"pictures: expected shares above 0, of 1 together, found {[s.share for s in sources]}")
        self._shares = np.cumsum([source.share for source in sources])
        self._records = [_records(source, split) for source in sources]
        for source, records in zip(sources, self._records, strict=True):
            if not records and split == "train":
                raise DataError(f"{source.path}: no drawing of it is for training, read as {source.format}")

    def pick(self, rng: Generator) -> Drawing | Redrawn | None:
        """A drawing for the next sample; None where a scene is to be drawn instead."""
        source = int(np.searchsorted(self._shares, rng.random(), side="right"))
        if source == len(self._records) or not self._records[source]:
            return None
        return self._records[source][int(rng.integers(len(self._records[source])))]


def load(record: Drawing) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.int64]]:
    """The picture (H, W), black on white whatever its colours, its boxes (n, 4) xyxy in pixels, and labels (n,).

    Raises DataError where the picture is not of the size that its boxes are measured in, ImageError where it is
    damaged.
    """
    image = read_image(record.image)
    if image.shape[:2] != (record.height, record.width):
        found = f"{image.shape[1]} x {image.shape[0]}"
        raise DataError(f"{record.id} of {record.source}: width and height are {record.width} x {record.height}, "
                        f"but the picture is {found}")  # fmt: skip
    boxes = np.array([annotation.box for annotation in record.annotations], np.float32).reshape(-1, 4)
    labels = np.array([CLASSES.index(annotation.label) for annotation in record.annotations], np.int64)
    return _WHITE - ink_of(image), boxes, labels


def _records(source: PictureSource, split: Split) -> list[Drawing | Redrawn]:
    if source.format != STORE and not Path(source.path).is_dir():
        raise DataError(f"{source.path}: no such folder; name another in data.pictures")
    return [
        # Only strokes, or picture and boxes, are worth the memory.
        (split == "train" and Redrawn.of(record)) or replace(record, strokes=None, detections=None)
        for record in read(source.format, source.path)
        if split_of(record.source, record.session) == split and (record.reviewed or not source.only_reviewed)
    ]
