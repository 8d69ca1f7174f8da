"""Decoding: from the network's raw predictions to boxes in pixels and calibrated scores, as they are served."""

import torch
from torch import Tensor, nn

from digit_detector.metadata import ModelMetadata, Scaling
from digit_detector.yolo.anchors import AnchorGrid
from digit_detector.yolo.network import YOLOv3


def with_decoding(network: YOLOv3, metadata: ModelMetadata) -> nn.Sequential:
    """Return the network with its decoder, as it is served: (N, 1, S, S) ink to (N, A, 5 + classes)."""
    anchors = [list(scale) for scale in metadata.anchors]
    return nn.Sequential(network, AnchorGrid(anchors, metadata.input_size), ScoreScaling(metadata.scaling)).eval()


class ScoreScaling(nn.Module):
    """Scales decoded predictions (N, A, 5 + classes) so that objectness times class probability is calibrated."""

    def __init__(self, scaling: Scaling) -> None:
        super().__init__()
        self._scaling = scaling

    def forward(self, predictions: Tensor) -> Tensor:
        """Return the same boxes, scaled objectness, and the class probabilities that give scaled scores."""
        if self._scaling == Scaling():
            return predictions
        boxes, objectness, probabilities = predictions[..., :4], predictions[..., 4:5], predictions[..., 5:]
        scaled = self._scale(objectness)
        return torch.cat((boxes, scaled, self._scale(objectness * probabilities) / scaled), dim=-1)

    def _scale(self, scores: Tensor) -> Tensor:
        # The logarithms of 0 and 1 are no numbers. Sigmoids near 0 differ between backends, and two are divided.
        scores, scaling = scores.clamp(1e-4, 1 - 1e-6), self._scaling
        logits = scaling.low * scores.log() - scaling.high * (1 - scores).log() + scaling.offset
        return 1 / (1 + (-logits).exp())
