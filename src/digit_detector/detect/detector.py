"""The detector as people use it: a picture in, named boxes out."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from digit_detector.detect.backends import Runtime, RuntimeName, load_runtime
from digit_detector.detect.detections import Detections
from digit_detector.detect.images import ImageSource, read_image
from digit_detector.detect.letterbox import Prepared, prepare
from digit_detector.detect.postprocess import Decoder, readings
from digit_detector.detect.tighten import tightened

# A third core makes one small picture hardly faster.
DEFAULT_THREADS: Final = min(2, os.cpu_count() or 1)


@dataclass(frozen=True, eq=False)
class RawPrediction:
    """What the network says about one picture, before any threshold.

    Attributes:
        predictions: float32 (A, 5 + classes), raw.
        prepared: the input it was made from, with the way back to the picture's pixels.
        decoder: of the network that predicted.
        score_threshold, iou_threshold: those that the weights name.
        milliseconds: from the picture to these numbers.
    """

    predictions: npt.NDArray[np.float32]
    prepared: Prepared
    decoder: Decoder
    score_threshold: float
    iou_threshold: float
    milliseconds: float

    def detections(self, score_threshold: float | None = None, iou_threshold: float | None = None) -> Detections:
        """The objects at the thresholds given, each in [0, 1], else at the weights' own; the network does not run.

        A score threshold below a quarter shows also what else they may be (`decode.readings`, `Detections.objects`).
        Raises ValueError for a threshold outside [0, 1].
        """
        score = self.score_threshold if score_threshold is None else score_threshold
        iou = self.iou_threshold if iou_threshold is None else iou_threshold
        found, lesser = readings(self.decoder(self.predictions, score), iou, score)
        found = found._replace(boxes=self.to_image(found.boxes))
        return Detections.of(found, self.prepared.width, self.prepared.height, lesser)

    def to_image(self, boxes: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """The network's boxes (N, 4) xyxy in px of its input, tightened to the ink, in px of the picture."""
        return self.prepared.to_image(tightened(boxes, self.prepared.input[0, 0]))


class Detector:
    """Finds and names every object in a picture; safe to share between threads."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._decoder = Decoder(runtime.metadata)
        self.metadata = runtime.metadata

    @classmethod
    def load(
        cls,
        weights: str | os.PathLike[str] | None = None,
        device: str = "auto",
        runtime: str = "auto",
        threads: int = DEFAULT_THREADS,
    ) -> Self:
        """Load a detector; see `runtime.load_runtime` for the arguments and for what is raised."""
        return cls(load_runtime(None if weights is None else Path(weights), device, runtime, threads))

    @property
    def device(self) -> str:
        """The device the network runs on: `cpu`, `cuda` or `mps`."""
        return self._runtime.device

    @property
    def runtime(self) -> RuntimeName:
        """What runs the network: `onnx` or `torch`."""
        return self._runtime.name

    def predict(self, image: ImageSource) -> RawPrediction:
        """Run the network on a picture; thresholds can then be tried without running it again.

        Args:
            image: a path, a file's bytes, a Pillow image, or a uint8 array (H, W), (H, W, 3) or (H, W, 4);
                transparency is white paper.

        Raises:
            ImageError: the picture cannot be read or is too large.
        """
        start = time.perf_counter()
        prepared = prepare(read_image(image), self.metadata.input_size)
        predictions = self._runtime(prepared.input)
        return RawPrediction(
            predictions,
            prepared,
            self._decoder,
            self.metadata.score_threshold,
            self.metadata.iou_threshold,
            (time.perf_counter() - start) * 1000,
        )

    def detect(
        self, image: ImageSource, score_threshold: float | None = None, iou_threshold: float | None = None
    ) -> Detections:
        """Find the objects in a picture: `predict`, then `RawPrediction.detections`."""
        return self.predict(image).detections(score_threshold, iou_threshold)
