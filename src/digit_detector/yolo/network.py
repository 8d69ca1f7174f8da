"""The network of YOLOv3 (Redmon & Farhadi 2018, arXiv:1804.02767): Darknet-53 and three detection scales.

A wider network can be initialised from a trained one (Net2WiderNet: Chen et al. 2016, arXiv:1511.05641).
"""

import math
from dataclasses import replace
from functools import partial
from typing import Final

import torch
from torch import Tensor, nn

from digit_detector.classes import CLASSES
from digit_detector.errors import WeightsError
from digit_detector.metadata import ANCHORS_PER_SCALE, NetworkConfig
from digit_detector.yolo.rounding import RANGE, RoundedConv2d, Rounding

STAGES: Final = ((64, 1), (128, 2), (256, 8), (512, 8), (1024, 4))
"""Darknet-53's channels and residual blocks a stage (table 1)."""

PICTURE_RANGE: Final = 1.007
"""Rounded pictures hide tiny differences between machines, which later roundings would enlarge. The range is not 1, so
that means of two steps of 8-bit ink, which are frequent, do not lie in the middle between two steps of this one.
"""

OUTPUTS: Final = 5 + len(CLASSES)
"""Numbers of a prediction: tx, ty, tw, th, objectness and the classes."""


class ConvNormAct(nn.Sequential):
    """Convolution without bias, batch normalisation, leaky ReLU: Darknet's unit, with both results rounded or not."""

    def __init__(
        self, in_channels: int, out_channels: int, kernel: int, stride: int = 1, *, rounded: bool = False
    ) -> None:
        convolution = RoundedConv2d if rounded else nn.Conv2d
        layers = [
            convolution(in_channels, out_channels, kernel, stride, padding=kernel // 2, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.LeakyReLU(0.1, inplace=True),
        ]
        if rounded:
            layers[2:] = [Rounding(), *layers[2:], Rounding()]
        super().__init__(*layers)


class Residual(nn.Module):
    """1x1 to half the channels, 3x3 back, and the shortcut (table 1)."""

    def __init__(self, channels: int, *, rounded: bool) -> None:
        super().__init__()
        self.narrow = ConvNormAct(channels, channels // 2, 1, rounded=rounded)
        self.widen = ConvNormAct(channels // 2, channels, 3, rounded=rounded)
        self.sum = Rounding() if rounded else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        total: Tensor = self.sum(x + self.widen(self.narrow(x)))
        return total


class Darknet53(nn.Module):
    """The backbone (section 2.4); returns the features of strides 8, 16 and 32."""

    def __init__(self, in_channels: int, channels: list[int], blocks: list[int], *, rounded: bool) -> None:
        """Args:
        in_channels: of the pictures.
        channels: of the stem and the five stages.
        blocks: residual blocks of the five stages.
        rounded: whether all but the stem and the first stage are rounded, which need the precision most.
        """
        super().__init__()
        self.stem = ConvNormAct(in_channels, channels[0], 3)
        stages: list[nn.Sequential] = []
        for before, after, count in zip(channels[:-1], channels[1:], blocks, strict=True):
            later = rounded and bool(stages)
            residuals = (Residual(after, rounded=later) for _ in range(count))
            stages.append(nn.Sequential(ConvNormAct(before, after, 3, stride=2, rounded=later), *residuals))
        if rounded:
            stages[0].append(Rounding())
        self.stages = nn.ModuleList(stages)

    def forward(self, x: Tensor) -> list[Tensor]:
        x = self.stem(x)
        features = []
        for stage in self.stages:
            x = stage(x)
            features.append(x)
        return features[2:]


class Head(nn.Module):
    """A detection scale: five alternating convolutions, then the prediction (section 2.3)."""

    def __init__(self, in_channels: int, channels: int, outputs: int, *, rounded: bool) -> None:
        super().__init__()
        half = channels // 2
        unit = partial(ConvNormAct, rounded=rounded)
        self.neck = nn.Sequential(
            unit(in_channels, half, 1),
            unit(half, channels, 3),
            unit(channels, half, 1),
            unit(half, channels, 3),
            unit(channels, half, 1),
        )
        self.predict = nn.Sequential(unit(half, channels, 3), nn.Conv2d(channels, outputs, 1))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        route = self.neck(x)
        return route, self.predict(route)


class Join(nn.Module):
    """Enlarges the route of a coarser scale, and joins it with the features of this one (section 2.3)."""

    def __init__(self, *, rounded: bool) -> None:
        super().__init__()
        self.upsample = nn.Upsample(scale_factor=2, mode="nearest")
        self.enlarged = Rounding() if rounded else nn.Identity()
        self.joined = Rounding() if rounded else nn.Identity()

    def forward(self, route: Tensor, features: Tensor) -> Tensor:
        enlarged = self.enlarged(self.upsample(route))
        joined: Tensor = self.joined(torch.cat((enlarged, features), dim=1))
        return joined


class YOLOv3(nn.Module):
    """YOLOv3 with a width and a depth multiplier; 1.0 and 1.0 are the paper's network."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config

        def scaled(channels: int) -> int:
            return max(8, round(channels * config.width / 8) * 8)

        channels = [scaled(32), *(scaled(c) for c, _ in STAGES)]
        blocks = [max(1, round(count * config.depth)) for _, count in STAGES]
        rounded = config.rounded
        self.pictures = Rounding(high=PICTURE_RANGE) if rounded else nn.Identity()
        self.backbone = Darknet53(config.in_channels, channels, blocks, rounded=rounded)
        outputs = ANCHORS_PER_SCALE * OUTPUTS
        fine, middle, coarse = channels[-3:]
        self.coarse = Head(coarse, coarse, outputs, rounded=rounded)
        self.to_middle = ConvNormAct(coarse // 2, middle // 2, 1, rounded=rounded)
        self.join_middle = Join(rounded=rounded)
        self.middle = Head(middle // 2 + middle, middle, outputs, rounded=rounded)
        self.to_fine = ConvNormAct(middle // 2, fine // 2, 1, rounded=rounded)
        self.join_fine = Join(rounded=rounded)
        self.fine = Head(fine // 2 + fine, fine, outputs, rounded=rounded)
        self._initialise()

    def _initialise(self) -> None:
        """He's initialisation; every box starts at its anchor, every objectness at 1 % (Lin et al. 2017, 3.3)."""
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, a=0.1, mode="fan_out", nonlinearity="leaky_relu")
        for head in (self.fine, self.middle, self.coarse):
            final = head.predict[-1]
            assert isinstance(final, nn.Conv2d)
            assert final.bias is not None
            nn.init.normal_(final.weight, std=0.01)
            bias = torch.zeros(ANCHORS_PER_SCALE, OUTPUTS)
            bias[:, 4] = math.log(0.01 / 0.99)
            bias[:, 5:] = math.log(1 / len(CLASSES))
            final.bias.data.copy_(bias.flatten())

    def forward(self, images: Tensor) -> Tensor:
        """Map images (N, C, S, S), S a multiple of 32, to raw predictions (N, A, 5 + classes).

        The last axis is tx, ty, tw, th, objectness and the classes, all before their sigmoid or exponent. A runs
        over the strides 8, 16, 32; within a stride over rows, columns and the three anchors.
        """
        small, medium, large = self.backbone(self.pictures(images))
        route, coarse = self.coarse(large)
        route, middle = self.middle(self.join_middle(self.to_middle(route), medium))
        _, fine = self.fine(self.join_fine(self.to_fine(route), small))
        return torch.cat([self._flatten(scale) for scale in (fine, middle, coarse)], dim=1)

    def _flatten(self, scale: Tensor) -> Tensor:
        """(N, 3 (5 + classes), H, W) to (N, H W 3, 5 + classes)."""
        count = scale.shape[0]
        return scale.permute(0, 2, 3, 1).reshape(count, -1, OUTPUTS)


def in_floating_point(network: YOLOv3) -> YOLOv3:
    """Return the network without rounding, in evaluation mode; one that does not round is returned as it is."""
    if not network.config.rounded:
        return network
    exact = YOLOv3(replace(network.config, rounded=False))
    widen(network, exact)
    return exact.eval()


def widen(narrow: YOLOv3, wide: YOLOv3, noise: float = 0.4) -> None:
    """Copy `narrow` into `wide`: each channel becomes several, which share its outgoing weight.

    Without noise both networks predict the same. But equal channels would learn the same forever, so each number of a
    wider kernel is multiplied by a random factor around 1 with standard deviation `noise`. Ranges of rounded layers are
    copied if both networks are rounded.

    Raises WeightsError if the channels of `wide` are not whole multiples of those of `narrow`, or the depths differ.
    """
    learned, target = narrow.state_dict(), wide.state_dict()
    shared = learned.keys() & target.keys()
    are_alike = all(name.endswith(RANGE) for name in learned.keys() ^ target.keys())
    if not are_alike or not all(_fits(learned[name], target[name]) for name in shared):
        sizes = [f"width {config.width:g} and depth {config.depth:g}" for config in (narrow.config, wide.config)]
        raise WeightsError(
            f"{sizes[0]} cannot become {sizes[1]}: give a whole multiple of the width, and the same depth"
        )
    repeated = {name: _repeated(learned[name], target[name].shape, noise) for name in shared}
    wide.load_state_dict(repeated, strict=False)


def _fits(values: Tensor, wider: Tensor) -> bool:
    return all(new % old == 0 for old, new in zip(values.shape, wider.shape, strict=True))


def _repeated(values: Tensor, shape: torch.Size, noise: float) -> Tensor:
    """Repeat each output channel, and each input channel with its part of the kernel."""
    wider = values
    for axis, (old, new) in enumerate(zip(values.shape, shape, strict=True)):
        wider = wider.repeat_interleave(new // old, dim=axis)
        if axis == 1:
            wider = wider / (new // old)
    if values.ndim > 1 and shape != values.shape:
        wider = wider * (1 + noise * torch.randn(shape))
    return wider
