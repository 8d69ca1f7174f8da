"""The average of the weights over a training's steps, which is what is validated and kept."""

import torch
from lightning.pytorch.callbacks import WeightAveraging
from torch import Tensor


class WarmedUpEMA(WeightAveraging):
    """An exponential moving average (mean teacher's, Tarvainen & Valpola 2017) that soon forgets where it began.

    After n steps the decay is (1 + n) / (10 + n), as in TensorFlow's ExponentialMovingAverage, until it reaches its
    highest: a constant one would hold much of the random start for the first thousand steps.
    """

    def __init__(self, decay: float = 0.998) -> None:
        """decay: the highest, in [0, 1]."""

        @torch.no_grad()
        def average(averaged: list[Tensor], current: list[Tensor], steps: Tensor) -> None:
            followed = max(1 - decay, 9 / (10 + int(steps)))
            if averaged[0].is_floating_point():  # all at once: a GPU would wait for one after the other
                alike = [now.to(averaged[0].dtype) for now in current]  # where the training is in float64
                torch._foreach_lerp_(averaged, alike, followed)
            else:  # counts of batches
                torch._foreach_copy_(averaged, current)

        super().__init__(multi_avg_fn=average)
