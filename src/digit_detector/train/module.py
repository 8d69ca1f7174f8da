"""The detector as a Lightning module: loss, optimiser and validation; `digit-detector fit` and `validate`."""

import logging
import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import lightning
import torch
from lightning.pytorch.cli import LightningCLI
from lightning.pytorch.utilities.types import OptimizerLRScheduler
from torch import Tensor, nn

from digit_detector.detect.letterbox import Letterbox
from digit_detector.detect.postprocess import View, postprocess
from digit_detector.errors import DigitDetectorError
from digit_detector.evaluate.metrics import LOWEST_SCORE, Evaluation
from digit_detector.metadata import INPUT_SIZE, METADATA_KEY, Anchor, ModelMetadata, NetworkConfig
from digit_detector.yolo.anchors import AnchorGrid
from digit_detector.yolo.checkpoint import load
from digit_detector.yolo.loss import LossSettings, distillation_loss, read_right, yolo_loss
from digit_detector.yolo.network import YOLOv3, in_floating_point, widen
from digit_detector.yolo.targets import Objects

Batch = tuple[Tensor, Objects]

DEFAULT_SCORE_THRESHOLD: Final = 0.35
"""Of weights that no `promote` has chosen a threshold for."""


def _run(subcommand: str, arguments: Sequence[str]) -> None:
    """Run `digit-detector fit` or `validate` with Lightning's options."""
    # Making an epoch's scenes takes seconds; one worker feeds a CPU.
    warnings.filterwarnings("ignore", message=".*does not have many workers.*")
    # The arguments come from our own command line, without the words before them in sys.argv.
    warnings.filterwarnings("ignore", message="LightningCLI's args parameter")
    log = logging.getLogger("digit_detector")  # what the sources hold, and what of it cannot be used
    handler = logging.StreamHandler()
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        LightningCLI(
            lightning.LightningModule,
            lightning.LightningDataModule,
            subclass_mode_model=True,
            subclass_mode_data=True,
            args=[subcommand, *arguments],
            seed_everything_default=1,
            save_config_kwargs={"overwrite": True},
            parser_kwargs={"prog": "digit-detector"},
        )
    finally:
        log.removeHandler(handler)
        log.setLevel(logging.NOTSET)


fit, validate = partial(_run, "fit"), partial(_run, "validate")


