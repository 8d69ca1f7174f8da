"""Training of a baseline on single drawings of the detector's sources, cut out as by the contours."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import lightning
import numpy as np
import torch
from lightning.pytorch.utilities.types import OptimizerLRScheduler
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset
from tqdm import tqdm

from digit_detector.classes import CLASSES
from digit_detector.evaluate.baselines.contours import SIDE, crop_drawing
from digit_detector.evaluate.baselines.networks import Facts, Kind, build, save
from digit_detector.synth.rasterize import draw
from digit_detector.synth.scene import SceneGenerator, SceneMix
from digit_detector.synth.sources.public_sets import TRAINED_ON, Reader, data_root
from digit_detector.synth.splits import Split

SINGLE: Final = SceneMix(single=1, free=0, rows=0, blank=0)

Batch = tuple[Tensor, Tensor]


class CropData(lightning.LightningDataModule):
    """Single drawings for training and for validation, of the same sources, writers and pens as the detector's.

    They are drawn once, before the first epoch, since drawing takes longer than learning.
    """

    def __init__(
        self,
        data_root: str | None = None,
        sources: tuple[str, ...] = TRAINED_ON,
        drawings: int = 32_768,
        validation_drawings: int = 2_000,
        batch_size: int = 64,
        seed: int = 1,
    ) -> None:
        """Args:
        data_root: folder of the public sets; by default the environment variable DIGIT_DETECTOR_DATA.
        sources: names of the sources to read.
        drawings: drawings of an epoch, each in another hand and pen; every epoch has the same.
        validation_drawings: drawings that validate.
        batch_size: drawings a step.
        seed: of the training drawings.
        """
        super().__init__()
        self.given_root = data_root
        self.sources = tuple(sources)
        self.drawings = drawings
        self.validation_drawings = validation_drawings
        self.batch_size = batch_size
        self.seed = seed

    def setup(self, stage: str) -> None:
        """Read the sources and draw."""
        self.train = self._drawn("train", self.seed, self.drawings)
        self.validation = self._drawn("validation", 0, self.validation_drawings)

    def train_dataloader(self) -> DataLoader[tuple[Tensor, ...]]:
        """Return the training drawings, in another order each epoch."""
        return DataLoader(self.train, self.batch_size, shuffle=True, drop_last=True)

    def val_dataloader(self) -> DataLoader[tuple[Tensor, ...]]:
        """Return the validation drawings."""
        return DataLoader(self.validation, self.batch_size)

    def _drawn(self, split: Split, seed: int, count: int) -> TensorDataset:
        """Draw pictures (count, 1, 28, 28) with their class indices (count,)."""
        generator = SceneGenerator(Reader(data_root(self.given_root), split).read(self.sources), SINGLE)
        pictures, labels = np.empty((count, 1, SIDE, SIDE), np.float32), np.empty(count, np.int64)
        for index in tqdm(range(count), desc=f"drawings, {split}", disable=None):
            scene = generator.scene(seed, index)
            pictures[index, 0] = crop_drawing(draw(replace(scene, specks=())))
            labels[index] = scene.objects[0].label
        return TensorDataset(torch.from_numpy(pictures), torch.from_numpy(labels))


class ClassifierModule(lightning.LightningModule):
    """A baseline with its loss and accuracy; drawings of classes that it does not know are skipped."""

    def __init__(
        self, network: Kind, classes: int = 12, learning_rate: float = 2e-3, weight_decay: float = 0.01
    ) -> None:
        """Args:
        network: `cnn` or `vit`.
        classes: 10 for the digits alone, 12 for all.
        learning_rate: the highest; it rises and falls along one cycle (Smith & Topin 2018).
        weight_decay: AdamW's (Loshchilov & Hutter 2019).
        """
        super().__init__()
        self.save_hyperparameters()
        self.facts = Facts(network, CLASSES[:classes])
        self.network = build(network, classes)
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.loss = nn.CrossEntropyLoss(label_smoothing=0.05)

    def forward(self, pictures: Tensor) -> Tensor:
        """Compute logits (N, classes) of pictures (N, 1, 28, 28), ink in [0, 1]."""
        logits: Tensor = self.network(pictures)
        return logits

    def training_step(self, batch: Batch) -> Tensor:
        pictures, labels = self._known(batch)
        loss: Tensor = self.loss(self(pictures), labels)
        self.log("train/loss", loss, prog_bar=True)
        return loss

    def validation_step(self, batch: Batch) -> None:
        pictures, labels = self._known(batch)
        right = (self(pictures).argmax(dim=1) == labels).float()
        self.log("val/accuracy", right.mean(), prog_bar=True, batch_size=len(labels))

    def _known(self, batch: Batch) -> Batch:
        pictures, labels = batch
        known = labels < len(self.facts.classes)
        return pictures[known], labels[known]

    def configure_optimizers(self) -> OptimizerLRScheduler:
        """Return AdamW and one cycle over all steps."""
        optimizer = torch.optim.AdamW(self.parameters(), lr=self.learning_rate, weight_decay=self.weight_decay)
        steps = int(self.trainer.estimated_stepping_batches)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, self.learning_rate, total_steps=steps)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}


class SaveWeights(lightning.Callback):
    """Write the weights, with how they were made, at the end of the training."""

    def __init__(self, path: Path) -> None:
        """path: the .safetensors file."""
        self.path = path
        self._started = time.perf_counter()

    def on_fit_start(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        self._started = time.perf_counter()

    def on_fit_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        assert isinstance(pl_module, ClassifierModule)
        training: dict[str, Any] = {
            "epochs": trainer.current_epoch,
            "steps": trainer.global_step,
            "minutes": round((time.perf_counter() - self._started) / 60, 1),
            **{name: round(float(value), 4) for name, value in trainer.callback_metrics.items() if "val/" in name},
        }
        save(pl_module.network, replace(pl_module.facts, training=training), self.path)
