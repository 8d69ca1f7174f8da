"""Train D-FINE-N and this project's YOLOv3 on the same scenes for the same time; print rows of the model card's table.

D-FINE (Peng et al. 2024) is a small modern detector without anchors and NMS: its nano configuration, in the
implementation of `transformers`, with one input channel. Both networks start from random weights and learn from the
training scenes for so many minutes of one thread's processor time, in which the scenes are made too; their learning
rates end at zero with it. Each looks once at a whole picture, without windows and turns, and has the same
preprocessing, postprocessing and choice of its score threshold.

    pip install --group peers    # in an environment of its own, after `pip install -r requirements.txt`
    python tools/peer_training.py d-fine --data-root DATA --validation validation
    python tools/peer_training.py yolov3 --data-root DATA --validation validation
    python tools/peer_training.py bundled --validation validation
"""

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import cv2
import lightning
import numpy as np
import torch
import yaml
from numpy.typing import NDArray
from peers import first_of_each
from torch import Tensor, nn
from tqdm import tqdm

from digit_detector.classes import CLASSES
from digit_detector.detect.images import read_image
from digit_detector.detect.letterbox import preprocess
from digit_detector.detect.postprocess import View, postprocess
from digit_detector.evaluate.benchmark import BUNDLED, Canvas, Result, load
from digit_detector.evaluate.figures import condition_figures, evaluated
from digit_detector.evaluate.metrics import LOWEST_SCORE, default_threshold
from digit_detector.metadata import INPUT_SIZE, NetworkConfig
from digit_detector.train.callbacks import WarmedUpEMA
from digit_detector.train.dataset import SceneData
from digit_detector.train.module import Batch, DetectorModule
from digit_detector.yolo.anchors import with_decoding
from digit_detector.yolo.box_coder import cxcywh_to_xyxy, xyxy_to_cxcywh
from digit_detector.yolo.checkpoint import load as load_weights
from digit_detector.yolo.loss import LossSettings
from digit_detector.yolo.targets import Objects

PROJECT: Final = Path(__file__).parents[1]
IOU_THRESHOLD: Final = 0.3
"""Of NMS, the product's. Without it D-FINE, which needs none, would keep boxes that the product never returns."""

PROBE: Final = 16
"""Steps of the short training that shows the pace."""

QUERIES, DENOISING_QUERIES = 100, 20
"""Fewer than the authors' 300 and 100 (192 x 192 pixels have only 180 places): 2.5 times as many scenes a minute."""

LEARNING_RATE: Final = 8e-4
"""The authors' rate, as are weight decay and gradient clipping."""


class DFine(lightning.LightningModule):
    """D-FINE with its training: loss and optimiser."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:
        images, objects = batch
        loss: Tensor = self.network(pixel_values=images, labels=targets(objects, len(images))).loss
        self.log("train/loss", loss, prog_bar=True)
        return loss

    def configure_optimizers(self) -> Any:
        optimizer = torch.optim.AdamW(self.parameters(), LEARNING_RATE, weight_decay=1e-4)
        steps = int(self.trainer.estimated_stepping_batches)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, steps, pct_start=0.1)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}

    def forward(self, images: Tensor) -> Tensor:
        """Map ink (N, 1, S, S) to predictions (N, queries, 5 + classes), as the product's backends do."""
        found = self.network(pixel_values=images)
        return predictions(found.pred_boxes, found.logits)


def d_fine() -> nn.Module:
    """Build D-FINE-N from its configuration, with random weights."""
    from transformers import DFineConfig, DFineForObjectDetection, HGNetV2Config

    backbone = HGNetV2Config(
        num_channels=1,
        stem_channels=[1, 16, 16],
        stage_in_channels=[16, 64, 256, 512],
        stage_mid_channels=[16, 32, 64, 128],
        stage_out_channels=[64, 256, 512, 1024],
        stage_num_blocks=[1, 1, 2, 1],
        stage_numb_of_layers=[3, 3, 3, 3],
        hidden_sizes=[128, 256, 512, 1024],
        use_learnable_affine_block=True,
        out_indices=[3, 4],
    )
    config = DFineConfig(
        backbone_config=backbone,
        freeze_backbone_batch_norms=False,
        num_labels=len(CLASSES),
        num_queries=QUERIES,
        num_denoising=DENOISING_QUERIES,
        num_feature_levels=2,
        feat_strides=[16, 32],
        encoder_in_channels=[512, 1024],
        encoder_hidden_dim=128,
        encoder_ffn_dim=512,
        encode_proj_layers=[1],
        d_model=128,
        decoder_in_channels=[128, 128],
        decoder_ffn_dim=512,
        decoder_n_points=[6, 6],
        decoder_layers=3,
        hidden_expansion=0.34,
        depth_mult=0.5,
    )
    network: nn.Module = DFineForObjectDetection(config)
    return network


def targets(objects: Objects, pictures: int) -> list[dict[str, Tensor]]:
    """Write a batch's objects as D-FINE expects them: for each picture class indices, and cxcywh in [0, 1]."""
    boxes = xyxy_to_cxcywh(objects.boxes) / INPUT_SIZE
    chosen = [objects.image == picture for picture in range(pictures)]
    return [{"class_labels": objects.labels[rows], "boxes": boxes[rows]} for rows in chosen]


def predictions(boxes: Tensor, logits: Tensor) -> Tensor:
    """Join boxes (N, Q, 4), cxcywh in [0, 1], and class logits (N, Q, C) to (N, Q, 5 + C) with objectness 1."""
    return torch.cat([cxcywh_to_xyxy(boxes) * INPUT_SIZE, torch.ones_like(boxes[..., :1]), logits.sigmoid()], dim=-1)


