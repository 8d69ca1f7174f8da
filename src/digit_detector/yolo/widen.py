"""Widening: initialise a wider network from a trained one (Net2WiderNet: Chen et al. 2016, arXiv:1511.05641)."""

from typing import Final

import torch
from torch import Tensor

from digit_detector.errors import WeightsError
from digit_detector.yolo.network import YOLOv3

NOISE: Final = 0.4
"""Standard deviation of the random factors on a wider network's kernels."""


def widen(narrow: YOLOv3, wide: YOLOv3, noise: float = NOISE) -> None:
    """Copy `narrow` into `wide`: each channel becomes several, which share its outgoing weight.

    Without noise both networks predict the same. But equal channels would learn the same forever, so each number of a
    wider kernel is multiplied by a random factor around 1 with standard deviation `noise`.

    Raises WeightsError if the channels of `wide` are not whole multiples of those of `narrow`, or the depths differ.
    """
    learned, target = narrow.state_dict(), wide.state_dict()
    if learned.keys() != target.keys() or not all(_fits(learned[name], target[name]) for name in target):
        sizes = [f"width {config.width:g} and depth {config.depth:g}" for config in (narrow.config, wide.config)]
        raise WeightsError(
            f"{sizes[0]} cannot become {sizes[1]}: give a whole multiple of the width, and the same depth"
        )
    wide.load_state_dict({name: _repeated(learned[name], target[name].shape, noise) for name in target})


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
