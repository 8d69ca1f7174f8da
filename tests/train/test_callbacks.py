"""The average over a training's steps follows the weights from the first step on, and slowly in the end."""

import lightning
import pytest
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from digit_detector.train.callbacks import WarmedUpEMA


def test_all_weights_are_averaged_and_counts_are_copied() -> None:
    """In the average's own precision, which is float32 also where the training is in float64."""
    average = WarmedUpEMA(decay=0.5)._kwargs["multi_avg_fn"]
    averaged = [torch.zeros(2), torch.ones(3)]
    average(averaged, [torch.ones(2, dtype=torch.float64), torch.zeros(3, dtype=torch.float64)], torch.tensor(10))
    assert torch.equal(averaged[0], torch.full((2,), 0.5))
    assert torch.equal(averaged[1], torch.full((3,), 0.5))
    counts = [torch.tensor(1), torch.tensor(2)]
    average(counts, [torch.tensor(5), torch.tensor(6)], torch.tensor(10))
    assert counts == [5, 6]


class Counter(lightning.LightningModule):
    """Its one weight is the number of steps that it was trained."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1, dtype=torch.float64))

    def training_step(self, batch: Tensor) -> Tensor:
        return -self.weight.sum()

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.SGD(self.parameters(), lr=1.0)


@pytest.mark.parametrize(
    ("decay", "average"),
    [
        (0.998, 90.0),  # a tenth of the steps behind: a constant decay of 0.998 would have it at 10
        (0.5, 99.0),  # one step behind
    ],
)
def test_average_decay_grows_to_its_limit(decay: float, average: float) -> None:
    counter = Counter()
    trainer = lightning.Trainer(
        max_epochs=1, accelerator="cpu", logger=False, enable_checkpointing=False, enable_progress_bar=False,
        callbacks=[WarmedUpEMA(decay)],
    )  # fmt: skip
    trainer.fit(counter, DataLoader(torch.zeros(100, 1)))
    assert counter.weight.item() == pytest.approx(average, abs=1e-4)