class Recipe(NamedTuple):
    """How a network is trained."""

    module: Callable[[], lightning.LightningModule]
    batch_size: int
    precision: Any
    clip: float
    """Norm of the gradient."""


def recipe(name: str) -> Recipe:
    """Return the recipe of a network: YOLOv3's is configs/train.yaml."""
    if name == "d-fine":
        return Recipe(lambda: DFine(d_fine()), batch_size=16, precision="32-true", clip=0.1)
    config = yaml.safe_load((PROJECT / "configs/train.yaml").read_text(encoding="utf-8"))
    model, trainer = config["model"]["init_args"], config["trainer"]
    parts = {"network": NetworkConfig(**model["network"]), "loss": LossSettings(**model["loss"])}
    batch_size = config["data"]["init_args"]["batch_size"]
    return Recipe(
        lambda: DetectorModule(**(model | parts)), batch_size, trainer["precision"], trainer["gradient_clip_val"]
    )


def train(recipe: Recipe, data: SceneData, minutes: float, folder: Path) -> tuple[lightning.LightningModule, int]:
    """Train for as many steps as the minutes allow by a probe's pace; return the module and its steps."""
    seconds = fit(recipe.module(), recipe, data, PROBE, folder / "probe")
    steps = max(1, round(minutes * 60 * PROBE / seconds))
    module = recipe.module()
    seconds = fit(module, recipe, data, steps, folder)
    print(f"{steps} steps of {data.batch_size} scenes in {seconds / 60:.1f} minutes of processor time", flush=True)
    return module, steps


def fit(module: lightning.LightningModule, recipe: Recipe, data: SceneData, steps: int, folder: Path) -> float:
    """Train for so many steps, and save the weights' moving average; return seconds of processor time."""
    trainer = lightning.Trainer(
        accelerator="cpu",
        devices=1,
        precision=recipe.precision,
        gradient_clip_val=recipe.clip,
        max_steps=steps,
        max_epochs=-1,
        limit_val_batches=0,
        callbacks=[WarmedUpEMA()],
        logger=False,
        enable_checkpointing=False,
        enable_model_summary=False,
    )
    start = time.process_time()
    trainer.fit(module, data)
    seconds = time.process_time() - start
    trainer.save_checkpoint(folder / "last.ckpt")
    return seconds


def looks(network: nn.Module, canvases: Sequence[Canvas]) -> list[Result]:
    """Let a network look once at each whole canvas; the times are processor time of one thread."""
    network.eval()
    answers = []
    for canvas in tqdm(canvases, disable=None):
        start = time.process_time()
        letterbox = preprocess(read_image(canvas.image), INPUT_SIZE)
        with torch.inference_mode():
            outputs: NDArray[np.float32] = network(torch.from_numpy(letterbox.input))[0].numpy()
        found = postprocess([View(outputs, letterbox)], LOWEST_SCORE, IOU_THRESHOLD)
        answers.append(Result(canvas, found, found, (time.process_time() - start) * 1000))
    return answers


def main(argv: Sequence[str] | None = None) -> None:
    """Train, measure, and print the row."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", choices=("d-fine", "yolov3", "bundled"))
    parser.add_argument("--data-root", help="folder of the public sets (or DIGIT_DETECTOR_DATA)")
    parser.add_argument("--minutes", type=float, default=25, help="of processor time; by default %(default)s")
    parser.add_argument("--validation", type=Path, required=True, help="benchmark folder for the threshold")
    parser.add_argument("--benchmark", type=Path, default=BUNDLED, help="by default %(default)s")
    parser.add_argument("--each", type=int, metavar="N", help="canvases of each condition; by default all")
    parser.add_argument("--runs", type=Path, default=Path("runs/peers"), help="folder for the trainings")
    arguments = parser.parse_args(argv)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    lightning.seed_everything(1)
    validation, benchmark = (
        first_of_each(load(folder), arguments.each) for folder in (arguments.validation, arguments.benchmark)
    )
    seen = ""
    network: nn.Module
    if arguments.network == "bundled":
        network = with_decoding(*load_weights(PROJECT / "models/digit-detector.safetensors"))
    else:
        chosen = recipe(arguments.network)
        data = SceneData(arguments.data_root, batch_size=chosen.batch_size, input_size=INPUT_SIZE, workers=0)
        data.generator("train")  # reads the sources before the time is taken
        network, steps = train(chosen, data, arguments.minutes, arguments.runs / arguments.network)
        seen = f"{steps * chosen.batch_size:,}"
        if isinstance(network, DetectorModule):
            network = nn.Sequential(network.network, network.grid)
    parameters = sum(parameter.numel() for parameter in network.parameters())
    answers = looks(network, validation)
    threshold = default_threshold(evaluated(answers).exact())
    print(f"validation, at score {threshold}: {figures(answers, threshold)}", flush=True)
    answers = looks(network, benchmark)
    milliseconds = np.median([answer.milliseconds for answer in answers])
    row = [f"{parameters / 1e6:.1f} M", seen, figures(answers, threshold), f"{milliseconds:.0f}"]
    print(f"| {' | '.join([arguments.network, *row])} |")


def figures(answers: Sequence[Result], threshold: float) -> str:
    """Return canvases exactly right, strings exactly right, AP50 and AP50:95 as cells of a row."""
    served = [answer.at(threshold) for answer in answers]
    overall = condition_figures(served, evaluated(served).precision())
    return " | ".join(f"{overall[name]:.3f}" for name in ("exact", "text_exact", "AP50", "AP50:95"))


if __name__ == "__main__":
    main()
