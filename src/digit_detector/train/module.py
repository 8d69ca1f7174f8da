"""The detector as a Lightning module: loss, optimiser and validation."""

import math
from pathlib import Path
from typing import Any

import lightning
import torch
from lightning.pytorch.utilities.types import OptimizerLRScheduler
from torch import Tensor, nn

from digit_detector.detect.letterbox import Letterbox
from digit_detector.detect.postprocess import postprocess
from digit_detector.errors import DigitDetectorError
from digit_detector.evaluate.metrics import LOWEST_SCORE, Evaluation
from digit_detector.metadata import ModelMetadata, NetworkConfig
from digit_detector.yolo.anchors import AnchorGrid, Anchors
from digit_detector.yolo.checkpoint import load
from digit_detector.yolo.distillation import distillation_loss
from digit_detector.yolo.loss import LossSettings, yolo_loss
from digit_detector.yolo.network import STRIDES, YOLOv3
from digit_detector.yolo.targets import Objects
from digit_detector.yolo.widen import widen

Batch = tuple[Tensor, Objects]


class DetectorModule(lightning.LightningModule):
    """YOLOv3 with its loss, optimiser and validation figures."""

    def __init__(
        self,
        anchors: Anchors,
        network: NetworkConfig,
        loss: LossSettings | None = None,
        input_size: int = 192,
        learning_rate: float = 2e-3,
        weight_decay: float = 0.02,
        warmup_steps: int = 200,
        iou_threshold: float = 0.3,
        start: str | None = None,
        teacher: str | None = None,
        teacher_share: float = 0.5,
        freeze_normalisation: bool = False,
    ) -> None:
        """Args:
        anchors: three (width, height) for each of the strides 8, 16, 32, in pixels of the input.
        network: width, depth and input channels.
        loss: weights and assignment.
        input_size: side of the input in pixels, a multiple of 32.
        learning_rate: the highest, after warm-up; it falls to zero along a cosine.
        weight_decay: AdamW's (Loshchilov & Hutter 2019), not applied to normalisation and biases.
        warmup_steps: steps over which the learning rate rises from zero.
        iou_threshold: of NMS in validation, and the product's default.
        start: safetensors file whose network training goes on from, instead of from chance; a narrower one is widened.
        teacher: safetensors file of a better network of any width, whose answers are learned beside the labels.
        teacher_share: of the loss, in [0, 1], that is the distance from the teacher; the labels have the rest.
        freeze_normalisation: keep the running means and variances as they are, as small batches and fine-tuning want.

        Raises WeightsError when `start` or `teacher` cannot be used for this network, DigitDetectorError for a
        `teacher_share` outside its range.
        """
        super().__init__()
        if not 0 <= teacher_share <= 1:
            raise DigitDetectorError(f"teacher_share is {teacher_share}: give a number from 0 to 1")
        # A checkpoint holds the weights itself, and is read where these files may be gone.
        self.save_hyperparameters(ignore=["start", "teacher", "teacher_share"])
        self.metadata = ModelMetadata(
            input_size=input_size,
            strides=STRIDES,
            anchors=tuple(tuple((float(w), float(h)) for w, h in scale) for scale in anchors),
            network=network,
            score_threshold=0.35,
            iou_threshold=iou_threshold,
        )
        self.loss = loss or LossSettings()
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.warmup_steps = warmup_steps
        self.freeze_normalisation = freeze_normalisation
        self.network = YOLOv3(len(self.metadata.classes), network.in_channels, network.width, network.depth)
        self.grid = AnchorGrid(anchors, input_size)
        if start:
            trained, metadata = load(Path(start))
            metadata.must_fit(self.metadata, start, "the configuration", facts=("anchors",))
            widen(trained, self.network)
        self.network.to(memory_format=torch.channels_last)  # a CPU's bfloat16 convolutions are a third faster so
        self._teacher = Teacher(Path(teacher), self.metadata) if teacher else None
        self.teacher_share = teacher_share
        self._evaluation: Evaluation | None = None

    def forward(self, images: Tensor) -> Tensor:
        """(N, C, S, S) to raw predictions (N, A, 5 + classes)."""
        return _predict(self.network, images)

    def transfer_batch_to_device(self, batch: Batch, device: torch.device, dataloader_idx: int) -> Batch:
        images, objects = batch
        return images.to(device, non_blocking=True), objects.to(device)

    def on_fit_start(self) -> None:
        if self._teacher:
            self._teacher.to(next(self.parameters()))

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:
        images, objects = batch
        raw = self(images)
        terms = yolo_loss(raw, objects, self.grid, self.loss, self._average)
        total = _sum(terms)
        self.log_dict({f"train/{name}": value for name, value in terms.items()})
        if self._teacher:
            distances = distillation_loss(raw, self._teacher(images), self.grid, self.loss, self._average)
            total = (1 - self.teacher_share) * total + self.teacher_share * _sum(distances)
            self.log_dict({f"train/teacher_{name}": value for name, value in distances.items()})
        self.log("train/loss", total, prog_bar=True)
        return total

    def _average(self, value: Tensor) -> Tensor:
        """The mean over all processes of the training."""
        mean: Tensor = self.trainer.strategy.reduce(value, reduce_op="mean")
        return mean

    def on_train_epoch_start(self) -> None:
        if self.freeze_normalisation:
            for module in self.network.modules():
                if isinstance(module, nn.BatchNorm2d):
                    module.eval()

    def on_validation_epoch_start(self) -> None:
        self._evaluation = Evaluation(self.device)

    def validation_step(self, batch: Batch, batch_idx: int) -> None:
        images, objects = batch
        raw = self(images)
        terms = yolo_loss(raw, objects, self.grid, self.loss)
        self.log("val/loss", _sum(terms), batch_size=len(images), sync_dist=True)
        assert self._evaluation is not None
        for index, predictions in enumerate(self.grid(raw.float()).cpu().numpy()):
            image = images[index : index + 1].float().cpu().numpy()
            letterbox = Letterbox(image, scale=1.0, pad_x=0, pad_y=0, width=image.shape[-1], height=image.shape[-2])
            found = postprocess(predictions, letterbox, LOWEST_SCORE, self.metadata.iou_threshold)
            expected = objects.image == index
            self._evaluation.add(
                (found.boxes, found.scores, found.labels),
                objects.boxes[expected].cpu().numpy(),
                objects.labels[expected].cpu().numpy(),
            )

    def on_validation_epoch_end(self) -> None:
        assert self._evaluation is not None
        figures = self._evaluation.figures()
        shown = ("AP50", "AP50:95", "exact")
        # The figures are of all processes' pictures already; averaging equal numbers changes nothing.
        self.log_dict({f"val/{name}": figures[name] for name in shown}, prog_bar=True, sync_dist=True)
        self.log_dict({f"val/{k}": v for k, v in figures.items() if k not in shown}, sync_dist=True)

    def configure_optimizers(self) -> OptimizerLRScheduler:
        decayed = [p for p in self.parameters() if p.ndim > 1]
        others = [p for p in self.parameters() if p.ndim <= 1]
        groups: list[dict[str, Any]] = [
            {"params": decayed, "weight_decay": self.weight_decay},
            {"params": others, "weight_decay": 0.0},
        ]
        optimizer = torch.optim.AdamW(groups, lr=self.learning_rate, betas=(0.9, 0.99))
        total = int(self.trainer.estimated_stepping_batches)
        scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: self._share(step, total))
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": scheduler, "interval": "step"}}

    def _share(self, step: int, total: int) -> float:
        """Share of the highest learning rate at a step: a linear warm-up, then a cosine to zero."""
        warm = min(1.0, (step + 1) / max(1, self.warmup_steps))
        return warm * 0.5 * (1 + math.cos(math.pi * min(1.0, step / total)))


class Teacher:
    """A trained network that answers, and is no part of what is trained, averaged or kept."""

    def __init__(self, path: Path, student: ModelMetadata) -> None:
        """Raises WeightsError where the file cannot be read, or its anchors are not the student's."""
        network, metadata = load(path)
        metadata.must_fit(student, str(path), "the configuration", facts=("anchors",))
        self._network = network.to(memory_format=torch.channels_last)

    def __deepcopy__(self, memo: object) -> "Teacher":
        """Itself, since it never changes: who averages a training copies all of it."""
        return self

    def to(self, like: Tensor) -> None:
        """Answer on that tensor's device and in its precision from now on."""
        self._network.to(like)

    def __call__(self, images: Tensor) -> Tensor:
        """(N, C, S, S) to raw predictions (N, A, 5 + classes) that no gradient enters."""
        with torch.no_grad():
            return _predict(self._network, images)


def _predict(network: YOLOv3, images: Tensor) -> Tensor:
    predictions: Tensor = network(images.expand(-1, network.in_channels, -1, -1))
    return predictions


def _sum(terms: dict[str, Tensor]) -> Tensor:
    return torch.stack(list(terms.values())).sum()
