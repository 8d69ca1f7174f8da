"""The detector: a picture in, labelled boxes out."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from digit_detector.detect import hub, turning
from digit_detector.detect.backends import FILE_NAMES, Backend, BackendName, load_backend
from digit_detector.detect.background import ink_of
from digit_detector.detect.detections import Detections
from digit_detector.detect.faint import find_faint, has_faint, keep_confident_digits
from digit_detector.detect.images import ImageSource, read_image
from digit_detector.detect.letterbox import Letterbox, letterbox, steepen
from digit_detector.detect.postprocess import Candidates, View, find_candidates, postprocess
from digit_detector.detect.windows import look_closer
from digit_detector.metadata import ModelMetadata

DEFAULT_THREADS: Final = 1 if os.environ.get("OMP_NUM_THREADS") == "1" else min(2, os.cpu_count() or 1)
"""A third core hardly speeds up one small picture. ONNX Runtime does not read the variable itself."""

BATCH: Final = 8
"""Windows that the network sees at once; more would take memory, not save time."""


@dataclass(frozen=True, eq=False)
class Prediction:
    """What the network predicts for one picture, before any threshold.

    Attributes:
        views: the whole picture, then its windows, then the same of its faint ink; all of them upright.
        metadata: of the weights.
        milliseconds: time from the picture to the outputs.
        turned: quarter turns counterclockwise, 0 to 3, after which the picture stands upright.
    """

    views: tuple[View, ...]
    metadata: ModelMetadata
    milliseconds: float
    turned: int = 0

    @property
    def outputs(self) -> npt.NDArray[np.float32]:
        """The whole picture's outputs: (A, 5 + classes)."""
        return self.views[0].outputs

    @property
    def letterbox(self) -> Letterbox:
        """The whole picture's letterbox."""
        return self.views[0].letterbox

    def detections(self, score_threshold: float | None = None, iou_threshold: float | None = None) -> Detections:
        """Return the objects at these thresholds, by default the weights' own; the network does not run again.

        Raises:
            ValueError: a threshold outside [0, 1].
        """
        score = self.metadata.score_threshold if score_threshold is None else score_threshold
        iou = self.metadata.iou_threshold if iou_threshold is None else iou_threshold
        return postprocess(self.views, score, iou).turn(-self.turned)

    def candidates(self, score_threshold: float) -> Candidates:
        """Return the boxes that reach a score in [0, 1], before non-maximum suppression, in pixels of the input."""
        return find_candidates(self.views, score_threshold)


class Detector:
    """Find and label every object in a picture; safe to share between threads.

    Example:
        >>> detector = Detector.load()
        >>> found = detector.detect(np.full((400, 400), 255, np.uint8))
        >>> len(found), found.reading()
        (0, '')
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.metadata = backend.metadata

    @classmethod
    def load(
        cls,
        weights: str | os.PathLike[str] | None = None,
        device: str = "auto",
        runtime: str = "auto",
        threads: int = DEFAULT_THREADS,
    ) -> Self:
        """Load a detector; see `backends.load_backend` for the arguments and errors."""
        return cls(load_backend(None if weights is None else Path(weights), device, runtime, threads))

    @classmethod
    def from_pretrained(
        cls,
        repository: str,
        revision: str | None = None,
        device: str = "auto",
        runtime: str = "auto",
        threads: int = DEFAULT_THREADS,
    ) -> Self:
        """Load a detector from a model repository of the Hugging Face Hub; requires the extra `hub`.

        The file is downloaded once; its SHA-256 is compared with the Hub's and logged.

        Args:
            repository: OWNER/NAME, with the file `digit-detector.onnx`, or `digit-detector.safetensors` for torch.
            revision: branch, tag or commit; a commit always gives the same weights. By default the main branch.
            device, runtime, threads: as in `load`.

        Raises:
            WeightsError: the weights cannot be downloaded, or are those of another network.
            DeviceError: as in `load`.
        """
        return cls(
            load_backend(
                None, device, runtime, threads, lambda name: hub.download(repository, revision, FILE_NAMES[name])
            )
        )

    @property
    def device(self) -> str:
        """The device that the network runs on: `cpu`, `cuda` or `mps`."""
        return self._backend.device

    @property
    def runtime(self) -> BackendName:
        """The backend that runs the network: `onnx` or `torch`."""
        return self._backend.name

    def predict(self, image: ImageSource) -> Prediction:
        """Run the network on a picture; thresholds can then be tried without running it again.

        Args:
            image: a path, a file's bytes, a Pillow image, or a uint8 array (H, W), (H, W, 3) or (H, W, 4);
                transparency is white paper.

        Raises:
            ImageError: the picture cannot be read or is too large.
        """
        start = time.perf_counter()
        ink = ink_of(read_image(image))
        views = self._views(steepen(ink))
        if turned := self._quarter_turns(views):
            ink = np.ascontiguousarray(np.rot90(ink, turned))
            views = self._views(steepen(ink))
        if has_faint(ink):
            found = find_candidates(views, self.metadata.score_threshold)
            faint = find_faint(ink, found, views[0].letterbox.scale)
            views += [] if faint is None else map(keep_confident_digits, self._views(faint))
        return Prediction(tuple(views), self.metadata, (time.perf_counter() - start) * 1000, turned)

    def predict_ink(self, ink: npt.NDArray[np.uint8]) -> Prediction:
        """Run the network on a drawing, which stands upright, without a search for paper, lines and faint writing.

        Args:
            ink: uint8 (H, W), 0 where there is none.
        """
        start = time.perf_counter()
        views = self._views(steepen(ink))
        return Prediction(tuple(views), self.metadata, (time.perf_counter() - start) * 1000)

    def _views(self, ink: npt.NDArray[np.uint8]) -> list[View]:
        """Look at steep ink (H, W) as a whole, and closer where that leaves ink unexplained."""
        views = self._look([letterbox(ink, self.metadata.input_size)])
        found = find_candidates(views, self.metadata.score_threshold)
        windows = look_closer(ink, views[0].letterbox, found.boxes, found.class_scores)
        for first in range(0, len(windows), BATCH):
            views += self._look(windows[first : first + BATCH])
        return views

    def _quarter_turns(self, views: list[View]) -> int:
        """Return how often to turn a picture: judged by its first window, which holds most, or by all of it."""
        view = views[:2][-1]
        counts = [turning.count(view, self.metadata)]
        if not turning.may_be_turned(counts[0]):
            return 0
        for turns in (1, 2, 3):  # one by one: ONNX Runtime never gives back the memory of a batch
            outputs = self._backend(np.ascontiguousarray(np.rot90(view.letterbox.input, turns, (2, 3))))[0]
            counts.append(turning.count(View(outputs, view.letterbox), self.metadata))
        return turning.quarter_turns(counts)

    def _look(self, letterboxes: list[Letterbox]) -> list[View]:
        """Run the network on several inputs at once."""
        outputs = self._backend(np.concatenate([box.input for box in letterboxes]))
        return [View(*pair) for pair in zip(outputs, letterboxes, strict=True)]

    def detect(
        self, image: ImageSource, score_threshold: float | None = None, iou_threshold: float | None = None
    ) -> Detections:
        """Find the objects in a picture: `predict`, then `Prediction.detections`."""
        return self.predict(image).detections(score_threshold, iou_threshold)
