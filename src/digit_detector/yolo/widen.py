"""A trained network's knowledge in a wider one (Net2WiderNet: Chen, Goodfellow & Shlens 2016, arXiv:1511.05641)."""

from typing import Final

import torch
from torch import Tensor

from digit_detector.errors import WeightsError
from digit_detector.yolo.network import YOLOv3

NOISE: Final = 0.4
"""Standard deviation of the factors at a wider network's kernels."""


def widen(narrow: YOLOv3, wide: YOLOv3, noise: float = NOISE) -> None:
    """Give `wide` what `narrow` learned: each channel becomes several, which share what it passed on.

    Where both are equally wide, `wide` becomes the same. Else both give the same predictions without noise; but equal
    channels would learn the same for ever, so each number of a kernel is multiplied by its own factor around 1, whose
    standard deviation is `noise`.

    Raises WeightsError where the channels of `wide` are not whole multiples, or its depth is another.
    """
    learned, own = narrow.state_dict(), wide.state_dict()
    if learned.keys() != own.keys() or not all(_fits(learned[name], own[name]) for name in own):
        sizes = [f"width {network.width:g} and depth {network.depth:g}" for network in (narrow, wide)]
        raise WeightsError(
            f"{sizes[0]} cannot become {sizes[1]}: give a whole multiple of the width, and the same depth"
        )
    wide.load_state_dict({name: _repeated(learned[name], own[name].shape, noise) for name in own})


def _fits(values: Tensor, wider: Tensor) -> bool:
    return all(new % old == 0 for old, new in zip(values.shape, wider.shape, strict=True))


def _repeated(values: Tensor, shape: torch.Size, noise: float) -> Tensor:
    """Each output channel several times, and each input channel too, with its share of the kernel."""
    wider = values
    for axis, (old, new) in enumerate(zip(values.shape, shape, strict=True)):
        wider = wider.repeat_interleave(new // old, dim=axis)
        if axis == 1:
            wider = wider / (new // old)
    if values.ndim > 1 and shape != values.shape:
        wider = wider * (1 + noise * torch.randn(shape))
    return wider
