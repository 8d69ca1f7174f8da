"""Anchors: priors for a box's width and height, the cell and anchor of each prediction, and how these decode it."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from digit_detector.metadata import ANCHORS_PER_SCALE, STRIDES, Anchor, ModelMetadata, Scaling
from digit_detector.yolo.box_coder import cxcywh_to_xyxy, decode, shape_iou
from digit_detector.yolo.network import YOLOv3


def cluster_anchors(sizes: Tensor, count: int, seed: int = 0) -> Tensor:
    """k-means over box sizes with the distance 1 - IoU (YOLO9000 section 2, "Dimension Clusters"), centres by median.

    Starts from sizes far from one another (k-means++, Arthur & Vassilvitskii 2007).

    sizes: (M, 2) widths and heights, M >= count. Returns (count, 2), ascending by area.
    """
    if len(sizes) < count:
        raise ValueError(f"{count} anchors need at least {count} boxes, got {len(sizes)}")
    generator = torch.Generator().manual_seed(seed)
    centres = sizes[torch.randint(len(sizes), (1,), generator=generator)]
    while len(centres) < count:
        distance = (1 - shape_iou(sizes, centres).amax(dim=1)).clamp(min=1e-6)
        centres = torch.cat((centres, sizes[torch.multinomial(distance.square(), 1, generator=generator)]))
    nearest = torch.full((len(sizes),), -1)
    for _ in range(100):
        closest = shape_iou(sizes, centres).argmax(dim=1)
        if torch.equal(closest, nearest):
            break
        nearest = closest
        for k in range(count):
            members = sizes[nearest == k]
            if len(members):
                centres[k] = members.median(dim=0).values
    return centres[centres.prod(dim=1).argsort()]


class AnchorGrid(nn.Module):
    """Where each of the A predictions sits, in the network's order; as a module it decodes raw predictions.

    Its tensors are buffers that follow the module from device to device, and are no part of its weights.

    Attributes:
        cells: (A, 2) column and row.
        strides: (A,) pixels.
        anchors: (A, 2) width and height in pixels.
        first: (3,) index of each stride's first prediction.
        input_size: side of the input in pixels.
    """

    cells: Tensor
    strides: Tensor
    anchors: Tensor
    first: Tensor

    def __init__(self, anchors: Sequence[Sequence[Anchor]], input_size: int) -> None:
        """Take what `ModelMetadata` checks: three anchors for each stride, and a multiple of 32."""
        super().__init__()
        table = torch.tensor(anchors, dtype=torch.float32)
        self.input_size = input_size
        cells, strides, priors, first = [], [], [], [0]
        for stride, scale in zip(STRIDES, table, strict=True):
            side = input_size // stride
            rows, columns = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
            cell = torch.stack((columns, rows), dim=-1).reshape(-1, 1, 2).expand(-1, ANCHORS_PER_SCALE, 2)
            cells.append(cell.reshape(-1, 2).float())
            strides.append(torch.full((len(cells[-1]),), float(stride)))
            priors.append(scale.repeat(side * side, 1))
            first.append(first[-1] + len(cells[-1]))
        self.register_buffer("cells", torch.cat(cells), persistent=False)
        self.register_buffer("strides", torch.cat(strides), persistent=False)
        self.register_buffer("anchors", torch.cat(priors), persistent=False)
        self.register_buffer("first", torch.tensor(first[:-1]), persistent=False)

    def boxes(self, raw: Tensor) -> Tensor:
        """Decode raw predictions (..., A, 5 + classes) to xyxy boxes (..., A, 4) in pixels of the input."""
        return cxcywh_to_xyxy(decode(raw[..., :4], self.cells, self.strides, self.anchors))

    def forward(self, raw: Tensor) -> Tensor:
        """Decode raw predictions (N, A, 5 + classes): xyxy in pixels, then objectness and classes in [0, 1]."""
        return torch.cat((self.boxes(raw), raw[..., 4:].sigmoid()), dim=-1)


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


def with_decoding(network: YOLOv3, metadata: ModelMetadata) -> nn.Sequential:
    """Return the network with its decoder, as it is served: (N, 1, S, S) ink to (N, A, 5 + classes)."""
    grid = AnchorGrid(metadata.anchors, metadata.input_size)
    return nn.Sequential(network, grid, ScoreScaling(metadata.scaling)).eval()
