"""Callbacks of the training: the exponential moving average of the weights, which is validated and kept."""

import torch
from lightning.pytorch.callbacks import WeightAveraging
from torch import Tensor


class WarmedUpEMA(WeightAveraging):
    """An exponential moving average (mean teacher: Tarvainen & Valpola 2017) that soon forgets the start.

    After n steps the decay is (1 + n) / (10 + n), as in TensorFlow's ExponentialMovingAverage, up to a maximum. A
    constant decay would keep much of the random start for the first thousand steps.
    """

    def __init__(self, decay: float = 0.998) -> None:
        """decay: the maximum, in [0, 1]."""

        @torch.no_grad()
        def average(averaged: list[Tensor], current: list[Tensor], steps: Tensor) -> None:
            weight = max(1 - decay, 9 / (10 + int(steps)))
            if averaged[0].is_floating_point():  # all tensors at once: a GPU would wait for each
                converted = [tensor.to(averaged[0].dtype) for tensor in current]  # for trainings in float64
                torch._foreach_lerp_(averaged, converted, weight)
            else:  # counts of batches
                torch._foreach_copy_(averaged, current)

        super().__init__(multi_avg_fn=average)
