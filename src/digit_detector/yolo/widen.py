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

    Without noise both give the same predictions. But equal channels would learn the same for ever, so each number of a
    kernel is multiplied by its own factor around 1, whose standard deviation is `noise`.

    Raises WeightsError where the channels of `wide` are not whole multiples, or its depth is another.
    """
    learned = narrow.state_dict()
    tensors = {}
    for name, own in wide.state_dict().items():
        if name not in learned or any(new % old for new, old in zip(own.shape, learned[name].shape, strict=True)):
            raise WeightsError(
                f"weights of width {narrow.width} cannot be widened to {wide.width}, in which {name} does not fit "
                "a whole number of times: choose a multiple, and the same depth"
            )
        tensors[name] = _repeated(learned[name], own.shape)
        if own.ndim > 1 and own.shape != learned[name].shape:
            tensors[name] *= 1 + noise * torch.randn(own.shape)
    wide.load_state_dict(tensors)


def _repeated(values: Tensor, shape: torch.Size) -> Tensor:
    """Each output channel several times, and each input channel too, with its share of the kernel."""
    for axis, (old, new) in enumerate(zip(values.shape, shape, strict=True)):
        times = new // old
        values = values.repeat_interleave(times, dim=axis)
        if axis == 1:
            values = values / times
    return values
