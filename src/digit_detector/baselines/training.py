"""Training of a baseline: single drawings of the detector's own sources and scenes, cut out as the contours would."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import cv2
import lightning
import numpy as np
import torch
from lightning.pytorch.utilities.types import OptimizerLRScheduler
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from digit_detector.baselines.contours import clean, crop, extent
from digit_detector.baselines.networks import Kind, build
from digit_detector.baselines.weights import Facts, save
from digit_detector.classes import CLASSES
from digit_detector.detect.preprocess import ink_of
from digit_detector.ink.canvas import draw
from digit_detector.ink.scene import SceneGenerator, SceneMix
from digit_detector.ink.sources import TRAINED_ON, Reader, data_root
from digit_detector.ink.splits import Split

SINGLE: Final = SceneMix(single=1, free=0, rows=0, blank=0)

Sample = tuple[NDArray[np.float32], int]
Batch = tuple[Tensor, Tensor]


class CropDataset(Dataset[Sample]):
    """Drawings `first` to `first + count` of a seed, each alone on a canvas: (1, 28, 28) and its class index."""

    def __init__(self, generator: SceneGenerator, *, seed: int, first: int, count: int) -> None:
        self.generator = generator
        self.seed = seed
        self.first = first
        self.count = count

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, position: int) -> Sample:
        scene = replace(self.generator.scene(self.seed, self.first + position), specks=())
        ink = clean(ink_of(draw(scene)))
        return crop(ink, extent(ink))[None], scene.objects[0].label


class CropData(lightning.LightningDataModule):
    """Single drawings for training and for validation, of the same sources, writers and pens as the detector's."""

    def __init__(
        self,
        data_root: str | None = None,
        sources: tuple[str, ...] = TRAINED_ON,
        epoch_drawings: int = 32_768,
        validation_drawings: int = 4_000,
        batch_size: int = 128,
        workers: int = 1,
        seed: int = 1,
    ) -> None:
        """Args:
        data_root: folder of the public sets; by default the environment variable DIGIT_DETECTOR_DATA.
        sources: names of the sources to read.
        epoch_drawings: drawings an epoch; none has the same hand and pen twice.
        validation_drawings: drawings, the same each time.
        batch_size: drawings a step.
        workers: processes that draw.
        seed: of the training drawings.
        """
        super().__init__()
        self.given_root = data_root
        self.sources = tuple(sources)
        self.epoch_drawings = epoch_drawings
        self.validation_drawings = validation_drawings
        self.batch_size = batch_size
        self.workers = workers
        self.seed = seed
        self._generators: dict[Split, SceneGenerator] = {}

    def train_dataloader(self) -> DataLoader[Sample]:
        """The drawings of the current epoch."""
        epoch = self.trainer.current_epoch if self.trainer else 0
        return self._loader("train", self.seed, epoch * self.epoch_drawings, self.epoch_drawings)

    def val_dataloader(self) -> DataLoader[Sample]:
        """The validation drawings."""
        return self._loader("validation", 0, 0, self.validation_drawings)

    def _loader(self, split: Split, seed: int, first: int, count: int) -> DataLoader[Sample]:
        if split not in self._generators:
            drawings = Reader(data_root(self.given_root), split).read(self.sources)
            self._generators[split] = SceneGenerator(drawings, SINGLE)
        dataset = CropDataset(self._generators[split], seed=seed, first=first, count=count)
        return DataLoader(dataset, self.batch_size, num_workers=self.workers, worker_init_fn=_one_thread)


def _one_thread(worker: int) -> None:
    """The cores belong to the network's arithmetic."""
    cv2.setNumThreads(1)
    torch.set_num_threads(1)


class ClassifierModule(lightning.LightningModule):
    """A baseline with its loss and its accuracy; drawings of classes that it does not know are passed over."""

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
        """(N, 1, 28, 28), ink in [0, 1], to logits (N, classes)."""
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
        """AdamW, one cycle over all steps."""
        optimizer = torch.optim.AdamW(self.parameters(), lr=self.learning_rate, weight_decay=self.weight_decay)
        steps = int(self.trainer.estimated_stepping_batches)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, self.learning_rate, total_steps=steps)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}


class SaveWeights(lightning.Callback):
    """Writes the weights that the suite reads, with how they were made, at the training's end."""

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