class DetectorModule(lightning.LightningModule):
    """YOLOv3 with its loss, optimiser and validation figures."""

    def __init__(
        self,
        anchors: list[list[Anchor]],
        network: NetworkConfig,
        loss: LossSettings | None = None,
        input_size: int = INPUT_SIZE,
        learning_rate: float = 2e-3,
        weight_decay: float = 0.02,
        warmup_steps: int = 200,
        iou_threshold: float = 0.3,
        initial_weights: str | None = None,
        teacher: str | None = None,
        distillation_weight: float = 0.5,
        freeze_batch_norm: bool = False,
    ) -> None:
        """Args:
        anchors: three (width, height) for each of the strides 8, 16, 32, in pixels of the input.
        network: width, depth and input channels.
        loss: weights of the terms, and assignment.
        input_size: side of the input in pixels, a multiple of 32.
        learning_rate: the maximum, after warm-up; it falls to zero along a cosine.
        weight_decay: AdamW's (Loshchilov & Hutter 2019), not applied to batch normalisation and biases.
        warmup_steps: steps over which the learning rate rises from zero.
        iou_threshold: of NMS in validation, and the product's default.
        initial_weights: safetensors file to initialise from; narrower weights are widened (Net2WiderNet).
        teacher: safetensors file of a better network of any width, for distillation; it teaches what it reads right,
            and does not round.
        distillation_weight: of the distance from the teacher in the loss, in [0, 1]; the labels have the rest.
        freeze_batch_norm: keep the running means and variances, as small batches and fine-tuning need.

        Raises WeightsError if `initial_weights` does not fit this network, DigitDetectorError for a
        `distillation_weight` outside [0, 1].
        """
        super().__init__()
        if not 0 <= distillation_weight <= 1:
            raise DigitDetectorError(f"distillation_weight is {distillation_weight}: give a number from 0 to 1")
        # A checkpoint holds the weights itself, and may be read where these files are gone.
        self.save_hyperparameters(ignore=["initial_weights", "teacher", "distillation_weight"])
        self.metadata = ModelMetadata(
            input_size=input_size,
            anchors=tuple(tuple((float(w), float(h)) for w, h in scale) for scale in anchors),
            network=network,
            score_threshold=DEFAULT_SCORE_THRESHOLD,
            iou_threshold=iou_threshold,
        )
        self.loss = loss or LossSettings()
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.warmup_steps = warmup_steps
        self.freeze_batch_norm = freeze_batch_norm
        self.network = YOLOv3(network)
        self.grid = AnchorGrid(self.metadata.anchors, input_size)
        if initial_weights:
            trained, metadata = load(Path(initial_weights))
            metadata.must_fit(self.metadata, initial_weights, "the configuration", facts=("anchors",))
            widen(trained, self.network)
            self.metadata = replace(self.metadata, score_threshold=metadata.score_threshold, scaling=metadata.scaling)
        self.network.to(memory_format=torch.channels_last)  # makes a CPU's bfloat16 convolutions a third faster
        self.teacher = Path(teacher) if teacher else None
        self.distillation_weight = distillation_weight
        self._teacher: tuple[YOLOv3] | None = None  # in a tuple, so that it is not trained, averaged or saved
        self._evaluation: Evaluation | None = None

    def setup(self, stage: str) -> None:
        """Load the teacher, after the weight averaging has copied this module; raises WeightsError if it cannot."""
        if stage == "fit" and self.teacher:
            network, metadata = load(self.teacher)
            metadata.must_fit(self.metadata, str(self.teacher), "the configuration", facts=("anchors",))
            self._teacher = (in_floating_point(network).to(memory_format=torch.channels_last),)

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        checkpoint[METADATA_KEY] = self.metadata.to_json()

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Restore the calibration of the scores, which comes from the initial weights."""
        if METADATA_KEY in checkpoint:  # older checkpoints have none
            saved = ModelMetadata.from_json(checkpoint[METADATA_KEY])
            self.metadata = replace(self.metadata, score_threshold=saved.score_threshold, scaling=saved.scaling)

    def forward(self, images: Tensor) -> Tensor:
        """Map ink (N, C, S, S) to raw predictions (N, A, 5 + classes)."""
        return _predict(self.network, images)

    def on_fit_start(self) -> None:
        if self._teacher:
            self._teacher[0].to(next(self.parameters()))  # to its device and precision

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:
        images, objects = batch
        raw = self(images)
        terms = yolo_loss(raw, objects, self.grid, self.loss, self._share)
        total = _sum(terms)
        self.log_dict({f"train/{name}": value for name, value in terms.items()})
        if self._teacher:
            with torch.no_grad():
                taught = _predict(self._teacher[0], images)
            right = read_right(taught, objects, self.grid, self.loss)
            distances = distillation_loss(raw[right], taught[right], self.grid, self.loss, self._share)
            weight = self.distillation_weight
            total = (1 - weight) * total + weight * _sum(distances)
            self.log("train/taught", right.float().mean())
            self.log_dict({f"train/teacher_{name}": value for name, value in distances.items()})
        self.log("train/loss", total, prog_bar=True)
        return total

    def _share(self, count: Tensor) -> Tensor:
        """Return the count of all processes of the training, at least 1, divided by their number."""
        total: Tensor = self.trainer.strategy.reduce(count, reduce_op="sum")
        return total.clamp(min=1) / self.trainer.world_size

    def on_train_epoch_start(self) -> None:
        if self.freeze_batch_norm:
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
            height, width = image.shape[-2:]
            letterbox = Letterbox(image, 1.0, 0, 0, (0, 0, width, height), width, height)
            found = postprocess([View(predictions, letterbox)], LOWEST_SCORE, self.metadata.iou_threshold)
            boxes, labels = (values[objects.image == index].cpu().numpy() for values in (objects.boxes, objects.labels))
            self._evaluation.add(found, boxes, labels)

    def on_validation_epoch_end(self) -> None:
        assert self._evaluation is not None
        figures = self._evaluation.figures()
        shown = ("AP50", "AP50:95", "exact")
        # The figures cover all processes already; averaging equal numbers changes nothing.
        self.log_dict({f"val/{name}": figures[name] for name in shown}, prog_bar=True, sync_dist=True)
        self.log_dict({f"val/{k}": v for k, v in figures.items() if k not in shown}, sync_dist=True)

    def configure_optimizers(self) -> OptimizerLRScheduler:
        rate = partial(warmed_up_cosine, warmup_steps=self.warmup_steps)
        return adamw(self, rate, self.weight_decay, lr=self.learning_rate, betas=(0.9, 0.99))


def adamw(
    module: lightning.LightningModule, rate: Callable[[int, int], float], weight_decay: float, **options: Any
) -> OptimizerLRScheduler:
    """Return AdamW with weight decay of matrices and kernels alone, and `rate(step, total)` times its learning rate."""
    groups: list[dict[str, Any]] = [
        {"params": [p for p in module.parameters() if p.ndim > 1], "weight_decay": weight_decay},
        {"params": [p for p in module.parameters() if p.ndim <= 1], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, **options)
    total = int(module.trainer.estimated_stepping_batches)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate(step, total))
    return {"optimizer": optimizer, "lr_scheduler": {"scheduler": scheduler, "interval": "step"}}


def warmed_up_cosine(step: int, total: int, warmup_steps: int) -> float:
    """Return the learning rate's fraction of its maximum: a linear warm-up, then a cosine to zero."""
    warm = min(1.0, (step + 1) / max(1, warmup_steps))
    return warm * 0.5 * (1 + math.cos(math.pi * min(1.0, step / total)))


def _predict(network: YOLOv3, images: Tensor) -> Tensor:
    predictions: Tensor = network(images.expand(-1, network.config.in_channels, -1, -1))
    return predictions


def _sum(terms: dict[str, Tensor]) -> Tensor:
    return torch.stack(list(terms.values())).sum()
